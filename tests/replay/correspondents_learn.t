# Mail from own_networks makes correspondents, too: a mailing list on this host.
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=list-bounces+bob=example.com@our.example
> recipient=bob@example.com
< action=DUNNO
log *reason=own-network, *
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=bob@example.com
> recipient=list-bounces+jim=example.net@our.example
< action=DUNNO
log *reason=correspondent, *
# A request for DATA with a single recipient does the same. Others have no
# recipient.
> request=smtpd_access_policy
> protocol_state=DATA
> client_address=127.0.0.1
> sender=dave@our.example
> recipient=jim@example.com
< action=DUNNO
+ recipient=
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=jim@example.com
> recipient=dave@our.example
< action=DUNNO
log *reason=correspondent, *
# With "no", nothing is looked up or remembered.
set correspondents no
again
< action=DEFER_IF_PERMIT *
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=dave@our.example
> recipient=eve@example.com
< action=DUNNO
set correspondents yes
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=eve@example.com
> recipient=dave@our.example
< action=DEFER_IF_PERMIT *
# Without pools there is no entry for the domain.
set pools no
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=dave@our.example
> recipient=eve@example.net
< action=DUNNO
set pools yes
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mx.example.net
> reverse_client_name=mx.example.net
> sender=joe@example.net
> recipient=dave@our.example
< action=DEFER_IF_PERMIT *
+ sender=eve@example.net
< action=DUNNO
log *reason=correspondent, *
# If the store fails, mail of ours passes, and its correspondent is lost. After
# ten seconds it is tried again.
store cannot-write
> request=smtpd_access_policy
> client_address=198.51.100.9
> sasl_username=dave
> sender=dave@our.example
> recipient=ann@example.org
< action=DUNNO
log *reason=authenticated, *
store fails
+ recipient=joe@example.org
< action=DUNNO
log *reason=authenticated, *
store works
+ recipient=kim@example.org
< action=DUNNO
after 10s
+ recipient=lee@example.org
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.2.9
> sender=ann@example.org
> recipient=dave@our.example
< action=DEFER_IF_PERMIT *
+ sender=joe@example.org
< action=DEFER_IF_PERMIT *
+ sender=kim@example.org
< action=DEFER_IF_PERMIT *
+ sender=lee@example.org
< action=DUNNO
log *reason=correspondent, *
# A known triplet decides before, so that it stays known.
> request=smtpd_access_policy
> client_address=192.0.2.9
> sender=una@example.org
> recipient=dave@our.example
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
log *reason=retried, *
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=dave@our.example
> recipient=una@example.org
< action=DUNNO
after 30d
> request=smtpd_access_policy
> client_address=192.0.2.9
> sender=una@example.org
> recipient=dave@our.example
< action=DUNNO
log *reason=known, *
after 34d
again
< action=DUNNO
log *reason=known, *
# correspondents_keep: our own mail prolongs the time.
set correspondents_keep 10d
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=dave@our.example
> recipient=pat@example.org
< action=DUNNO
after 9d
again
< action=DUNNO
after 9d
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=pat@example.org
> recipient=dave@our.example
< action=DUNNO
log *reason=correspondent, *
after 1d 1s
again
< action=DEFER_IF_PERMIT *
# A correspondent who has expired becomes one again.
> request=smtpd_access_policy
> client_address=127.0.0.1
> sender=dave@our.example
> recipient=pat@example.org
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=pat@example.org
> recipient=dave@our.example
< action=DUNNO
log *reason=correspondent, *
