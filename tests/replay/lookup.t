# tardigrey-lookup answers that two hosts without a name may send the mail of
# example.net. They then are one pool, from the first attempt on.
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=a@Example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *key_client=192.0.2.0/24, *
lookup yes
again
< action=DEFER_IF_PERMIT *
log *reason=early, *
lookup none
after 5m
# Another host: the first attempt is deferred, because nothing is known about it.
+ client_address=198.51.100.1
< action=DEFER_IF_PERMIT *
log *reason=new, *
lookup yes
# Now it is known, and the triplet of the domain has waited since the first host.
again
< action=DUNNO
log *reason=retried, *key_client=@example.net, *
# A host that may not send for the domain is on its own.
+ client_address=203.0.113.1
< action=DEFER_IF_PERMIT *
lookup no
again
< action=DEFER_IF_PERMIT *
log *reason=early, *key_client=203.0.113.0/24, *
lookup none
# So is another sender, another recipient, or another domain of an authorised host.
+ client_address=198.51.100.1
+ sender=c@example.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ sender=a@example.com
< action=DEFER_IF_PERMIT *
lookup no
# The answer for the domain is not the answer for a subdomain.
+ sender=a@sub.example.net
< action=DEFER_IF_PERMIT *
lookup no
# A client with a pool, the null sender and a sender without a domain: no question.
+ sender=a@example.edu
+ client_name=mx.example.edu
+ reverse_client_name=mx.example.edu
< action=DEFER_IF_PERMIT *
lookup none
+ client_name=unknown
+ sender=
< action=DEFER_IF_PERMIT *
lookup none
+ sender=root
< action=DEFER_IF_PERMIT *
lookup none
+ sender=a@[192.0.2.1]
< action=DEFER_IF_PERMIT *
lookup none
# "yes" holds for a day, "no" for an hour.
after 2h
> request=smtpd_access_policy
> client_address=203.0.113.1
> sender=d@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup no
after 23h
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=e@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
