# The part of a sender that changes from one attempt to the next is ignored. Two
# people with similar addresses are two senders. [C11]
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=prvs=3519a7c2ab=joe@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ sender=prvs=2520b8d3bc=joe@example.net
< action=DUNNO
log *reason=retried, *, sender=prvs=2520b8d3bc=joe@example.net, *
> request=smtpd_access_policy
> client_address=192.0.3.7
> sender=SRS0=x7Fq=Q2=example.com=joe@forwarder.example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ sender=SRS0=aB3d=Q3=example.com=joe@forwarder.example.net
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.4.7
> sender=list-return-4711-b=example.org@lists.example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ sender=list-return-4712-b=example.org@lists.example.net
< action=DUNNO
> request=smtpd_access_policy
> client_address=192.0.5.7
> sender=joe84@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ sender=joe85@example.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
# With normalise_sender = none, each address is a new sender.
set normalise_sender none
> request=smtpd_access_policy
> client_address=192.0.6.7
> sender=joe+a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ sender=joe+b@example.net
< action=DEFER_IF_PERMIT *
log *reason=new, *
set normalise_sender extension
+ sender=joe+c@example.net
< action=DEFER_IF_PERMIT *
after 5m
+ sender=joe+d@example.net
< action=DUNNO
