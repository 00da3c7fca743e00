# Mail of the administrator's own networks is never greylisted, even if a list
# says so, and nothing is stored. The default is loopback.
file greylist_clients 0.0.0.0/0
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
log action=pass, reason=own-network, *
+ client_address=::ffff:127.1.2.3
< action=DUNNO
+ client_address=::1
< action=DUNNO
log *reason=own-network, *
+ client_address=192.0.2.7
< action=DEFER_IF_PERMIT *
set own_networks 192.0.2.0/24 2001:db8::/32
again
< action=DUNNO
log *reason=own-network, *
+ client_address=2001:db8:1::1
< action=DUNNO
+ client_address=192.0.3.7
< action=DEFER_IF_PERMIT *
# Loopback is not in the list any more. Nothing was stored for it.
+ client_address=127.0.0.1
< action=DEFER_IF_PERMIT *
log *reason=new, *
