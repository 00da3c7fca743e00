# Exchange, own servers: 1 minute, four times, then 5. Made by senders.py.
# The first message is delayed by 180 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=0.0
> sender=joe0@example.net
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 60s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=0.60
> sender=joe0@example.net
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 60s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=0.120
> sender=joe0@example.net
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 60s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=0.180
> sender=joe0@example.net
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 180 seconds *
log *reason=retried, delay=180, *
after 17820s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=1.18000
> sender=joe1@example.net
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 60s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=1.18060
> sender=joe1@example.net
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 60s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=1.18120
> sender=joe1@example.net
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 60s
> request=smtpd_access_policy
> client_address=192.0.2.10
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> instance=1.18180
> sender=joe1@example.net
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 180 seconds *
log *reason=retried, delay=180, *
after 17820s
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
