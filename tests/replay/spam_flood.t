# Spam software never retries. None of its mail passes.
> request=smtpd_access_policy
> client_address=203.0.113.5
> client_name=mail.spam.example.com
> reverse_client_name=mail.spam.example.com
> sender=a1@spam.example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 1h
+ sender=a2@spam.example.com
< action=DEFER_IF_PERMIT *
+ recipient=c@example.org
< action=DEFER_IF_PERMIT *
after 1h
+ sender=a3@spam.example.com
< action=DEFER_IF_PERMIT *
log *reason=new, *
after 5h
+ sender=a4@spam.example.com
+ client_address=203.0.113.77
< action=DEFER_IF_PERMIT *
log *reason=new, *
