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
# By seconds: a wait is never longer than the delay, nor negative.
> request=smtpd_access_policy
> client_address=203.0.112.7
> sender=d@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *180 seconds *
clock -5s
again
< action=DEFER_IF_PERMIT *180 seconds *
clock +10s
again
< action=DEFER_IF_PERMIT *170 seconds *
log *, wait=170,*
clock +169s
again
< action=DEFER_IF_PERMIT *1 seconds *
clock +1s
again
< action=DUNNO
log *reason=retried, delay=180,*
# To before the epoch, and to beyond all reason.
clock -40000d
again
< action=DUNNO
log *reason=known,*
> request=smtpd_access_policy
> client_address=203.0.111.7
> sender=e@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *180 seconds *
clock +100000000d
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=late,*
clock -99960000d
again
< action=DEFER_IF_PERMIT *180 seconds *
after 3m
again
< action=DUNNO
log *reason=retried,*
# A proven client stays proven when the clock goes back, and is a stranger when
# it goes forward for longer than keep: two retries prove it again.
set auto_whitelist_after 1
> request=smtpd_access_policy
> client_address=198.51.100.7
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 3m
again
< action=DUNNO
log *reason=retried,*
clock -3650d
+ sender=f@example.net
< action=DUNNO
log *reason=auto-whitelisted,*
clock +3650d
+ sender=g@example.net
< action=DUNNO
log *reason=auto-whitelisted,*
clock +36d
+ sender=h@example.net
< action=DEFER_IF_PERMIT *180 seconds *
after 3m
again
< action=DUNNO
log *reason=retried,*
# A bounce that was put off until DATA: the wait that is told there has not
# grown by the step.
set null_sender data
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=203.0.113.5
> instance=1.a
> sender=
> recipient=b@example.org
< action=DUNNO
log *reason=null-sender, *
clock -1h
+ protocol_state=DATA
+ recipient=
< action=DEFER_IF_PERMIT *180 seconds *
clock -3650d
again
< action=DUNNO
# Entries of a list with an end, and a step over it and back.
entry whitelist sender i@example.net 1h
> request=smtpd_access_policy
> client_address=192.0.2.99
> sender=i@example.net
> recipient=b@example.org
< action=DUNNO
clock +3650d
again
< action=DEFER_IF_PERMIT *180 seconds *
clock -3650d
again
< action=DUNNO
log *reason=sender-whitelist,*
