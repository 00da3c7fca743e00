# The clock is set back and forward. When it is set back, no triplet passes
# too early, no triplet waits longer than the delay, and a known triplet still
# passes. [C57]
set delay_suspicious 3m
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
# When the clock is set forward, a waiting triplet may be late. It passes after
# the delay at most.
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
# The clock is set by seconds. A wait is never negative and never longer than
# the delay.
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
# The clock is set to a time before the epoch, and far into the future.
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
# An auto-whitelisted client stays auto-whitelisted when the clock is set
# back. Its record expires when the clock is set forward by more than keep.
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
# The deferral of a bounce is postponed until DATA. The step does not make the
# wait in the reply longer.
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
# The clock is set past the expiry of a list entry, and back again.
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
