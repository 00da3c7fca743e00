# A mail server retries after ten minutes. From then on the triplet is known.
# [C1, C3, C26, C27]
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> reverse_client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in 60 seconds (reference 1p03xfrp)
log action=greylist, reason=new, client_name=mail.example.net, client_address=192.0.2.7, sender=a@example.net, recipient=b@example.org, wait=60, class=named, key_client=example.net, reference=1p03xfrp, state=RCPT
after 10m
again
< action=DUNNO
log action=pass, reason=retried, delay=600, client_name=mail.example.net, client_address=192.0.2.7, sender=a@example.net, recipient=b@example.org, age=600, class=named, key_client=192.0.2.0/24, state=RCPT
after 34d
again
< action=DUNNO
log *reason=known,*
# Another recipient is another triplet.
+ recipient=c@example.org
< action=DEFER_IF_PERMIT 4.2.0 *
log *reason=new,*
