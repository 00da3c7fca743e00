# A retry in the last second of retry_window passes. A retry one second later is
# deferred, and the next retry after the delay passes. [C4]
set delay_suspicious 3m
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 1d
again
< action=DUNNO
log *reason=retried, delay=86400,*
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=slow@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 1d 1s
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=late,*
after 3m
again
< action=DUNNO
