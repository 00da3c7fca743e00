# After two counted retries of the domain, a host that may send for the domain
# passes at once, if this is known already.
set auto_whitelist_spacing 0
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
> request=smtpd_access_policy
> client_address=198.51.100.1
> sender=c@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
> request=smtpd_access_policy
> client_address=203.0.113.1
> sender=d@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
after 5m
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
> request=smtpd_access_policy
> client_address=198.51.100.1
> sender=c@example.net
> recipient=b@example.org
< action=DUNNO
log *reason=retried, *
> request=smtpd_access_policy
> client_address=203.0.113.1
> sender=new@example.net
> recipient=new@example.org
< action=DUNNO
log *reason=auto-whitelisted, *key_client=@example.net, *
# Not with another domain, and not from a host that nobody knows.
+ sender=new@example.com
< action=DEFER_IF_PERMIT *
lookup no
+ sender=new@example.net
+ client_address=203.0.114.1
< action=DEFER_IF_PERMIT *
lookup no
again
< action=DEFER_IF_PERMIT *
log *reason=early, *
# Without pools there are no questions.
set pools no
+ client_address=203.0.115.1
< action=DEFER_IF_PERMIT *
lookup none
