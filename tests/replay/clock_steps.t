# The clock steps back and forth. A step back passes nothing new and holds
# nothing longer than the delay; what passed before still passes. [C57]
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *180 seconds *
after 2m
clock -1h
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=early,*
after 2m 59s
again
< action=DEFER_IF_PERMIT *1 seconds *
after 1s
again
< action=DUNNO
log *reason=retried,*
clock -3650d
again
< action=DUNNO
log *reason=known,*
# Forward: a waiting triplet is due early, or late, and both end in a pass
# after the delay at most.
clock +3650d
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=c@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *180 seconds *
clock +3650d
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=late,*
clock -3650d
again
< action=DEFER_IF_PERMIT *180 seconds *
after 3m
again
< action=DUNNO
log *reason=retried,*
