# A spammer sends two messages at once and repeats both after the delay. Both
# pass, but they are one proof that the client retries: it is not
# auto-whitelisted. Nor is it after a third and a fourth message whose first
# attempts came in the same ten minutes. [C5]
> request=smtpd_access_policy
> client_address=203.0.113.5
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 5m
again
< action=DUNNO
log *reason=retried, *
+ recipient=b@example.org
< action=DUNNO
log *reason=retried, *
+ sender=x@example.net
+ recipient=d@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
after 4m 59s
again
< action=DUNNO
log *reason=retried, *
+ recipient=e@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
# A first attempt ten minutes after the first one is another proof.
after 1s
+ recipient=f@example.org
< action=DEFER_IF_PERMIT *
after 4m
+ recipient=e@example.org
< action=DUNNO
log *reason=retried, *
+ recipient=g@example.org
< action=DEFER_IF_PERMIT *
+ recipient=f@example.org
< action=DUNNO
log *reason=retried, *
+ recipient=g@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
