# Other programs send fewer attributes than Postfix. [C12, C13, C18]
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
# A program misspells the recipient attribute. The request is greylisted
# without a recipient.
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=a@example.net
> ecipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
again
< action=DUNNO
# Without a client address nothing can be stored.
> request=smtpd_access_policy
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
log action=pass, reason=no-client,*
+ client_address=unknown
< action=DUNNO
+ client_address=mail.example.net
< action=DUNNO
log *reason=no-client,*
> request=smtpd_access_policy
< action=DUNNO
# These states are not greylisted. DATA is greylisted only with a recipient.
> request=smtpd_access_policy
> client_address=198.51.100.1
> sender=a@example.net
> recipient=b@example.org
> protocol_state=CONNECT
< action=DUNNO
log *reason=state,*
+ protocol_state=EHLO
< action=DUNNO
+ protocol_state=MAIL
< action=DUNNO
+ protocol_state=VRFY
< action=DUNNO
+ protocol_state=ETRN
< action=DUNNO
+ protocol_state=XCLIENT
< action=DUNNO
+ protocol_state=END-OF-MESSAGE
< action=DUNNO
+ protocol_state=INVENTED
< action=DUNNO
+ protocol_state=DATA
< action=DEFER_IF_PERMIT *
+ recipient=
< action=DUNNO
log *reason=state,*
