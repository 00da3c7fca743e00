# A mail server that retries every minute is deferred for the delay and not
# longer. An early retry does not start the delay again. [C3]
set delay 5m
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 *300 seconds *
after 1m
again
< action=DEFER_IF_PERMIT 4.2.0 *240 seconds *
log *reason=early,*wait=240,*
after 1m
again
< action=DEFER_IF_PERMIT 4.2.0 *180 seconds *
after 2m 59s
again
< action=DEFER_IF_PERMIT 4.2.0 *1 seconds *
after 1s
again
< action=DUNNO
log *reason=retried, delay=300,*
