# Spam software that keeps a queue passes after the delay, as with any
# greylisting. From a host with a good name that is delay, from others
# delay_suspicious. It retries after 60 seconds, after 300 seconds or after a day.
> request=smtpd_access_policy
> client_address=203.0.113.5
> client_name=www.hacked.example.com
> reverse_client_name=www.hacked.example.com
> sender=a@example.com
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 60s
again
< action=DUNNO
log *reason=retried, delay=60, *class=named, *
> request=smtpd_access_policy
> client_address=79.193.162.179
> client_name=p4fc1a2b3.dip0.t-ipconnect.de
> reverse_client_name=p4fc1a2b3.dip0.t-ipconnect.de
> sender=a@example.com
> recipient=b2@example.org
< action=DEFER_IF_PERMIT *
after 60s
again
< action=DEFER_IF_PERMIT *in 180 seconds*
after 240s
again
< action=DUNNO
log *reason=retried, delay=300, *class=suspicious, *
+ recipient=b3@example.org
< action=DEFER_IF_PERMIT *
after 1d
again
< action=DUNNO
log *reason=retried, delay=86400, *
+ recipient=b4@example.org
< action=DEFER_IF_PERMIT *
after 1d 1s
again
< action=DEFER_IF_PERMIT *
log *reason=late, *
