# A recipient that passes because of a list or shadow mode does not make the
# other recipients of the message pass. [C7]
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
# A recipient that passes because the store failed does not, either.
store fails
+ recipient=d@example.org
< action=DUNNO
log *reason=failure, *
store works
+ recipient=e@example.org
< action=DEFER_IF_PERMIT *
