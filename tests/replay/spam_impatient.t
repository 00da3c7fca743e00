# Spam software retries at once and then each minute. It passes after the
# delay, not earlier and not later. From a host without a good name that is
# delay_suspicious.
> request=smtpd_access_policy
> client_address=203.0.113.5
> sender=a@example.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
again
< action=DEFER_IF_PERMIT *in 240 seconds*
after 1m
again
< action=DEFER_IF_PERMIT *in 180 seconds*
after 1m
again
< action=DEFER_IF_PERMIT *in 120 seconds*
after 1m
again
< action=DEFER_IF_PERMIT *in 60 seconds*
after 59s
again
< action=DEFER_IF_PERMIT *in 1 seconds*
after 1s
again
< action=DUNNO
log *reason=retried, delay=240, *
