# Bounces pass, but what a list greylists is always greylisted.
set null_sender pass
entry greylist recipient forged@example.org
> request=smtpd_access_policy
> client_address=192.0.2.7
> sender=
> recipient=b@example.org
< action=DUNNO
log *reason=null-sender, *
+ recipient=forged@example.org
< action=DEFER_IF_PERMIT *
log *reason=new, *
