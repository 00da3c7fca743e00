# Shadow mode until a date, for all recipients and for one. The story begins on
# 2001-09-09 at 01:46:40 UTC. [C17]
file whitelist_recipients lab@example.org shadow-until=2001-09-11
set mode shadow until 2001-09-10
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
log action=pass, reason=new,*, would=greylist,*
after 22h 13m 19s
+ sender=b@example.net
< action=DUNNO
log action=pass, reason=new,*, would=greylist,*
after 1s
+ sender=c@example.net
< action=DEFER_IF_PERMIT *
log action=greylist, reason=new,*
# The recipient is in shadow mode one day longer.
+ recipient=lab@example.org
< action=DUNNO
log action=pass, reason=new,*, would=greylist,*
after 23h 59m 59s
+ sender=d@example.net
< action=DUNNO
log action=pass, reason=new,*, would=greylist,*
after 1s
+ sender=e@example.net
< action=DEFER_IF_PERMIT *
log action=greylist, reason=new,*
