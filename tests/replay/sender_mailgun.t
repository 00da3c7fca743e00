# Mailgun: 10, 15, 30 minutes, VERP. Made by senders.py.
# The first message is delayed by 600 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=69.72.42.5
> client_name=m42-5.mailgun.net
> reverse_client_name=m42-5.mailgun.net
> instance=0.0
> sender=bounce+000000.4c7d2-b0=example.org@mg.shop.example
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 600s
> request=smtpd_access_policy
> client_address=159.135.224.7
> client_name=m224-7.mailgun.net
> reverse_client_name=m224-7.mailgun.net
> instance=0.600
> sender=bounce+000000.4c7d2-b0=example.org@mg.shop.example
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 600 seconds *
log *reason=retried, delay=600, *
after 17400s
> request=smtpd_access_policy
> client_address=198.61.254.9
> client_name=m254-9.mailgun.net
> reverse_client_name=m254-9.mailgun.net
> instance=1.18000
> sender=bounce+000001.4c7d2-b1=example.org@mg.shop.example
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 600s
> request=smtpd_access_policy
> client_address=69.72.42.5
> client_name=m42-5.mailgun.net
> reverse_client_name=m42-5.mailgun.net
> instance=1.18600
> sender=bounce+000001.4c7d2-b1=example.org@mg.shop.example
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 600 seconds *
log *reason=retried, delay=600, *
after 17400s
> request=smtpd_access_policy
> client_address=159.135.224.7
> client_name=m224-7.mailgun.net
> reverse_client_name=m224-7.mailgun.net
> instance=2.36000
> sender=bounce+000002.4c7d2-b2=example.org@mg.shop.example
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=69.72.42.5
> client_name=m42-5.mailgun.net
> reverse_client_name=m42-5.mailgun.net
> instance=3.54000
> sender=bounce+000003.4c7d2-b3=example.org@mg.shop.example
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=198.61.254.9
> client_name=m254-9.mailgun.net
> reverse_client_name=m254-9.mailgun.net
> instance=4.72000
> sender=bounce+000004.4c7d2-b4=example.org@mg.shop.example
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=159.135.224.7
> client_name=m224-7.mailgun.net
> reverse_client_name=m224-7.mailgun.net
> instance=5.90000
> sender=bounce+000005.4c7d2-b5=example.org@mg.shop.example
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=69.72.42.5
> client_name=m42-5.mailgun.net
> reverse_client_name=m42-5.mailgun.net
> instance=6.108000
> sender=bounce+000006.4c7d2-b6=example.org@mg.shop.example
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=198.61.254.9
> client_name=m254-9.mailgun.net
> reverse_client_name=m254-9.mailgun.net
> instance=7.126000
> sender=bounce+000007.4c7d2-b7=example.org@mg.shop.example
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=159.135.224.7
> client_name=m224-7.mailgun.net
> reverse_client_name=m224-7.mailgun.net
> instance=8.144000
> sender=bounce+000008.4c7d2-b8=example.org@mg.shop.example
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=69.72.42.5
> client_name=m42-5.mailgun.net
> reverse_client_name=m42-5.mailgun.net
> instance=9.162000
> sender=bounce+000009.4c7d2-b9=example.org@mg.shop.example
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
