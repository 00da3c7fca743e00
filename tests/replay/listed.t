# Lines of list files, entries of the store, and which of them decides. [C15]
file whitelist_clients 192.0.2.0/24 # ours
file whitelist_clients example.net
file whitelist_senders news@
file whitelist_recipients postmaster@
file whitelist_recipients boss@example.org delay=10m
file whitelist_recipients lab@example.org shadow
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mail.other.example
> reverse_client_name=mail.other.example
> sender=a@example.com
> recipient=b@example.org
< action=DUNNO
log action=pass, reason=client-whitelist, *, list=whitelist_clients:1, pattern=192.0.2.0/24, state=
# A name counts only if the request says that it is confirmed.
> request=smtpd_access_policy
> client_address=198.51.100.7
> client_name=mail.example.net
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
+ reverse_client_name=mail.example.net
< action=DUNNO
log *reason=client-whitelist, *, list=whitelist_clients:2, pattern=example.net, *
# A domain matches only whole labels of a name.
+ client_name=mailexample.net
< action=DEFER_IF_PERMIT *
+ sender=News+7@example.com
< action=DUNNO
log *reason=sender-whitelist, *
+ sender=a@example.com
+ recipient=Postmaster@example.org
< action=DUNNO
log *reason=recipient-whitelist, *
# A recipient has its own delay.
+ recipient=boss@example.org
< action=DEFER_IF_PERMIT *in 600 seconds*
log *list=whitelist_recipients:2, pattern=boss@example.org, *
after 9m 59s
again
< action=DEFER_IF_PERMIT *in 1 seconds*
after 1s
again
< action=DUNNO
log *reason=retried, delay=600, *
# A recipient has the setting shadow.
+ recipient=lab@example.org
< action=DUNNO
log action=pass, reason=new, *would=greylist, *
# An entry of the store decides before a line of a file, and a whitelist entry
# before a greylist entry.
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=a@example.com
> recipient=c@example.org
< action=DUNNO
entry greylist client 192.0.2.7
again
< action=DEFER_IF_PERMIT *
log *reason=new, *list=entry, pattern=192.0.2.7, *
entry whitelist sender a@example.com 1h
again
< action=DUNNO
log *reason=sender-whitelist, *list=entry, pattern=a@example.com, *
# The whitelist entry has expired.
after 61m
again
< action=DUNNO
log *reason=retried, *
# greylist_recipients = listed: only recipients in a list are greylisted. A
# setting in a list is enough.
set greylist_recipients listed
> request=smtpd_access_policy
> client_address=203.0.113.7
> sender=a@example.com
> recipient=d@example.org
< action=DUNNO
log *reason=unlisted, *
+ recipient=boss@example.org
< action=DEFER_IF_PERMIT *in 600 seconds*
file whitelist_recipients example.org on
+ recipient=d@example.org
< action=DEFER_IF_PERMIT *
+ recipient=postmaster@example.org
< action=DUNNO
# A client on a greylist is greylisted even if no list has the recipient.
entry greylist client 203.0.113.9
+ client_address=203.0.113.9
+ recipient=e@example.com
< action=DEFER_IF_PERMIT *
