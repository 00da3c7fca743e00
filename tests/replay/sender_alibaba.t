# Alibaba: 5 attempts in an hour, each from another network. Made by senders.py.
# The first message is delayed by 720 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=0.0
> sender=joe0@customer.example
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 720s
> request=smtpd_access_policy
> client_address=47.90.1.3
> client_name=out1-3.mail.aliyun.com
> reverse_client_name=out1-3.mail.aliyun.com
> instance=0.720
> sender=joe0@customer.example
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 720 seconds *
log *reason=retried, delay=720, *
after 17280s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=1.18000
> sender=joe1@customer.example
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 720s
> request=smtpd_access_policy
> client_address=47.90.1.3
> client_name=out1-3.mail.aliyun.com
> reverse_client_name=out1-3.mail.aliyun.com
> instance=1.18720
> sender=joe1@customer.example
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 720 seconds *
log *reason=retried, delay=720, *
after 17280s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=2.36000
> sender=joe2@customer.example
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=3.54000
> sender=joe3@customer.example
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=4.72000
> sender=joe4@customer.example
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=5.90000
> sender=joe5@customer.example
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=6.108000
> sender=joe6@customer.example
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=7.126000
> sender=joe7@customer.example
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=8.144000
> sender=joe8@customer.example
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=115.124.28.12
> client_name=out28-12.mail.aliyun.com
> reverse_client_name=out28-12.mail.aliyun.com
> instance=9.162000
> sender=joe9@customer.example
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
