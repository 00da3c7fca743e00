# One recipient that is not greylisted carries no other through: only those
# that passed by themselves do. [C7]
file whitelist_recipients postmaster@
file whitelist_recipients lab@example.org shadow
> request=smtpd_access_policy
> client_address=203.0.113.5
> instance=1.a
> sender=a@example.com
> recipient=postmaster@example.org
< action=DUNNO
log *reason=recipient-whitelist, *
+ recipient=b@example.org
< action=DEFER_IF_PERMIT *
+ recipient=lab@example.org
< action=DUNNO
log *would=greylist, *
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
# Nor does a failure of ours.
store fails
+ recipient=d@example.org
< action=DUNNO
log *reason=failure, *
store works
+ recipient=e@example.org
< action=DEFER_IF_PERMIT *
