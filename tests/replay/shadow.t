# In shadow mode all mail passes, and the log has the action of mode = enforce.
# [C17]
set delay_suspicious 3m
set mode shadow
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DUNNO
log action=pass, reason=new,*, would=greylist, wait=180,*
after 1m
again
< action=DUNNO
log action=pass, reason=early,*, would=greylist,*
after 2m
again
< action=DUNNO
log action=pass, reason=retried, delay=180,*
store fails
set on_failure close
again
< action=DUNNO
log action=pass, reason=failure,*, would=close,*
# Triplets that became known in shadow mode are known in mode = enforce.
store works
set mode enforce
again
< action=DUNNO
log *reason=known,*
