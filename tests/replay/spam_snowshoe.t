# A spammer sends from many networks. Without a name, each network is
# deferred. With hosts in a domain of its own, each triplet is deferred until
# the client is auto-whitelisted, and then only senders in its own domain
# pass. The retries of one host open only its own network. Retries from a second
# network open all of them. [C5]
> request=smtpd_access_policy
> client_address=203.0.113.5
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 10m
+ client_address=198.51.100.5
< action=DEFER_IF_PERMIT *
log *reason=new, *
after 10m
+ client_address=192.0.2.5
< action=DEFER_IF_PERMIT *
log *reason=new, *
> request=smtpd_access_policy
> client_address=203.0.113.9
> client_name=s1.snow.example.net
> reverse_client_name=s1.snow.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
log *reason=retried, *
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 5m
again
< action=DUNNO
log *reason=retried, *
+ client_address=198.51.100.9
+ recipient=d@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ client_address=192.0.2.9
+ recipient=e@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
# Another address of the network that has retried passes.
+ client_address=203.0.113.77
+ recipient=f@example.org
< action=DUNNO
log *reason=auto-whitelisted, *key_client=example.net, *
after 5m
+ client_address=198.51.100.9
+ recipient=d@example.org
< action=DUNNO
log *reason=retried, *
+ client_address=192.0.2.9
+ recipient=g@example.org
< action=DUNNO
log *reason=auto-whitelisted, *key_client=example.net, *
+ sender=a@other.example.com
< action=DEFER_IF_PERMIT *
log *reason=new, *
