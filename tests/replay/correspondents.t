# Our user alice writes to bob. The answer passes at once, from any host. It must
# come from bob, and it passes only for alice.
> request=smtpd_access_policy
> client_address=198.51.100.9
> sasl_username=alice
> sender=alice@our.example
> recipient=Bob@mail.example.com
< action=DUNNO
log *reason=authenticated, *
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=bob@mail.example.com
> recipient=alice@our.example
< action=DUNNO
log action=pass, reason=correspondent, *recipient=alice@our.example, class=suspicious, state=*
+ recipient=Alice+list@OUR.example
< action=DUNNO
log *reason=correspondent, *
+ sender=BOB+tag@mail.example.com
< action=DUNNO
log *reason=correspondent, *
# Bob may use a tag against bounces.
+ sender=prvs=0123abcdef=bob@mail.example.com
< action=DUNNO
log *reason=correspondent, *
# An address that looks rewritten by a forwarder is no answer: any host can write
# it in a domain of its own, where SPF passes.
+ client_address=203.0.113.77
+ sender=SRS0=abcd=XY=mail.example.com=bob@spam.example.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ sender=x+SRS=abcd=XY=mail.example.com=bob@spam.example.net
< action=DEFER_IF_PERMIT *
+ client_address=192.0.2.7
# To another user of ours it is greylisted, also in the same message: what is
# written in MAIL FROM must open nothing for those who never wrote to it.
+ sender=bob@mail.example.com
+ recipient=carol@our.example
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ recipient=alice@our.example
+ instance=1.1
< action=DUNNO
log *reason=correspondent, *
+ recipient=dave@our.example
< action=DEFER_IF_PERMIT *
log *reason=new, *
# Nor do other addresses of bob's domain pass, nor its subdomains.
+ recipient=alice@our.example
+ instance=
+ sender=eve@mail.example.com
< action=DEFER_IF_PERMIT *
+ sender=bob@example.com
< action=DEFER_IF_PERMIT *
+ sender=bob@mail.example.com.example.net
< action=DEFER_IF_PERMIT *
+ sender=bob@mail.example.com@example.net
< action=DEFER_IF_PERMIT *
# Bounces never match.
+ sender=
< action=DEFER_IF_PERMIT *
log *reason=new, *
# Any address of the domain may answer, but only from a host that is named in the
# domain. This is the weaker entry.
+ sender=support-1234@example.com
+ client_name=mx.example.com
+ reverse_client_name=mx.example.com
< action=DUNNO
log *reason=correspondent, *key_client=example.com, *
+ sender=support-1234@tickets.example.com
< action=DUNNO
log *reason=correspondent, *
+ recipient=carol@our.example
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ recipient=alice@our.example
+ sender=support-1234@other.example
< action=DEFER_IF_PERMIT *
+ sender=support-1235@example.com
+ client_name=mx.example.net
< action=DEFER_IF_PERMIT *
# The name is not confirmed, or says that any customer can have it.
+ client_name=unknown
< action=DEFER_IF_PERMIT *
+ client_name=host-192-0-2-7.example.com
+ client_address=192.0.2.7
< action=DEFER_IF_PERMIT *
log *reason=early, *
# A greylist entry wins.
entry greylist sender bob@mail.example.com 1h
+ sender=bob@mail.example.com
< action=DEFER_IF_PERMIT *
log *reason=new, *
after 1h 1s
# The triplet that is due does not matter. Answers do not prolong the time: only
# our own mail does.
again
< action=DUNNO
log *reason=correspondent, *
after 59d 22h 59m
again
< action=DUNNO
log *reason=correspondent, *
after 1h
again
< action=DEFER_IF_PERMIT *
log *reason=late, *
# Alice writes to a user of a free mail provider. His answer passes, but not the
# mail of all its other users.
> request=smtpd_access_policy
> client_address=198.51.100.9
> sasl_username=alice
> sender=alice@our.example
> recipient=carla@yahoo.com
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.2.99
> client_name=sonic301-21.consmr.mail.ne1.yahoo.com
> reverse_client_name=sonic301-21.consmr.mail.ne1.yahoo.com
> sender=carla@yahoo.com
> recipient=alice@our.example
< action=DUNNO
log *reason=correspondent, *
+ sender=mallory@yahoo.com
< action=DEFER_IF_PERMIT *
log *reason=new, *
