# After a counted retry of the domain, all hosts that may send for the domain pass
# at once, if this is known already. One network is enough.
set spf_pass_at_once 1
set auto_whitelist_after 0
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
# No retry has counted yet.
> request=smtpd_access_policy
> client_address=198.51.100.1
> sender=c@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
again
< action=DEFER_IF_PERMIT *
log *reason=early, *
after 5m
> request=smtpd_access_policy
> client_address=192.0.2.1
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
log *reason=retried, *
> request=smtpd_access_policy
> client_address=198.51.100.1
> sender=new@example.net
> recipient=new@example.org
< action=DUNNO
log *reason=authorised, *key_client=@example.net, *
# Not a host about which nothing is known yet.
+ client_address=203.0.113.1
< action=DEFER_IF_PERMIT *
lookup yes
again
< action=DUNNO
log *reason=authorised, *
# Not a host that may not send for the domain, not another domain, not the null
# sender.
+ client_address=203.0.114.1
< action=DEFER_IF_PERMIT *
lookup no
again
< action=DEFER_IF_PERMIT *
+ client_address=203.0.113.1
+ sender=new@example.com
< action=DEFER_IF_PERMIT *
lookup yes
again
< action=DEFER_IF_PERMIT *
+ sender=
< action=DEFER_IF_PERMIT *
lookup none
# If a list greylists the recipient, it does not pass.
file greylist_senders listed@example.net
+ sender=listed@example.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
# A domain of free mail never passes so.
> request=smtpd_access_policy
> client_address=192.0.2.9
> sender=a@gmail.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
lookup yes
after 5m
again
< action=DUNNO
+ sender=new@gmail.com
< action=DEFER_IF_PERMIT *
# The pass is no proof, and does not auto-whitelist the domain.
set spf_pass_at_once 0
set auto_whitelist_after 1
> request=smtpd_access_policy
> client_address=203.0.113.1
> sender=other@example.net
> recipient=other@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
# Without mail for "keep", the retries are forgotten.
set spf_pass_at_once 1
again
< action=DUNNO
log *reason=authorised, *
after 36d
again
< action=DEFER_IF_PERMIT *
lookup yes
again
< action=DEFER_IF_PERMIT *
log *reason=early, *
# With more, more retries are needed.
set auto_whitelist_after 0
set spf_pass_at_once 2
after 5m
again
< action=DUNNO
log *reason=retried, *
+ sender=more@example.net
< action=DEFER_IF_PERMIT *
set spf_pass_at_once 1
again
< action=DUNNO
