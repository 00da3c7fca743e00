#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): triplets, clients, explanations, counts, export and import.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

# row CLIENT SENDER RECIPIENT AGE UNSEEN PASSED: print a line of an export. AGE
# and UNSEEN are the seconds since first_seen and last_seen.
row() {
	printf '{"kind":"triplet-network","client":"%s",%s,%s,"first_seen":%d,"last_seen":%d,"passed":%s,"expires":%d,"deferred":2,"passes":%d,"delay":null}\n' \
	    "$1" "$2" "$3" $((now - $4)) $((now - $5)) "$6" \
	    $((now + 80000)) "$([ "$6" = null ] && echo 0 || echo 1)"
}
{
	row 10.0.0.0/24 '"sender":"a@b.example"' '"recipient":"c@example.org"' \
	    100 50 null
	row 10.0.0.0/24 '"sender":"d@b.example"' '"recipient":"c@example.org"' \
	    1000 50 $((now - 600))
	row 10.0.1.0/24 '"sender":"old@b.example"' '"recipient":"\u00E9@d"' \
	    100000 90000 null
	row 10.0.1.0/24 '"sender_hex":"ff1b5b"' \
	    '"recipient":"c\u001B[31m\t\u007F@example.org"' 1000 50 null
	row 2001:db8::/64 '"sender":"<>"' '"recipient":"c@example.org"' \
	    50000 40000 $((now - 40000))
} > "$folder/lines"

# ---- Import and export ----

expect_ctl 0 '5 records imported' triplets import "$folder/lines"
ctl triplets export > "$folder/exported"
cmp "$folder/lines" "$folder/exported" || complain 'import, then export'
expect_ctl 0 '0 records imported' -o database=sqlite:"$folder/db2" \
    triplets import /dev/null
ctl triplets export |
    ctl -o database=sqlite:"$folder/db2" triplets import > /dev/null ||
    complain 'export | import'
ctl -o database=sqlite:"$folder/db2" triplets export |
    cmp "$folder/lines" - || complain 'export | import, then export'
# A second import of the same records changes nothing. Counters are merged like
# times: the larger number counts.
expect_ctl 0 '{"imported":5}' -o database=sqlite:"$folder/db2" \
    triplets import - --json < "$folder/lines"
cat "$folder/lines" "$folder/lines" |
    ctl -o database=sqlite:"$folder/db2" triplets import > /dev/null
ctl -o database=sqlite:"$folder/db2" triplets export |
    cmp "$folder/lines" - || complain 'the second import'
for deferred in 7 3 9 1; do
	sed "s/\"deferred\":2/\"deferred\":$deferred/" "$folder/lines"
done | ctl -o database=sqlite:"$folder/db2" triplets import > /dev/null
ctl -o database=sqlite:"$folder/db2" triplets export |
    grep -c '"deferred":9' | grep -qx 5 || complain 'the larger number'

# refused WHAT LINE: an import must refuse LINE, the second line of three, with
# an error that matches WHAT.
refused() {
	{
		head -n 1 "$folder/lines"
		printf '%s\n' "$2"
		head -n 1 "$folder/lines"
	} > "$folder/bad"
	expect_ctl 1 "$folder/bad:2: $1*1 record imported" \
	    -o database=sqlite:"$folder/db3" triplets import "$folder/bad"
}
edit() {
	head -n 1 "$folder/lines" | sed "$1"
}
refused 'not a JSON object' ''
refused 'not a JSON object' 'client'
refused '"kind": unknown kind (write one of triplet-network, *' "$(edit 's/triplet-network/row/')"
refused '"kind": unknown kind (write one of triplet-network, *' \
    "$(edit 's/"kind":"triplet-network",//')"
refused 'not a JSON object' "$(edit 's/}/,"client":"10.0.0.0\/24"}/')"
refused 'not a JSON object' '[]'
refused '"client" of triplet-network: not a network like *' "$(edit 's/10.0.0.0.24/10.0.0.1/')"
refused '"client" of triplet-network: not a network like *' "$(edit 's/10.0.0.0.24/10.0.0.1\\\/24/')"
refused '"client" of triplet-network: not a network like *' "$(edit 's/10.0.0.0.24/10.0.0.0\\\/024/')"
refused '"sender": not a text *' "$(edit 's/"a@b.example"/7/')"
refused '"sender" of triplet-network: not an address or <>*' "$(edit 's/"a@b.example"/""/')"
refused '"sender": the text has a line break*' "$(edit 's/a@b/a\\nb/')"
refused 'not a JSON object: *' "$(edit 's/a@b/a\\u0000b/')"
refused '"sender": the text has an upper-case letter*' "$(edit 's/a@b/A@b/')"
refused '"sender": not a text of at most 128*' \
    "$(edit "s/a@b/$(printf %0126d 1)/")"
