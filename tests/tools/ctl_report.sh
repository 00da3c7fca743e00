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
# The command can be pasted: strangers choose the addresses. There is none for a
# sender that is no domain, or whose domain "whitelist add" refuses.
ctl triplets import <<END > /dev/null
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"<>","recipient":"b@example.org","first_seen":$((now - 9000)),"last_seen":$((now - 400)),"passed":$((now - 400)),"expires":$((now + 9000)),"deferred":2,"passes":1}
{"kind":"triplet-network","client":"192.0.2.0/24","sender":"a@\$(id).'x;y","recipient":"b@example.org","first_seen":$((now - 9000)),"last_seen":$((now - 400)),"passed":$((now - 400)),"expires":$((now + 9000)),"deferred":2,"passes":1}
END
expect_ctl 0 "*tardigrey whitelist add sender '<>'*" report
expect_ctl 0 "*up to 2 hours 23 minutes * no entry for '\$(id).'\\\\''x;y'*" report
expect_ctl 0 '*"early_clients":*"client":"203.0.113.0/24","n":1}*' --json report
expect_ctl 0 '<!doctype html>*Senders delayed most*slow.example*slow.&lt;b&gt;*203.0.113.0/24*</html>*' \
    report --html
expect_ctl 2 '*use only one of --json and --html*' --json report --html
case $(ctl report --html) in
*'<b>'*'slow.<b>'* | *'<script'*) complain "the report is not escaped" ;;
esac
# passed SENDER: import a triplet that passed after an hour.
passed() {
	echo '{"kind":"triplet-network","client":"198.51.100.0/24","sender":"'"$1"'","recipient":"b@example.org","first_seen":'$((now - 4000))',"last_seen":'$((now - 400))',"passed":'$((now - 400))',"expires":'$((now + 9000))',"deferred":2,"passes":1}' |
	    ctl -o database="sqlite:$folder/senders" triplets import > /dev/null
}
# The key of a long sender is shortened.
cut=$(printf '%040d~0123456789abcdef~' 0)
for sender in root one@root a@[192.0.2.1] "$cut$(printf '%070d' 0)" \
    "$cut$(printf '%057d' 0)@long.example" "a@$(printf '%s' "$cut" | cut -c 3-)\
$(printf '%058d' 0)cut.example" 'a@<>' u@ a@-evil.example a@good.example; do
	passed "$sender"
done
ctl -o database="sqlite:$folder/senders" report > "$folder/text"
ctl -o database="sqlite:$folder/senders" report --html > "$folder/html"
grep -o 'tardigrey whitelist add sender .*' "$folder/text" > "$folder/found"
grep -o '<code>tardigrey whitelist add sender [^<]*' "$folder/html" |
    sed 's/<code>//' > "$folder/found.html"
cat > "$folder/expected" <<'END'
tardigrey whitelist add sender -- -evil.example
tardigrey whitelist add sender good.example
tardigrey whitelist add sender long.example
END
for found in found found.html; do
	diff "$folder/expected" "$folder/$found" ||
	    complain "$found: < was expected, > was printed"
done
grep -q '  no entry for root$' "$folder/text" || complain 'root is not reported'
grep -q '>root, up to' "$folder/html" || complain 'root is not in the page'
while read -r _ words; do
	# shellcheck disable=SC2086 # the words of a command
	expect_ctl 0 'whitelisted sender *' -o database="sqlite:$folder/pasted" \
	    $words
done < "$folder/expected"

# Names are counted together, however many there are.
for i in 1 2 3; do
	for name in $(seq 100); do
		echo '{"kind":"triplet-network","client":"192.0.2.'$((name % 25))'/32","sender":"s@x.example","recipient":"r'"$name.$i"'@example.org","first_seen":'$((now - 700))',"last_seen":'$((now - 700))',"passed":null,"expires":'$((now + 9000))',"deferred":1,"passes":0}'
	done
done | ctl -o database="sqlite:$folder/names" triplets import > /dev/null
[ "$(ctl -o database="sqlite:$folder/names" report |
    grep -c '^      12  192.0.2.[0-9]*/32$')" = 10 ] ||
    complain "names are not counted together"
expect_ctl 0 '*      12  192.0.2.0/32*      12  192.0.2.10/32*' \
    -o database="sqlite:$folder/names" report
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
# The longest pattern is not cut.
long=$(printf '%0480d' 0)
ctl whitelist add sender "$long@example.net" > /dev/null
! command -v sqlite3 > /dev/null || {
	sqlite3 "$folder/db" 'UPDATE list_entry SET created = 1'
	expect_ctl 0 "*  sender $long@example.net (entry)*" report
	expect_ctl 0 "*{\"line\":\"sender $long@example.net (entry)\"}*" \
	    --json report
	expect_ctl 0 "*sender $long@example.net (entry)<*" report --html
}

# No daemon answers here.
echo "listen = unix:$folder/policy.sock" >> "$conf"
expect_ctl 1 'unhealthy: tardigreyd does not answer: unix:*' status
expect_ctl 2 'TARDIGREY CRITICAL - unhealthy: *' status --nagios
leave
