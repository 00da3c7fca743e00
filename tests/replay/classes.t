# A named client waits for delay, a suspicious one for delay_suspicious. A
# recipient's own delay overrides both.
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 60 seconds*
log *wait=60, class=named, *
after 59s
again
< action=DEFER_IF_PERMIT *in 1 seconds*
after 1s
again
< action=DUNNO
log *reason=retried, delay=60, *class=named, *
# No name, a name that is not confirmed, and a generic name.
> request=smtpd_access_policy
> client_address=198.51.100.7
> client_name=unknown
> reverse_client_name=unknown
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 240 seconds*
log *wait=240, class=suspicious, *
> request=smtpd_access_policy
> client_address=203.0.113.7
> client_name=unknown
> reverse_client_name=mail.example.com
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 240 seconds*
> request=smtpd_access_policy
> client_address=192.0.2.129
> client_name=dyn129.example.com
> reverse_client_name=dyn129.example.com
> sender=c@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 240 seconds*
after 239s
again
< action=DEFER_IF_PERMIT *in 1 seconds*
after 1s
again
< action=DUNNO
log *reason=retried, delay=240, *class=suspicious, *
# The first attempt came without a name, because DNS failed. The retry is named,
# and due at the shorter delay.
> request=smtpd_access_policy
> client_address=192.0.2.200
> client_name=unknown
> reverse_client_name=unknown
> sender=d@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 240 seconds*
after 1m
+ client_name=mail.example.net
+ reverse_client_name=mail.example.net
< action=DUNNO
log *reason=retried, delay=60, *
# The other way round: the shorter delay still counts.
> request=smtpd_access_policy
> client_address=192.0.2.200
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> sender=e@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 60 seconds*
after 59s
+ client_name=unknown
+ reverse_client_name=unknown
< action=DEFER_IF_PERMIT *in 1 seconds*
after 1s
again
< action=DUNNO
log *reason=retried, delay=60, *class=suspicious, *
file whitelist_recipients slow@example.org delay=10m
file whitelist_recipients quick@example.org delay=10s
+ recipient=slow@example.org
< action=DEFER_IF_PERMIT *in 600 seconds*
+ recipient=quick@example.org
< action=DEFER_IF_PERMIT *in 10 seconds*
> request=smtpd_access_policy
> client_address=203.0.113.9
> client_name=unknown
> reverse_client_name=unknown
> sender=a@example.net
> recipient=quick@example.org
< action=DEFER_IF_PERMIT *in 10 seconds*
# A delay_suspicious that is shorter than delay counts as delay.
set delay 5m
+ recipient=e@example.org
< action=DEFER_IF_PERMIT *in 300 seconds*