refused '"sender": not a text of at most 128*' \
    "$(edit 's/"sender":"a@b.example"/"sender_hex":"6"/')"
refused '"sender": not a text of at most 128*' \
    "$(edit 's/"sender":"a@b.example"/"sender_hex":"6100"/')"
refused '"first_seen": not a whole number of at least 1' \
    "$(edit 's/"first_seen":/"first_seen":-/')"
refused '"last_seen": not a whole number of at least 1' \
    "$(edit 's/"last_seen":[0-9]*/"last_seen":1.5/')"
refused '"passed": not a whole number of at least 1' \
    "$(edit 's/null/0/')"
refused '"passes": not a whole number of at least 0' \
    "$(edit 's/"passes":0/"passes":-1/')"
refused 'not a JSON object: too big*' \
    "$(edit 's/"passes":0/"passes":99999999999999999999/')"
refused '"delay": not a whole number of at least 1' \
    "$(edit 's/"delay":null/"delay":0/')"
refused 'unknown members *' "$(edit 's/"passes":0/"passes":0,"x":1/')"
refused 'the line has a NUL or more than *' "$(printf %030000d 1)"
expect_ctl 1 'tardigrey: cannot read */none: No such file*' triplets import "$folder/none"

# ---- Listing: control characters are escaped ----

