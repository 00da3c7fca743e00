# Domains with misplaced dots are searched for in the lists like other domains.
file whitelist_senders example.net
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=a@.example.org
> recipient=b@..
< action=DEFER_IF_PERMIT *
log *reason=new, *
+ sender=a@...
< action=DEFER_IF_PERMIT *
+ sender=@
< action=DEFER_IF_PERMIT *
+ sender=a@b.example.net.
< action=DEFER_IF_PERMIT *
+ sender=a@.example.net
< action=DUNNO
log *reason=sender-whitelist, *
