# The policy clients of the qmail family, with the attributes that they send.
# All of them compare the first word of the action with upper-case words.
# s/qmail accepts the mail if the action is only 450.
#
# qmail-postgrey of s/qmail sends no protocol_state and an unconfirmed name.
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
# qenvscan-policyd (for postgrey) sends what Postfix sends, but no instance.
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
# qrey.c misspells the recipient attribute. So a client and a sender are
# deferred once for all recipients.
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
# The sender of qmail's double bounces counts as the null sender.
> request=smtpd_access_policy
> client_address=203.0.113.7
> sender=#@[]
> recipient=b@example.org
< action=DEFER_IF_PERMIT 4.2.0 Greylisted*
after 6m 40s
+ sender=
< action=DUNNO
log *reason=retried,*
