# Bots at one provider have confirmed names that contain their addresses. Such
# names have no pool, so each network is deferred. The bots are suspicious.
> request=smtpd_access_policy
> client_address=79.193.162.179
> client_name=p4fc1a2b3.dip0.t-ipconnect.de
> reverse_client_name=p4fc1a2b3.dip0.t-ipconnect.de
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
log *key_client=79.193.162.0/24, *
after 10m
+ client_address=91.4.5.6
+ client_name=p5b040506.dip0.t-ipconnect.de
+ reverse_client_name=p5b040506.dip0.t-ipconnect.de
< action=DEFER_IF_PERMIT *
log *reason=new, *key_client=91.4.5.0/24, *
after 10m
+ client_address=217.225.242.3
+ client_name=pd9e1f203.dip0.t-ipconnect.de
+ reverse_client_name=pd9e1f203.dip0.t-ipconnect.de
< action=DEFER_IF_PERMIT *
log *reason=new, *
# A name with a word for access lines stands for its host alone.
+ client_address=37.47.1.2
+ client_name=public-gprs12345.centertel.pl
+ reverse_client_name=public-gprs12345.centertel.pl
< action=DEFER_IF_PERMIT *
log *key_client=public-gprs12345.centertel.pl, *
# A name that is not confirmed has no pool.
> request=smtpd_access_policy
> client_address=198.51.100.1
> client_name=mail.google.com
> sender=a@example.com
> recipient=c@example.org
< action=DEFER_IF_PERMIT *
log *key_client=198.51.100.0/24, *
after 10m
+ client_address=203.0.113.1
< action=DEFER_IF_PERMIT *
log *reason=new, *
set trust_client_name yes
again
< action=DEFER_IF_PERMIT *
after 10m
+ client_address=192.0.2.1
< action=DUNNO
log *reason=retried, *key_client=google.com, *
