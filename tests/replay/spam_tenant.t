# A provider has well-known customers and a new customer. The new customer is
# not auto-whitelisted, because the key is the pool with the domain of the
# sender.
> request=smtpd_access_policy
> client_address=167.89.1.2
> client_name=o1.ptr1.sendgrid.net
> reverse_client_name=o1.ptr1.sendgrid.net
> sender=a@good.example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
+ client_address=198.21.0.2
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
+ client_address=149.72.1.2
+ client_name=o2.ptr2.sendgrid.net
+ reverse_client_name=o2.ptr2.sendgrid.net
+ recipient=d@example.org
< action=DUNNO
log *reason=auto-whitelisted, *
+ sender=a@bad.example.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
# The domain of a good customer does not pass from another pool.
+ client_address=203.0.113.5
+ client_name=mail.bad.example.net
+ reverse_client_name=mail.bad.example.net
+ sender=a@good.example.com
< action=DEFER_IF_PERMIT *
log *reason=new, *
