# A sender tries each message first from one host and then from its fallback host
# in another network. Each such retry comes from two networks. After two, all
# hosts of the pool pass. [C5]
> request=smtpd_access_policy
> client_address=192.0.2.1
> client_name=mx.example.net
> reverse_client_name=mx.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ client_address=198.51.100.1
+ client_name=fallback.example.net
< action=DUNNO
log *reason=retried, *
after 10m
+ client_address=192.0.2.1
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ client_address=198.51.100.1
< action=DUNNO
log *reason=retried, *
+ client_address=192.0.2.1
+ recipient=d@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
+ client_address=203.0.113.1
< action=DUNNO
log *reason=auto-whitelisted, *
