# A message that was delayed gets one header, with the first recipient that
# passes by a retry. A request without an instance gets none. [C28]
> request=smtpd_access_policy
> client_address=192.0.2.7
> instance=1.a
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 7m
+ instance=2.a
< action=PREPEND X-Greylist: delayed 420 seconds by tardigrey
+ recipient=b@example.org
< action=DUNNO
log *reason=retried, *
+ recipient=d@example.org
< action=DUNNO
log *reason=message, *
> request=smtpd_access_policy
> client_address=192.0.3.7
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 7m
again
< action=DUNNO
log *reason=retried, *
set header no
> request=smtpd_access_policy
> client_address=192.0.4.7
> instance=3.a
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 7m
again
< action=DUNNO
log *reason=retried, *
