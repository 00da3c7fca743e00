# Addresses of one network are one client. Addresses of two networks are two. An
# IPv4-mapped IPv6 address is an IPv4 address. [C8]
> request=smtpd_access_policy
> protocol_state=RCPT
> client_address=192.0.2.7
> client_name=mail.example.net
> sender=a@example.net
> recipient=b@example.org
< action=DEFER_IF_PERMIT *
after 5m
+ client_address=192.0.2.255
< action=DUNNO
log *reason=retried,*key_client=192.0.2.0/24,*
+ client_address=::ffff:192.0.2.99
< action=DUNNO
log *reason=known,*
+ client_address=192.0.3.7
< action=DEFER_IF_PERMIT *
log *reason=new,*key_client=192.0.3.0/24,*
+ client_address=2001:db8:0:1::1
< action=DEFER_IF_PERMIT *
log *key_client=2001:db8:0:1::/64,*
after 5m
+ client_address=2001:0DB8::1:ffff:0:0:2
< action=DUNNO
log *reason=retried,*
+ client_address=2001:db8:0:2::1
< action=DEFER_IF_PERMIT *
log *reason=new,*key_client=2001:db8:0:2::/64,*
# With the longest prefixes, each address is a client.
set ipv4_prefix 32
set ipv6_prefix 128
+ client_address=192.0.2.7
< action=DEFER_IF_PERMIT *
log *key_client=192.0.2.7/32,*
after 5m
+ client_address=192.0.2.8
< action=DEFER_IF_PERMIT *
+ client_address=192.0.2.7
< action=DUNNO
