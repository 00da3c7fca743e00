# A host with an IPv6 and an IPv4 address retries over the other protocol. Both
# addresses have the same confirmed name: they are one client. First a name that
# has a pool.
> request=smtpd_access_policy
> client_address=2001:db8::25
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 60 seconds*
after 5m
+ client_address=192.0.2.25
< action=DUNNO
log *reason=retried, delay=300, *key_client=example.net, *
# A rented machine: its name is generic. Another machine of the provider is
# another client.
> request=smtpd_access_policy
> client_address=2001:db8:1::25
> client_name=vmi123456.contaboserver.net
> reverse_client_name=vmi123456.contaboserver.net
> sender=a@shop.example
> recipient=b@example.org
< action=DEFER_IF_PERMIT *in 240 seconds*
log *class=suspicious, key_client=vmi123456.contaboserver.net, *
after 5m
+ client_address=198.51.100.25
+ client_name=vmi654321.contaboserver.net
+ reverse_client_name=vmi654321.contaboserver.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ client_address=203.0.113.25
+ client_name=vmi123456.contaboserver.net
+ reverse_client_name=vmi123456.contaboserver.net
< action=DUNNO
log *reason=retried, delay=300, *key_client=vmi123456.contaboserver.net, *
# Without a name, or with a name that contains the address, nothing connects the
# two addresses. Each address waits on its own.
> request=smtpd_access_policy
> client_address=2001:db8:2::25
> client_name=unknown
> reverse_client_name=unknown
> sender=c@shop.example
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ client_address=192.0.2.77
< action=DEFER_IF_PERMIT *
log *reason=new, *
after 5m
+ client_address=2001:db8:2::25
< action=DUNNO
log *reason=retried, delay=600, *
> request=smtpd_access_policy
> client_address=192.0.2.78
> client_name=host-192-0-2-78.example.com
> reverse_client_name=host-192-0-2-78.example.com
> sender=d@shop.example
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
log *class=suspicious, key_client=192.0.2.0/24, *
# A pool without names: the mail passes when a network comes a second time.
> request=smtpd_access_policy
> client_address=192.0.2.101
> sender=e@shop.example
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ client_address=198.51.100.101
< action=DEFER_IF_PERMIT *
after 5m
+ client_address=203.0.113.101
< action=DEFER_IF_PERMIT *
after 10m
+ client_address=198.51.100.102
< action=DUNNO
log *reason=retried, delay=900, *
