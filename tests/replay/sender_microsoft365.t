# Microsoft 365: other networks, IPv4 and IPv6 in turn. Made by senders.py.
# The first message is delayed by 300 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=0.0
> sender=joe0@customer.example
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 300s
> request=smtpd_access_policy
> client_address=104.47.17.104
> client_name=mail-db8eur05lp2104.outbound.protection.outlook.com
> reverse_client_name=mail-db8eur05lp2104.outbound.protection.outlook.com
> instance=0.300
> sender=joe0@customer.example
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 300 seconds *
log *reason=retried, delay=300, *
after 17700s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=1.18000
> sender=joe1@customer.example
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 300s
> request=smtpd_access_policy
> client_address=104.47.17.104
> client_name=mail-db8eur05lp2104.outbound.protection.outlook.com
> reverse_client_name=mail-db8eur05lp2104.outbound.protection.outlook.com
> instance=1.18300
> sender=joe1@customer.example
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 300 seconds *
log *reason=retried, delay=300, *
after 17700s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=2.36000
> sender=joe2@customer.example
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=3.54000
> sender=joe3@customer.example
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=4.72000
> sender=joe4@customer.example
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=5.90000
> sender=joe5@customer.example
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=6.108000
> sender=joe6@customer.example
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=7.126000
> sender=joe7@customer.example
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=8.144000
> sender=joe8@customer.example
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=40.107.22.45
> client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> reverse_client_name=mail-am6eur05on2045.outbound.protection.outlook.com
> instance=9.162000
> sender=joe9@customer.example
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
