# Amazon SES: a sender for each message. Made by senders.py.
# The first message is delayed by 338 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=54.240.8.45
> client_name=a8-45.smtp-out.amazonses.com
> reverse_client_name=a8-45.smtp-out.amazonses.com
> instance=0.0
> sender=0102018f00000000-6a1b2c3d-4e5f-6071-8293-a4b5c6d70000-000000@eu-west-1.amazonses.com
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 338s
> request=smtpd_access_policy
> client_address=23.251.234.10
> client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> reverse_client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> instance=0.338
> sender=0102018f00000000-6a1b2c3d-4e5f-6071-8293-a4b5c6d70000-000000@eu-west-1.amazonses.com
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 338 seconds *
log *reason=retried, delay=338, *
after 17662s
> request=smtpd_access_policy
> client_address=69.169.224.15
> client_name=b224-15.smtp-out.eu-central-1.amazonses.com
> reverse_client_name=b224-15.smtp-out.eu-central-1.amazonses.com
> instance=1.18000
> sender=0102018f00000001-6a1b2c3d-4e5f-6071-8293-a4b5c6d70001-000000@eu-west-1.amazonses.com
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 338s
> request=smtpd_access_policy
> client_address=54.240.8.45
> client_name=a8-45.smtp-out.amazonses.com
> reverse_client_name=a8-45.smtp-out.amazonses.com
> instance=1.18338
> sender=0102018f00000001-6a1b2c3d-4e5f-6071-8293-a4b5c6d70001-000000@eu-west-1.amazonses.com
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 338 seconds *
log *reason=retried, delay=338, *
after 17662s
> request=smtpd_access_policy
> client_address=23.251.234.10
> client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> reverse_client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> instance=2.36000
> sender=0102018f00000002-6a1b2c3d-4e5f-6071-8293-a4b5c6d70002-000000@eu-west-1.amazonses.com
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=54.240.8.45
> client_name=a8-45.smtp-out.amazonses.com
> reverse_client_name=a8-45.smtp-out.amazonses.com
> instance=3.54000
> sender=0102018f00000003-6a1b2c3d-4e5f-6071-8293-a4b5c6d70003-000000@eu-west-1.amazonses.com
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=69.169.224.15
> client_name=b224-15.smtp-out.eu-central-1.amazonses.com
> reverse_client_name=b224-15.smtp-out.eu-central-1.amazonses.com
> instance=4.72000
> sender=0102018f00000004-6a1b2c3d-4e5f-6071-8293-a4b5c6d70004-000000@eu-west-1.amazonses.com
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=23.251.234.10
> client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> reverse_client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> instance=5.90000
> sender=0102018f00000005-6a1b2c3d-4e5f-6071-8293-a4b5c6d70005-000000@eu-west-1.amazonses.com
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=54.240.8.45
> client_name=a8-45.smtp-out.amazonses.com
> reverse_client_name=a8-45.smtp-out.amazonses.com
> instance=6.108000
> sender=0102018f00000006-6a1b2c3d-4e5f-6071-8293-a4b5c6d70006-000000@eu-west-1.amazonses.com
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=69.169.224.15
> client_name=b224-15.smtp-out.eu-central-1.amazonses.com
> reverse_client_name=b224-15.smtp-out.eu-central-1.amazonses.com
> instance=7.126000
> sender=0102018f00000007-6a1b2c3d-4e5f-6071-8293-a4b5c6d70007-000000@eu-west-1.amazonses.com
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=23.251.234.10
> client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> reverse_client_name=e234-10.smtp-out.eu-west-1.amazonses.com
> instance=8.144000
> sender=0102018f00000008-6a1b2c3d-4e5f-6071-8293-a4b5c6d70008-000000@eu-west-1.amazonses.com
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=54.240.8.45
> client_name=a8-45.smtp-out.amazonses.com
> reverse_client_name=a8-45.smtp-out.amazonses.com
> instance=9.162000
> sender=0102018f00000009-6a1b2c3d-4e5f-6071-8293-a4b5c6d70009-000000@eu-west-1.amazonses.com
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
