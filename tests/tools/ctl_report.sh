#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Test tardigrey report and tardigrey status.
. "${srcdir:-.}/tests/tools/ctl_lib.sh"
ctl triplets import <<END > /dev/null
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"a@slow.example","recipient":"b@example.org","first_seen":$((now - 4000)),"last_seen":$((now - 400)),"passed":$((now - 400)),"expires":$((now + 9000)),"deferred":2,"passes":1}
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"c@slow.example","recipient":"b@example.org","first_seen":$((now - 700)),"last_seen":$((now - 100)),"passed":$((now - 100)),"expires":$((now + 9000)),"deferred":1,"passes":1}
{"kind":"triplet-network","client":"203.0.113.0/24","sender":"x@spam.example","recipient":"b@example.org","first_seen":$((now - 700)),"last_seen":$((now - 700)),"passed":null,"expires":$((now + 9000)),"deferred":1,"passes":0}
{"kind":"triplet-network","client":"203.0.113.0/24","sender":"y@old.example","recipient":"b@example.org","first_seen":$((now - 9000000)),"last_seen":$((now - 8000000)),"passed":$((now - 8000000)),"expires":$((now + 9000)),"deferred":1,"passes":1}
END
expect_ctl 0 '*Senders delayed most*     2  up to 1 hour * tardigrey whitelist add sender slow.example*     1  203.0.113.0/24*' \
    report
expect_ctl 0 '*"senders":*"sender":"slow.example","n":2,"longest":3600*' \
    --json report
expect_ctl 0 '*No sender was delayed*No client is waiting*' report --until 6d
expect_ctl 2 '*--until must be shorter ago than --since*' report --since 1d \
    --until 2d
ctl triplets import <<END > /dev/null
{"kind":"triplet-network","client":"203.0.113.0/24","sender":"z@early.example","recipient":"b@example.org","first_seen":$((now - 700)),"last_seen":$((now - 650)),"passed":null,"expires":$((now + 9000)),"deferred":2,"passes":0}
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"<script>@slow.<b>","recipient":"b@example.org","first_seen":$((now - 9000)),"last_seen":$((now - 400)),"passed":$((now - 400)),"expires":$((now + 9000)),"deferred":2,"passes":1}
END
expect_ctl 0 '*Clients that retried too early, and have not passed*     1  203.0.113.0/24*' \
    report
# The command can be pasted: strangers choose the addresses.
ctl triplets import <<END > /dev/null
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"<>","recipient":"b@example.org","first_seen":$((now - 9000)),"last_seen":$((now - 400)),"passed":$((now - 400)),"expires":$((now + 9000)),"deferred":2,"passes":1}
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"a@\$(id).'x;y","recipient":"b@example.org","first_seen":$((now - 9000)),"last_seen":$((now - 400)),"passed":$((now - 400)),"expires":$((now + 9000)),"deferred":2,"passes":1}
END
expect_ctl 0 "*tardigrey whitelist add sender '<>'*" report
expect_ctl 0 "*tardigrey whitelist add sender '\$(id).'\\\\''x;y'*" report
expect_ctl 0 '*"early_clients":*"client":"203.0.113.0/24","n":1}*' --json report
expect_ctl 0 '<!doctype html>*Senders delayed most*slow.example*slow.&lt;b&gt;*203.0.113.0/24*</html>*' \
    report --html
expect_ctl 2 '*use only one of --json and --html*' --json report --html
case $(ctl report --html) in
*'<b>'*'slow.<b>'* | *'<script'*) complain "the report is not escaped" ;;
esac
case $(ctl report --since 30d) in
*old.example*) complain "a pass before the period is reported" ;;
esac

# Whitelist lines without a hit, but not entries of the last 90 days.
printf '%s\n' mail.unused.example 198.51.100.7 > "$folder/clients"
echo "whitelist_clients = $folder/clients" >> "$conf"
ctl whitelist add client 198.51.100.9 > /dev/null
expect_ctl 0 "*Whitelist lines without a hit in 90 days: 2 of 3*  client mail.unused.example ($folder/clients:1)*" \
    report
expect_ctl 0 '*"whitelist_lines":3,"unused_lines":2,"unused":*{"line":"client 198.51.100.7 *' \
    --json report
expect_ctl 0 '*Whitelist lines without a hit*mail.unused.example*2 of 3 lines*' \
    report --html

# No daemon answers here.
echo "listen = unix:$folder/policy.sock" >> "$conf"
expect_ctl 1 'unhealthy: tardigreyd does not answer: unix:*' status
expect_ctl 2 'TARDIGREY CRITICAL - unhealthy: *' status --nagios
leave
