# The store fails and recovers. Until then on_failure decides about the mail,
# and afterwards mail is greylisted again. [C29]
set delay_suspicious 3m
store fails
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
log action=pass, reason=failure,*
set on_failure tempfail
again
< action=DEFER_IF_PERMIT 4.3.0 Temporary failure, please try again later
log action=tempfail, reason=failure,*
set on_failure close
again
< closed
log action=close, reason=failure,*
set on_failure pass
store works
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=new,*
# The store can be read but not written. A waiting triplet waits until it is
# due and then passes. A new triplet gets on_failure: no record can be
# written, so its retry would be new again.
store cannot-write
after 1m
again
< action=DEFER_IF_PERMIT *120 seconds *
after 2m
again
< action=DUNNO
log *reason=retried,*
again
< action=DUNNO
log *reason=retried,*
+ sender=c@example.net
< action=DUNNO
log action=pass, reason=failure,*
store works
+ sender=a@example.net
< action=DUNNO
log *reason=retried,*
