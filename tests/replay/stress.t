# Under stress Postfix hangs up after one error. With stress = pass, mail passes
# then, and its attempts are stored as usual. [C64]
> request=smtpd_access_policy
> client_address=203.0.113.5
> stress=yes
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
set stress pass
again
< action=DUNNO
log action=pass, reason=stress, *
+ recipient=c@example.org
< action=DUNNO
log action=pass, reason=stress, *
+ stress=
< action=DEFER_IF_PERMIT *
log *reason=early, *
after 4m
again
< action=DUNNO
log *reason=retried, *
