# A recipient with a short delay of its own, or none, does not make the other
# recipients of the message pass, and opens no client. [C7]
file whitelist_recipients helpdesk@example.org delay=0
file whitelist_recipients quick@example.org delay=10s
> request=smtpd_access_policy
> client_address=203.0.113.5
> instance=1.a
> sender=a@example.com
> recipient=ceo@example.org
< action=DEFER_IF_PERMIT *
+ recipient=helpdesk@example.org
< action=DUNNO
log *reason=retried, *
+ recipient=ceo@example.org
< action=DEFER_IF_PERMIT *
log *reason=early, *
# Now it is known, but it never waited.
+ recipient=helpdesk@example.org
< action=DUNNO
log *reason=known, *
+ recipient=ceo@example.org
< action=DEFER_IF_PERMIT *
+ recipient=quick@example.org
< action=DEFER_IF_PERMIT *
after 10s
+ recipient=quick@example.org
< action=PREPEND *
+ recipient=ceo@example.org
< action=DEFER_IF_PERMIT *
+ recipient=helpdesk@example.org
< action=DUNNO
# Two such retries, apart in time, do not whitelist the client.
after 10m
+ instance=2.a
+ sender=b@example.com
+ recipient=quick@example.org
< action=DEFER_IF_PERMIT *
after 10s
+ recipient=quick@example.org
< action=PREPEND *
+ instance=3.a
+ sender=c@example.com
+ recipient=ceo@example.org
< action=DEFER_IF_PERMIT *
# A wait that was long enough for all carries all.
after 4m
+ instance=4.a
+ sender=a@example.com
+ recipient=ceo@example.org
< action=PREPEND *
+ recipient=other@example.org
< action=DUNNO
log *reason=message, *
