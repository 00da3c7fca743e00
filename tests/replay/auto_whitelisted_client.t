# Proof by two retries; kept by use, not by deferred attempts; beaten by a
# greylist entry; forgotten after keep. [C5, C6]
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
+ recipient=b@example.org
< action=DUNNO
+ recipient=d@example.org
< action=DUNNO
log *reason=auto-whitelisted, *key_client=192.0.2.7, *
# Another address of the network has proven nothing.
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
# While an entry greylists it nothing of this is used, and what is deferred
# does not keep it.
entry greylist client 192.0.2.7 20d
after 19d
+ recipient=f@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *list=entry, *
after 17d
again
< action=DEFER_IF_PERMIT *
# Once is not enough to be proven again.
after 10m
again
< action=DUNNO
log *reason=retried, *
+ recipient=g@example.org
< action=DEFER_IF_PERMIT *
