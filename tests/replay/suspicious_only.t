# With greylist = suspicious, named clients pass at once and nothing is stored.
# A recipient can have the word as a setting.
file whitelist_recipients codes.example.org suspicious
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> sender=a@example.net
> recipient=b@codes.example.org
< action=DUNNO
log action=pass, reason=named, *class=named, list=whitelist_recipients:1, *
+ recipient=b@example.org
< action=DEFER_IF_PERMIT *
set greylist suspicious
again
< action=DUNNO
log *reason=named, *class=named, state=*
# Nothing was stored.
set greylist all
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
set greylist suspicious
file whitelist_recipients strict.example.org all
file whitelist_recipients slow.example.org delay=10m
+ recipient=b@strict.example.org
< action=DEFER_IF_PERMIT *in 60 seconds*
+ recipient=b@slow.example.org
< action=DUNNO
log *reason=named, *
# Suspicious clients are greylisted.
> request=smtpd_access_policy
> client_address=79.193.162.179
> client_name=p4fc1a2b3.dip0.t-ipconnect.de
> reverse_client_name=p4fc1a2b3.dip0.t-ipconnect.de
> sender=a@example.net
> recipient=b@codes.example.org
< action=DEFER_IF_PERMIT *in 240 seconds*
log *reason=new, *class=suspicious, *
after 4m
again
< action=DUNNO
log *reason=retried, *
# A greylist wins.
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> sender=a@example.net
> recipient=z@example.org
< action=DUNNO
entry greylist sender a@example.net
after 1s
again
< action=DEFER_IF_PERMIT *
log *reason=new, *list=entry, *
# What it costs: a bot on a host with a good name passes.
> request=smtpd_access_policy
> client_address=203.0.113.5
> client_name=www.hacked.example.com
> reverse_client_name=www.hacked.example.com
> sender=spam@example.com
> recipient=z@example.org
< action=DUNNO
log *reason=named, *
