# Customers of a hoster send with addresses of a free mail provider. Two of them
# retry, from two networks. This does not open the address of the provider to
# the other customers. [C5]
> request=smtpd_access_policy
> client_address=192.0.2.1
> client_name=h1.hoster.example.net
> reverse_client_name=h1.hoster.example.net
> sender=one@gmail.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
log *reason=retried, *
+ client_address=198.51.100.1
+ client_name=h2.hoster.example.net
+ sender=two@gmail.com
< action=DEFER_IF_PERMIT *
after 10m
again
< action=DUNNO
log *reason=retried, *
+ client_address=203.0.113.1
+ client_name=h3.hoster.example.net
+ sender=three@GMail.com
< action=DEFER_IF_PERMIT *
log *reason=new, *
# The provider itself passes after two retries.
> request=smtpd_access_policy
> client_address=209.85.221.54
> client_name=mail-wr1-f54.google.com
> reverse_client_name=mail-wr1-f54.google.com
> sender=one@gmail.com
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 10m
+ client_address=74.125.82.41
+ client_name=mail-wm1-f41.google.com
< action=DUNNO
log *reason=retried, *
+ sender=two@gmail.com
< action=DEFER_IF_PERMIT *
after 10m
+ client_address=209.85.128.173
+ client_name=mail-yw1-f173.google.com
< action=DUNNO
log *reason=retried, *
+ client_address=209.85.221.60
+ client_name=mail-wr1-f60.google.com
+ sender=three@gmail.com
< action=DUNNO
log *reason=auto-whitelisted, *
