# null_sender: greylist bounces at RCPT, at DATA, or never. [C10, C14]
set delay_suspicious 3m
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=203.0.113.5
> instance=1.a
> sender=
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
set null_sender data
# At RCPT the request passes. A callback probe ends here.
+ instance=2.a
+ recipient=c@example.org
< action=DUNNO
log *reason=null-sender, *
# A bounce continues with DATA, and is deferred there.
+ protocol_state=DATA
< action=DEFER_IF_PERMIT *
after 5m
+ protocol_state=RCPT
+ instance=3.a
< action=PREPEND X-Greylist: *
log *reason=retried, *
+ protocol_state=DATA
< action=DUNNO
# If a message has several recipients, Postfix sends no recipient at DATA.
+ protocol_state=RCPT
+ instance=4.a
+ recipient=d@example.org
< action=DUNNO
+ recipient=e@example.org
< action=DUNNO
+ protocol_state=DATA
+ recipient=
< action=DEFER_IF_PERMIT *in 180 seconds*
+ protocol_state=END-OF-MESSAGE
< action=DEFER_IF_PERMIT *
after 3m
+ protocol_state=RCPT
+ instance=5.a
+ recipient=d@example.org
< action=PREPEND X-Greylist: *
+ recipient=e@example.org
< action=DUNNO
+ protocol_state=DATA
+ recipient=
< action=DUNNO
+ protocol_state=END-OF-MESSAGE
< action=DUNNO
# Mail that is not a bounce passes at END-OF-MESSAGE.
+ instance=6.a
+ sender=a@example.com
< action=DUNNO
log *reason=state, *
# Nor is it greylisted at DATA: the mail server may have exempted its client from
# the check at RCPT. The statistics do not count it a second time.
+ instance=6.b
+ client_address=203.0.113.200
+ protocol_state=DATA
+ recipient=b@example.org
< action=DUNNO
log *reason=state, *
# In shadow mode nothing is postponed until DATA.
file whitelist_recipients lab@ shadow
+ instance=7.a
+ protocol_state=RCPT
+ sender=
+ recipient=lab@example.org
< action=DUNNO
log *reason=new, *would=greylist, *
+ protocol_state=DATA
+ recipient=
< action=DUNNO
set null_sender pass
> request=smtpd_access_policy
> client_address=203.0.113.5
> sender=
> recipient=f@example.org
< action=DUNNO
log *reason=null-sender, *
