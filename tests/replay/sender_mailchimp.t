# Mailchimp: about 15 minutes, VERP. Made by senders.py.
# The first message is delayed by 900 seconds, the tenth by 0.
> request=smtpd_access_policy
> client_address=205.201.131.15
> client_name=mail15.mcsv.net
> reverse_client_name=mail15.mcsv.net
> instance=0.0
> sender=bounce-mc.us1_1234567.89012-b0=example.org@mail.mcsv.net
> recipient=b0@example.org
< action=DEFER_IF_PERMIT *
after 900s
> request=smtpd_access_policy
> client_address=198.2.180.7
> client_name=mail7.mcsv.net
> reverse_client_name=mail7.mcsv.net
> instance=0.900
> sender=bounce-mc.us1_1234567.89012-b0=example.org@mail.mcsv.net
> recipient=b0@example.org
< action=PREPEND X-Greylist: delayed 900 seconds *
log *reason=retried, delay=900, *
after 17100s
> request=smtpd_access_policy
> client_address=148.105.8.9
> client_name=mail9.mcsv.net
> reverse_client_name=mail9.mcsv.net
> instance=1.18000
> sender=bounce-mc.us1_1234568.89013-b1=example.org@mail.mcsv.net
> recipient=b1@example.org
< action=DEFER_IF_PERMIT *
after 900s
> request=smtpd_access_policy
> client_address=205.201.131.15
> client_name=mail15.mcsv.net
> reverse_client_name=mail15.mcsv.net
> instance=1.18900
> sender=bounce-mc.us1_1234568.89013-b1=example.org@mail.mcsv.net
> recipient=b1@example.org
< action=PREPEND X-Greylist: delayed 900 seconds *
log *reason=retried, delay=900, *
after 17100s
> request=smtpd_access_policy
> client_address=198.2.180.7
> client_name=mail7.mcsv.net
> reverse_client_name=mail7.mcsv.net
> instance=2.36000
> sender=bounce-mc.us1_1234569.89014-b2=example.org@mail.mcsv.net
> recipient=b2@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=205.201.131.15
> client_name=mail15.mcsv.net
> reverse_client_name=mail15.mcsv.net
> instance=3.54000
> sender=bounce-mc.us1_1234570.89015-b3=example.org@mail.mcsv.net
> recipient=b3@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=148.105.8.9
> client_name=mail9.mcsv.net
> reverse_client_name=mail9.mcsv.net
> instance=4.72000
> sender=bounce-mc.us1_1234571.89016-b4=example.org@mail.mcsv.net
> recipient=b4@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=198.2.180.7
> client_name=mail7.mcsv.net
> reverse_client_name=mail7.mcsv.net
> instance=5.90000
> sender=bounce-mc.us1_1234572.89017-b5=example.org@mail.mcsv.net
> recipient=b5@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=205.201.131.15
> client_name=mail15.mcsv.net
> reverse_client_name=mail15.mcsv.net
> instance=6.108000
> sender=bounce-mc.us1_1234573.89018-b6=example.org@mail.mcsv.net
> recipient=b6@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=148.105.8.9
> client_name=mail9.mcsv.net
> reverse_client_name=mail9.mcsv.net
> instance=7.126000
> sender=bounce-mc.us1_1234574.89019-b7=example.org@mail.mcsv.net
> recipient=b7@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=198.2.180.7
> client_name=mail7.mcsv.net
> reverse_client_name=mail7.mcsv.net
> instance=8.144000
> sender=bounce-mc.us1_1234575.89020-b8=example.org@mail.mcsv.net
> recipient=b8@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
after 18000s
> request=smtpd_access_policy
> client_address=205.201.131.15
> client_name=mail15.mcsv.net
> reverse_client_name=mail15.mcsv.net
> instance=9.162000
> sender=bounce-mc.us1_1234576.89021-b9=example.org@mail.mcsv.net
> recipient=b9@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
