# Behind NAT64 (64:ff9b::/96) each IPv4 client is itself: all of IPv4 is not one
# /64, and a retry may come over IPv4. [C8]
> request=smtpd_access_policy
> client_address=64:ff9b::c000:0207
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
log *key_client=192.0.2.0/24,*
after 4m
+ client_address=64:ff9b::c633:6407
< action=DEFER_IF_PERMIT *
log *reason=new,*key_client=198.51.100.0/24,*
+ client_address=192.0.2.7
< action=DUNNO
log *reason=retried,*
