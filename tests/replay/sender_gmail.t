# Gmail: about 7 minutes, a large pool. Made by senders.py.
# The first message is delayed by 408 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=209.85.221.54
> client_name=mail-wr1-f54.google.com
> reverse_client_name=mail-wr1-f54.google.com
> instance=0.0
> sender=joe0@customer.example
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 408s
> request=smtpd_access_policy
> client_address=74.125.82.41
> client_name=mail-wm1-f41.google.com
> reverse_client_name=mail-wm1-f41.google.com
> instance=0.408
> sender=joe0@customer.example
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 408 seconds *
log *reason=retried, delay=408, *
after 17592s
> request=smtpd_access_policy
> client_address=74.125.82.41
> client_name=mail-wm1-f41.google.com
> reverse_client_name=mail-wm1-f41.google.com
> instance=1.18000
> sender=joe1@customer.example
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 408s
> request=smtpd_access_policy
> client_address=2a00:1450:4864:20::52c
> client_name=mail-ed1-x52c.google.com
> reverse_client_name=mail-ed1-x52c.google.com
> instance=1.18408
> sender=joe1@customer.example
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 408 seconds *
log *reason=retried, delay=408, *
after 17592s
> request=smtpd_access_policy
> client_address=2a00:1450:4864:20::52c
> client_name=mail-ed1-x52c.google.com
> reverse_client_name=mail-ed1-x52c.google.com
> instance=2.36000
> sender=joe2@customer.example
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=209.85.128.173
> client_name=mail-yw1-f173.google.com
> reverse_client_name=mail-yw1-f173.google.com
> instance=3.54000
> sender=joe3@customer.example
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=209.85.221.54
> client_name=mail-wr1-f54.google.com
> reverse_client_name=mail-wr1-f54.google.com
> instance=4.72000
> sender=joe4@customer.example
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=74.125.82.41
> client_name=mail-wm1-f41.google.com
> reverse_client_name=mail-wm1-f41.google.com
> instance=5.90000
> sender=joe5@customer.example
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=2a00:1450:4864:20::52c
> client_name=mail-ed1-x52c.google.com
> reverse_client_name=mail-ed1-x52c.google.com
> instance=6.108000
> sender=joe6@customer.example
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=209.85.128.173
> client_name=mail-yw1-f173.google.com
> reverse_client_name=mail-yw1-f173.google.com
> instance=7.126000
> sender=joe7@customer.example
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=209.85.221.54
> client_name=mail-wr1-f54.google.com
> reverse_client_name=mail-wr1-f54.google.com
> instance=8.144000
> sender=joe8@customer.example
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=74.125.82.41
> client_name=mail-wm1-f41.google.com
> reverse_client_name=mail-wm1-f41.google.com
> instance=9.162000
> sender=joe9@customer.example
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
