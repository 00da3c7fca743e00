# The policy clients of the qmail family, with the attributes they send. All
# compare the first word of the action with upper-case words, and s/qmail
# takes a bare 450 for an accept.
#
# s/qmail's qmail-postgrey: no protocol_state, an unconfirmed name.
> request=smtpd_access_policy
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 Greylisted*
after 6m 40s
again
< action=DUNNO
log *reason=retried, delay=400,*
# qenvscan-policyd, for postgrey: as much as Postfix sends, no instance.
> request=smtpd_access_policy
> protocol_state=RCPT
> protocol_name=SMTP
> client_address=198.51.100.7
> client_name=unknown
> helo_name=mail.example.com
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 Greylisted*
after 6m 40s
again
< action=DUNNO
# qrey.c misspells the recipient: each sender at a client waits once.
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=203.0.113.7
> sender=a@example.net
> ecipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 Greylisted*
after 6m 40s
again
< action=DUNNO
+ ecipient=c@example.org
< action=DUNNO
log *reason=known,*
# qmail's double bounce and the null sender are one.
> request=smtpd_access_policy
> client_address=203.0.113.7
> sender=#@[]
> recipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 Greylisted*
after 6m 40s
+ sender=
< action=DUNNO
log *reason=retried,*
