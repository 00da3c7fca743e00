# What a stranger can write must not make a correspondent, and mail between two
# addresses of one domain makes none: strangers like to write the domain of the
# recipient, or the recipient itself, in MAIL FROM.
> request=smtpd_access_policy
> client_address=198.51.100.9
> sasl_username=alice
> sender=alice@our.example
> recipient=carol@our.example
< action=DUNNO
+ recipient=alice@OUR.example
< action=DUNNO
+ recipient=postmaster
< action=DUNNO
+ recipient=SRS0=abcd=XY=our.example=carol@forwarder.example.net
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mx.our.example
> reverse_client_name=mx.our.example
> sender=carol@our.example
> recipient=alice@our.example
< action=DEFER_IF_PERMIT *
+ sender=alice@our.example
< action=DEFER_IF_PERMIT *
+ sender=SRS0=abcd=XY=our.example=carol@forwarder.example.net
< action=DEFER_IF_PERMIT *
+ sender=postmaster
< action=DEFER_IF_PERMIT *
# A stranger's own mail makes no correspondent, whether it is deferred or passes,
# and whatever its state.
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=alice@our.example
> recipient=spammer@example.net
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
log *reason=retried, *
+ protocol_state=VRFY
< action=DUNNO
+ protocol_state=DATA
+ sasl_username=
< action=DUNNO
> request=smtpd_access_policy
> client_address=203.0.113.9
> sender=spammer@example.net
> recipient=alice@our.example
< action=DEFER_IF_PERMIT *
log *reason=new, *
# A bounce that our server sends makes none.
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=
> recipient=spammer@example.net
< action=DUNNO
log *reason=own-network, *
> request=smtpd_access_policy
> client_address=203.0.113.9
> sender=spammer@example.net
> recipient=
< action=DEFER_IF_PERMIT *
