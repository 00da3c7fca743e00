# A bounce is greylisted like other mail. The null sender is one sender of its
# own.
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> sender=
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
log *sender=, recipient=b@example.org,*
after 5m
again
< action=DUNNO
log *reason=retried,*
+ sender=a@example.net
< action=DEFER_IF_PERMIT *
# Two bounces that are retried, apart in time, do not whitelist the client: anyone
# can make a mail server send bounces.
after 10m
+ sender=
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 5m
again
< action=DUNNO
log *reason=retried,*
+ sender=a@example.net
+ recipient=d@example.org
< action=DEFER_IF_PERMIT *
