# Postfix: 5 to 10 minutes, then doubled. Made by senders.py.
# The first message is delayed by 400 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=0.0
> sender=joe0@example.net
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 400s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=0.400
> sender=joe0@example.net
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 400 seconds *
log *reason=retried, delay=400, *
after 17600s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=1.18000
> sender=joe1@example.net
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 400s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=1.18400
> sender=joe1@example.net
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 400 seconds *
log *reason=retried, delay=400, *
after 17600s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=2.36000
> sender=joe2@example.net
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=3.54000
> sender=joe3@example.net
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=4.72000
> sender=joe4@example.net
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=5.90000
> sender=joe5@example.net
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=6.108000
> sender=joe6@example.net
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=7.126000
> sender=joe7@example.net
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=8.144000
> sender=joe8@example.net
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=9.162000
> sender=joe9@example.net
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
