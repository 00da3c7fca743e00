# Mail of an authenticated client is not greylisted, and nothing is stored.
# [C12]
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
> sasl_method=plain
> sasl_username=alice
< action=DUNNO
log *reason=authenticated,*
after 5m
+ sasl_username=
< action=DEFER_IF_PERMIT *
log *reason=new,*
