# A client is auto-whitelisted after two retries, ten minutes apart. Its mail keeps it
# auto-whitelisted, but deferred mail does not. A greylist entry overrides the
# auto-whitelist. The record expires after keep. [C5, C6]
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
+ recipient=d@example.org
< action=DUNNO
log *reason=auto-whitelisted, *key_client=192.0.2.7, *
# Another address of the network is not auto-whitelisted.
+ client_address=192.0.2.8
< action=DEFER_IF_PERMIT *
+ client_address=192.0.2.7
+ recipient=e@example.org
< action=DUNNO
after 34d
again
< action=DUNNO
log *reason=auto-whitelisted, *
after 34d
again
< action=DUNNO
log *reason=auto-whitelisted, *
# While an entry greylists the client, the auto-whitelist is not used. Deferred
# mail does not keep the record from expiring.
entry greylist client 192.0.2.7 20d
after 19d
+ recipient=f@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *list=entry, *
after 17d
again
< action=DEFER_IF_PERMIT *
# After the record has expired, one retry is not enough.
after 10m
again
< action=DUNNO
log *reason=retried, *
+ recipient=g@example.org
< action=DEFER_IF_PERMIT *
