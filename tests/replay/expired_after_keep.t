# A triplet is known for 35 days after its last pass. Each pass starts the 35
# days again. [C2]
set delay_suspicious 3m
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
again
< action=DUNNO
after 35d
again
< action=DUNNO
log *reason=known,*
after 35d
again
< action=DUNNO
log *reason=known,*
after 35d 1s
again
< action=DEFER_IF_PERMIT *180 seconds *
log *reason=new,*
after 3m
again
< action=DUNNO
log *reason=retried, delay=180,*