golden triplets list <<'EOF'
s23r7s07	passes in SPAN	10.0.0.0/24	a@b.example	c@example.org
rym47s4x	known, 23h left	10.0.0.0/24	d@b.example	c@example.org
b5kvn31k	passes now, 24h left	10.0.1.0/24	\xff\x1b[	c\x1b[31m\x09\x7f@example.org
8xe70pae	known, 23h left	2001:db8::/64	<>	c@example.org
xnhcsssy	expired	10.0.1.0/24	old@b.example	\xc3\xa9@d
EOF
golden triplets list --long --sort client <<'EOF'
s23r7s07	waiting	10.0.0.0/24	a@b.example	c@example.org	TIME	TIME	-	2	0	TIME
rym47s4x	passed	10.0.0.0/24	d@b.example	c@example.org	TIME	TIME	TIME	2	1	TIME
xnhcsssy	expired	10.0.1.0/24	old@b.example	\xc3\xa9@d	TIME	TIME	-	2	0	TIME
b5kvn31k	due	10.0.1.0/24	\xff\x1b[	c\x1b[31m\x09\x7f@example.org	TIME	TIME	-	2	0	TIME
8xe70pae	passed	2001:db8::/64	<>	c@example.org	TIME	TIME	TIME	2	1	TIME
EOF
golden --json triplets list --client 10.0.1.0/24 --sort oldest <<'EOF'
{"reference":"xnhcsssy","state":"expired","client":"10.0.1.0/24","sender":"old@b.example","recipient":"\u00E9@d","first_seen":SECONDS,"last_seen":SECONDS,"passed":null,"deferred":2,"passes":0,"expires":SECONDS}
{"reference":"b5kvn31k","state":"due","client":"10.0.1.0/24","sender_hex":"ff1b5b","recipient":"c\u001B[31m\t\u007F@example.org","first_seen":SECONDS,"last_seen":SECONDS,"passed":null,"deferred":2,"passes":0,"expires":SECONDS}
EOF

# chosen LINES ARGUMENTS...: triplets list must print the triplets of the lines
# with these numbers in the file "lines".
chosen() {
	wanted=$1
	shift
	got=$(ctl triplets list "$@" | cut -f 1 |
	    sed -e s/s23r7s07/1/ -e s/rym47s4x/2/ -e s/xnhcsssy/3/ \
	    -e s/b5kvn31k/4/ -e s/8xe70pae/5/ | paste -s -d ' ' -)
	[ "$got" = "$wanted" ] ||
	    complain "triplets list $*: lines $got, not $wanted"
}
chosen '4 1' --waiting
chosen '1 4' --waiting --sort newest
chosen '2 5' --passed
chosen '1 2' --client 10.0.0.99
chosen '1 2 4 3' --client 10.0.0.0/16
chosen '1 2 4 5 3'
chosen '3 5 2 4 1' --sort oldest
chosen '1 2 3 4 5' --sort client
chosen '3 5' --sort oldest --limit 2
chosen '1 2' --client 10.0.0.64/26
chosen '5' --client 2001:db8::1
chosen '' --client 10.2.0.1
chosen '1 2 3' --sender '*@B.example'
chosen '5' --sender '<>'
chosen '1' --sender '<a@b.example>' --recipient '<c@example.org>'
chosen '1' --sender '[a-c]@*' --recipient '*@example.org'
chosen '1 2' --limit 2
chosen '4' --waiting --limit 1 --client 10.0.1.0/24
chosen '' --limit 0
expect_ctl 2 'tardigrey: --sort: unknown order: "x" (write newest, oldest or client)*' \
    triplets list --sort x
# On a terminal no line is longer than the terminal is wide.
if command -v script > /dev/null; then
	row 10.0.9.0/24 "\"sender\":\"$(printf %0100d 0)@long.example\"" \
	    "\"recipient\":\"$(printf %0110d 0)@example.org\"" 9 9 null |
	    ctl -o database=sqlite:"$folder/db4" triplets import > /dev/null
	for columns in 80 60 120; do
		script -qec "stty cols $columns; $tardigrey -c $conf \
		    -o database=sqlite:$folder/db4 triplets list" /dev/null \
		    < /dev/null | tr -d '\r' > "$folder/found"
		grep -q '^reference  state ' "$folder/found" ||
		    complain 'no heading'
		grep -q '000\.\.\.$' "$folder/found" ||
		    complain 'a long text is not cut'
		! grep -q ".\{$((columns + 1))\}" "$folder/found" ||
		    complain "wider than $columns: $(cat "$folder/found")"
		grep -q ".\{$columns\}" "$folder/found" ||
		    complain "narrower than $columns: $(cat "$folder/found")"
	done
fi
expect_ctl 2 'tardigrey: --waiting and --passed cannot be combined*' \
    triplets list --waiting --passed
expect_ctl 1 'tardigrey: mx.example.com is not a pool: its pool is example.com' \
    triplets list --client mx.example.com
expect_ctl 1 'tardigrey: no client can have the pool example.com: *' \
    -o pools=no triplets list --client example.com
expect_ctl 0 '' triplets list --client example.com
expect_ctl 2 'tardigrey: --client: not a client: *' \
    triplets list --client a@b.example
expect_ctl 2 'tardigrey: --client: *: use 10.0.1.0/24 for the network, or 10.0.1.1 for *' \
    triplets list --client 10.0.1.1/24

golden clients list <<'EOF'
10.0.0.0/24	-	-	-	2	1	1	TIME	TIME	TIME
10.0.1.0/24	-	-	-	2	2	0	TIME	TIME	TIME
2001:db8::/64	-	-	-	1	0	1	TIME	TIME	TIME
EOF
golden clients list --limit 1 --json <<'EOF'
{"client":"10.0.0.0/24","sender":null,"retried":null,"state":null,"triplets":2,"waiting":1,"passed":1,"first_seen":SECONDS,"last_seen":SECONDS,"expires":SECONDS}
EOF
expect_ctl 0 '' clients list --limit 0

# ---- Explaining ----

golden explain 10.0.0.9 A@b.example C@example.org <<'EOF'
verdict    an attempt now would be deferred: SPAN left
next       a retry passes from TIME until TIME
reason     early: The client retried before delay was over.
list       no list entry matches
client     10.0.0.9
class      suspicious: no name was given (--name)
sender     A@b.example
recipient  C@example.org
reference  s23r7s07
network    10.0.0.0/24, which decides
           first seen TIME (SPAN ago)
           last seen  TIME (SPAN ago), or up to SPAN later
           passed     not yet
           counted    at least 2 deferrals and 0 passes
           expires    TIME (in SPAN)
address    10.0.0.9: no record
           auto-whitelisted after 2 counted retries
EOF
golden explain B5KV-N3IK <<'EOF'
verdict    an attempt now would pass
reason     retried: The client retried after delay: the triplet passes and is now known.
list       no list entry matches
client     10.0.1.0/24; its address is not known, lists were searched for 10.0.1.0
class      suspicious: no name was given (--name)
sender     \xff\x1b[
recipient  c\x1b[31m\x09\x7f@example.org
reference  b5kvn31k
network    10.0.1.0/24, which decides
           first seen TIME (SPAN ago)
           last seen  TIME (SPAN ago), or up to SPAN later
           passed     not yet
           counted    at least 2 deferrals and 0 passes
           expires    TIME (in SPAN)
EOF
golden explain b5kvn31k --json <<'EOF'
{"action":"pass","reason":"retried","help":"The client retried after delay: the triplet passes and is now known.","would":null,"wait":null,"retry_from":null,"retry_until":null,"list_kind":null,"list_pattern":null,"list_setting":null,"list_source":null,"list_author":null,"list_comment":null,"client":"10.0.1.0/24","name":null,"key_client":"10.0.1.0/24","class":"suspicious","sender_hex":"ff1b5b","recipient":"c\u001B[31m\t\u007F@example.org","reference":"b5kvn31k","decided_by":"triplet-network","keys":[{"kind":"triplet-network","client":"10.0.1.0/24","sender_hex":"ff1b5b","network":null,"state":"due","missing":null,"first_seen":SECONDS,"last_seen":SECONDS,"passed":null,"deferred":2,"passes":0,"expires":SECONDS}]}
EOF
expect_ctl 0 '*would be deferred: *reason     late:*' explain xnhcsssy
expect_ctl 0 '*would pass*reason     known:*' explain 8xe70pae
expect_ctl 0 '*the record is stored under 10.0.0.0/24, but requests no longer *' \
    -o ipv4_prefix=32 explain s23r7s07
expect_ctl 1 'tardigrey: no triplet has the reference 00000000' explain oooooooo
expect_ctl 2 'tardigrey: too few arguments (write one REFERENCE, or*usage:*' explain a b
expect_ctl 2 'tardigrey: not a client: *' explain x@y a@b c@d
ctl triplets export | cmp "$folder/lines" - || complain 'explain has written'

# Addresses in brackets, as the log of a mail server has them.
expect_ctl 0 '*would be deferred: *reason     early:*sender     A@b.example
recipient  C@example.org
reference  s23r7s07*' explain 10.0.0.9 '<A@b.example>' '<C@example.org>'
expect_ctl 0 '*sender     <>
*' explain 10.0.0.9 '<>' '<postmaster>'
# Postfix removes the quotes of a local part.
expect_ctl 0 '*sender     x <y>, z@b.example
*' explain 10.0.0.9 'x <y>, z@b.example' '"c <d>"@example.org'
for command in explain 'triplets approve' 'triplets forget'; do
	# shellcheck disable=SC2086 # command is a list of words
	expect_ctl 2 \
	    'tardigrey: not the mail address of a sender: "foo" (write*' \
	    $command 192.0.2.1 foo c@example.org
	# shellcheck disable=SC2086
	expect_ctl 2 \
	    'tardigrey: not the mail address of a recipient: "bar" (write*' \
	    $command 192.0.2.1 a@b.example bar
	# shellcheck disable=SC2086
	expect_ctl 2 \
	    'tardigrey: not the mail address of a sender: "Joe <d@p.example>" (write d@p.example)' \
	    $command 192.0.2.1 'Joe <d@p.example>' c@example.org
	for wrong in '' '<>' '<' '@' '@b' '<a@>' 'C <c@d>' 'c@d <c@d>' 'c@d>' \
	    'c@d (C)' 'c@d, e'; do
		# shellcheck disable=SC2086
		expect_ctl 2 'tardigrey: not the mail address of a recipient: *' \
		    $command 192.0.2.1 a@b.example "$wrong"
	done
	# shellcheck disable=SC2086
	expect_ctl 2 'tardigrey: the mail address is too long *' \
	    $command 192.0.2.1 "$(printf %03000d 0)@b" c@example.org
done
ctl triplets export | cmp "$folder/lines" - || complain 'a command has written'

# ---- Approving and forgetting ----

expect_ctl 0 'passes from now on: 10.0.0.0/24 a@b.example c@example.org' \
    triplets approve s23r7s07
expect_ctl 0 '*would pass*reason     known:*' explain s23r7s07
expect_ctl 0 'has passed already: 10.0.0.0/24 a@b.example c@example.org' \
    triplets approve 10.0.0.0/24 A@b.example c@example.org
expect_ctl 0 '*"done":"nothing"*' --json triplets approve s23r7s07
expect_ctl 0 'passes from now on: *' triplets approve xnhcsssy
expect_ctl 0 '*would pass*reason     known:*' explain xnhcsssy
expect_ctl 0 \
    '{"done":"approved","client":"10.7.7.0/24","sender":"<>","recipient":"new@d"}' \
    --json triplets approve 10.7.7.7 '' '<new@d>'
expect_ctl 0 '*would pass*reason     known:*' explain 10.7.7.9 '<>' new@d
# Requests have only networks of the configured length.
wrong_network() {
	expect_ctl 1 "tardigrey: no request has the network $1, because $2: use $3" \
	    triplets approve "$1" a@example.net b@c.example
}
wrong_network 192.0.2.0/25 'ipv4_prefix is 24' 192.0.2.0/24
wrong_network 192.0.2.128/25 'ipv4_prefix is 24' 192.0.2.0/24
wrong_network 192.0.2.1/32 'ipv4_prefix is 24' 192.0.2.0/24
wrong_network 192.0.0.0/16 'ipv4_prefix is 24' 'a network in it like 192.0.0.0/24'
wrong_network 2001:db8::/48 'ipv6_prefix is 64' 'a network in it like 2001:db8::/64'
expect_ctl 0 'passes from now on: 192.0.2.0/25 *' -o ipv4_prefix=25 \
    triplets approve 192.0.2.0/25 a@example.net b@c.example
expect_ctl 0 'removed: *' \
    triplets forget 192.0.2.0/25 a@example.net b@c.example
expect_ctl 1 'tardigrey: no triplet has the reference 00000000' \
    triplets approve 0000-0000
expect_ctl 0 'removed: 10.7.7.0/24 <> new@d' \
    triplets forget 10.7.7.7 '<>' '<new@d>'
expect_ctl 1 'tardigrey: there is no record of 10.7.7.0/24 <> new@d' \
    triplets forget 10.7.7.7 '<>' new@d
expect_ctl 0 'removed: *\\xff*' triplets forget b5kvn31k
expect_ctl 1 'tardigrey: no triplet has*' triplets forget b5kvn31k
expect_ctl 0 'removed: *' triplets forget xnhcsssy
expect_ctl 1 'tardigrey: there are no records of 10.0.1.1' \
    clients forget 10.0.1.1
expect_ctl 0 '1 triplet and 0 auto-whitelist records of 2001:db8::77 and its *' \
    clients forget 2001:db8::77
expect_ctl 0 '{"client":"10.0.0.0/24","triplets":2,"auto_whitelist_records":0}' \
    --json clients forget 10.0.0.0/24
expect_ctl 2 'tardigrey: not a client: *' clients forget x@y
[ -z "$(ctl triplets list)" ] || complain 'something is left'

# A large network needs --yes.
row 198.51.100.0/24 '"sender":"a@b"' '"recipient":"c@d"' 100 50 null |
    ctl triplets import > /dev/null
for network in 0.0.0.0/0 128.0.0.0/1 198.0.0.0/7 ::/0 2000::/31; do
	expect_ctl 2 "tardigrey: $network is a large network*--yes*" \
	    clients forget $network
done
expect_ctl 1 'tardigrey: there are no records of 199.0.0.0/8' \
    clients forget 199.0.0.0/8
expect_ctl 1 'tardigrey: there are no records of 2001:db8::/32' \
    clients forget 2001:db8::/32
expect_ctl 0 '1 triplet and 0 *' clients forget --yes 0.0.0.0/0

# Two triplets with the same reference.
for sender in s2597085 s3630939; do
	row 10.0.2.0/24 "\"sender\":\"$sender@b.example\"" \
	    '"recipient":"c@example.org"' 100 50 null
done | ctl triplets import > /dev/null
expect_ctl 1 'tardigrey: several triplets have this reference*s2597085@*s3630939@*' \
    triplets approve 0xjssx3j
expect_ctl 1 'tardigrey: several triplets have this reference*' triplets forget 0xjssx3j
expect_ctl 0 '*s2597085@*s3630939@*' explain 0xjssx3j

# More records than fit into a slice of the walk or a batch.
awk -v now="$now" 'BEGIN {
	for (i = 0; i < 1300; i++)
		printf "{\"kind\":\"triplet-network\"," \
		    "\"client\":\"10.8.0.0/24\",\"sender\":\"s%05d@b\"," \
		    "\"recipient\":\"r\",\"first_seen\":%d,\"last_seen\":%d," \
		    "\"passed\":null,\"expires\":%d,\"deferred\":1," \
		    "\"passes\":0,\"delay\":60}\n", i, now, now, now + 1000 }' > "$folder/many"
expect_ctl 0 '1300 records imported' triplets import "$folder/many"
ctl triplets export | head -n 1300 | cmp - "$folder/many" || complain 'many'
[ "$(ctl triplets list --client 10.8.0.0/24 | wc -l)" = 1300 ] ||
    complain 'many: not all are listed'
[ "$(ctl triplets list --sort client --client 10.8.0.0/24 --limit 2 | cut -f 4 |
    paste -s -d ' ' -)" = 's00000@b s00001@b' ] || complain 'many: --limit'
expect_ctl 0 '10.0.2.0/24	-	-	-	2	*
10.8.0.0/24	-	-	-	1300	1300	0	*' clients list
expect_ctl 0 '1300 triplets and 0 *' clients forget 10.8.0.1

# ---- Counts ----

golden stats --since 7d <<'EOF'
from TIME to TIME

decisions                  number   share
deferred                        0    0.0%
passed                          0    0.0%

delays of first passes     number     sum
never came back                 0    0.0%  of the first attempts, so far
EOF
for recipient in e@d e@d f@d; do
	! ask 192.0.2.1 a@b $recipient || complain "$recipient passed"
done
golden --json stats <<'EOF'
{"from":SECONDS,"to":SECONDS,"total":3,"deferred":3,"failed":0,"would_defer":0,"deferred_named":0,"deferred_suspicious":3,"passed":0,"groups":[{"name":"new","n":2},{"name":"early","n":1},{"name":"late","n":0},{"name":"passed","n":0},{"name":"skipped","n":0},{"name":"whitelisted","n":0},{"name":"auto-whitelisted","n":0},{"name":"exempted","n":0},{"name":"failed","n":0}],"reasons":[{"name":"new","n":2},{"name":"early","n":1},{"name":"late","n":0},{"name":"retried","n":0},{"name":"known","n":0},{"name":"authenticated","n":0},{"name":"no-client","n":0},{"name":"own-network","n":0},{"name":"state","n":0},{"name":"client-whitelist","n":0},{"name":"sender-whitelist","n":0},{"name":"recipient-whitelist","n":0},{"name":"unlisted","n":0},{"name":"auto-whitelisted","n":0},{"name":"correspondent","n":0},{"name":"authorised","n":0},{"name":"message","n":0},{"name":"named","n":0},{"name":"null-sender","n":0},{"name":"stress","n":0},{"name":"failure","n":0}],"delays":[{"bound":0,"n":0},{"bound":60,"n":0},{"bound":180,"n":0},{"bound":300,"n":0},{"bound":600,"n":0},{"bound":900,"n":0},{"bound":1200,"n":0},{"bound":1800,"n":0},{"bound":3600,"n":0},{"bound":7200,"n":0},{"bound":14400,"n":0},{"bound":28800,"n":0},{"bound":86400,"n":0},{"bound":null,"n":0}],"delay_median":null,"delay_95":null,"first_attempts":2,"never_came_back":2}
EOF
# Passes with delays of 70, 190 and 610 seconds.
for age in 70 190 610; do
	now=$(date +%s)
	row 192.0.3.0/24 "\"sender\":\"p$age@b\"" '"recipient":"g@d"' \
	    $age $age null | ctl triplets import > /dev/null
	printf 'delay = 1m\ndelay_suspicious = 1m\nauto_whitelist_after = 0\n' | cat "$conf" - | grep -v '= 5m' \
	    > "$folder/minute.conf"
	chmod 644 "$folder/minute.conf"
	saved=$conf
	conf=$folder/minute.conf
	ask 192.0.3.1 p$age@b g@d || complain "p$age: $(cat "$folder/log")"
	conf=$saved
done
golden stats <<'EOF'
from TIME to TIME

decisions                  number   share
deferred                        3   50.0%
  new                           2   33.3%  The triplet is not known: a first attempt, or its record expired.
  early                         1   16.7%  The client retried before delay was over.
passed                          3   50.0%
  retried                       3   50.0%  The client retried after delay: the triplet passes and is now known.

delays of first passes     number     sum
up to 3m                        1   33.3%
up to 5m                        1   66.7%
up to 15m                       1  100.0%
median                 up to 5m
95 of 100              up to 15m
never came back                 0    0.0%  of the first attempts, so far
EOF
# The record of a long sender is stored with a digest. The whole sender finds
# it, and so do its digest and its reference.
long=$(printf %01000d 0 | tr 0 L)@Long.example
ask 192.0.2.1 "$long" c@example.org > /dev/null
ask 192.0.2.1 "x$long" c@example.org > /dev/null
short=$(ctl triplets list --sender "$long" | cut -f 4)
reference=$(ctl triplets list --sender "$long" | cut -f 1)
case $short in
llllllllllllllllllllllllllllllllllllllll~????????????????~lll*@long.example) ;;
*) complain "the long sender is $short" ;;
esac
[ ${#short} = 128 ] || complain "the long sender has ${#short} octets"
ctl triplets export > "$folder/exported"
# Its "@" may be in the part that is left out.
wide=$(printf %064d 1)@$(printf %070d 2).example
ask 192.0.2.1 "$wide" c@example.org > /dev/null
printed=$(ctl triplets list --sender "$wide" | cut -f 4)
case $printed in
*@*) complain "the wide sender is $printed" ;;
esac
expect_ctl 0 '*reason     early:*' explain 192.0.2.1 "$printed" c@example.org
expect_ctl 0 'removed: *' triplets forget 192.0.2.1 "$printed" c@example.org
for sender in "$long" "<$long>" "$short"; do
	expect_ctl 0 "*reason     early:*reference  $reference*" \
	    explain 192.0.2.1 "$sender" c@example.org
	expect_ctl 0 "passes from now on: 192.0.2.0/24 $short c@example.org" \
	    triplets approve 192.0.2.1 "$sender" c@example.org
	expect_ctl 0 "removed: 192.0.2.0/24 $short c@example.org" \
	    triplets forget 192.0.2.1 "$sender" c@example.org
	expect_ctl 1 '*there is no record of*' \
	    triplets forget 192.0.2.1 "$sender" c@example.org
	ctl triplets import "$folder/exported" > /dev/null
done
expect_ctl 0 "*reason     early:*reference  $reference*" explain "$reference"
expect_ctl 0 "removed: 192.0.2.0/24 $short *" triplets forget "$reference"
expect_ctl 0 'removed: *' triplets forget 192.0.2.1 "x$long" c@example.org

# An address may have the characters of globs. It is printed as it is.
literal='a@[192.0.2.9]'
for sender in "$literal" 'b*@[ipv6:2001:db8::1]' 'c\\d@example.net' \
    "$(printf %0100d 0)[x@long.example.$(printf %040d 0).example"; do
	ask 192.0.2.77 "$sender" glob@example.org > /dev/null
	[ "$(ctl triplets list --sender "$sender" --recipient glob@example.org |
	    wc -l)" = 1 ] || complain "triplets list --sender $sender"
	printed=$(ctl triplets list --sender "$sender" | cut -f 4)
	[ "$(ctl triplets list --sender "$printed" | wc -l)" = 1 ] ||
	    complain "triplets list --sender $printed"
done
[ "$(ctl triplets list --sender '<A@[192.0.2.9]>' | wc -l)" = 1 ] ||
    complain 'triplets list --sender in brackets'
[ "$(ctl triplets list --sender 'a@[[]192*' | wc -l)" = 1 ] ||
    complain 'triplets list --sender with a glob'
ctl clients forget 192.0.2.77 > /dev/null

# ---- Decisions ----

# Without a daemon no decision is kept: only the arguments are checked here.
expect_ctl 2 'tardigrey: --reference: not a reference: "7k3*"*' \
    decisions --reference '7k3*'
expect_ctl 0 '*' decisions --reference 7K3M-9XOQ --sender '<>'
for word in greylst '' never 'x*'; do
	expect_ctl 2 "tardigrey: --action: unknown action or reason: \"$word\" \
(write one of: pass, greylist, *, new, early, *, stress, failure)*" \
	    decisions --action "$word"
done
for word in greylist PASS null-sender '*whitelist*'; do
	expect_ctl 0 '*' decisions --action "$word"
done

leave
