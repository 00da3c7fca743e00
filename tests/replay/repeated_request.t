# Postfix repeats a request over a new connection if it did not get the reply.
# It gets the same reply, and the request is not counted twice. [C37]
set delay_suspicious 3m
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
> instance=123.456.789.0
< action=DEFER_IF_PERMIT *180 seconds *
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=early,*instance=123.456.789.0*
after 3m
again
< action=PREPEND X-Greylist: delayed 180 seconds by tardigrey
again
< action=DUNNO
after 1s
again
< action=DUNNO
log *reason=known,*
