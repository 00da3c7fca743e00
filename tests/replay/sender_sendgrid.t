# SendGrid: minutes to hours, VERP. Made by senders.py.
# The first message is delayed by 600 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=167.89.1.2
> client_name=o1.ptr1234.sendgrid.net
> reverse_client_name=o1.ptr1234.sendgrid.net
> instance=0.0
> sender=bounces+700000-a1b2-b0=example.org@em.shop.example
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 600s
> request=smtpd_access_policy
> client_address=149.72.1.2
> client_name=wrqvnxzt.outbound-mail.sendgrid.net
> reverse_client_name=wrqvnxzt.outbound-mail.sendgrid.net
> instance=0.600
> sender=bounces+700000-a1b2-b0=example.org@em.shop.example
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 600 seconds *
log *reason=retried, delay=600, *
after 17400s
> request=smtpd_access_policy
> client_address=168.245.3.4
> client_name=o2.ptr1234.sendgrid.net
> reverse_client_name=o2.ptr1234.sendgrid.net
> instance=1.18000
> sender=bounces+700001-a1b2-b1=example.org@em.shop.example
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 600s
> request=smtpd_access_policy
> client_address=167.89.1.2
> client_name=o1.ptr1234.sendgrid.net
> reverse_client_name=o1.ptr1234.sendgrid.net
> instance=1.18600
> sender=bounces+700001-a1b2-b1=example.org@em.shop.example
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 600 seconds *
log *reason=retried, delay=600, *
after 17400s
> request=smtpd_access_policy
> client_address=149.72.1.2
> client_name=wrqvnxzt.outbound-mail.sendgrid.net
> reverse_client_name=wrqvnxzt.outbound-mail.sendgrid.net
> instance=2.36000
> sender=bounces+700002-a1b2-b2=example.org@em.shop.example
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=167.89.1.2
> client_name=o1.ptr1234.sendgrid.net
> reverse_client_name=o1.ptr1234.sendgrid.net
> instance=3.54000
> sender=bounces+700003-a1b2-b3=example.org@em.shop.example
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=168.245.3.4
> client_name=o2.ptr1234.sendgrid.net
> reverse_client_name=o2.ptr1234.sendgrid.net
> instance=4.72000
> sender=bounces+700004-a1b2-b4=example.org@em.shop.example
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=149.72.1.2
> client_name=wrqvnxzt.outbound-mail.sendgrid.net
> reverse_client_name=wrqvnxzt.outbound-mail.sendgrid.net
> instance=5.90000
> sender=bounces+700005-a1b2-b5=example.org@em.shop.example
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=167.89.1.2
> client_name=o1.ptr1234.sendgrid.net
> reverse_client_name=o1.ptr1234.sendgrid.net
> instance=6.108000
> sender=bounces+700006-a1b2-b6=example.org@em.shop.example
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=168.245.3.4
> client_name=o2.ptr1234.sendgrid.net
> reverse_client_name=o2.ptr1234.sendgrid.net
> instance=7.126000
> sender=bounces+700007-a1b2-b7=example.org@em.shop.example
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=149.72.1.2
> client_name=wrqvnxzt.outbound-mail.sendgrid.net
> reverse_client_name=wrqvnxzt.outbound-mail.sendgrid.net
> instance=8.144000
> sender=bounces+700008-a1b2-b8=example.org@em.shop.example
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=167.89.1.2
> client_name=o1.ptr1234.sendgrid.net
> reverse_client_name=o1.ptr1234.sendgrid.net
> instance=9.162000
> sender=bounces+700009-a1b2-b9=example.org@em.shop.example
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
