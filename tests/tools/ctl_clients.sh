#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): pools and auto-whitelisted clients.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

# row KIND CLIENT SENDER RECIPIENT AGE UNSEEN PASSED PASSES: print a line of an
# export. AGE and UNSEEN are the seconds since first_seen and last_seen.
row() {
	printf '{"kind":"%s","client":"%s","sender":%s,"recipient":%s,"first_seen":%d,"last_seen":%d,"passed":%s,"expires":%d,"deferred":0,"passes":%d,"delay":null}\n' \
	    "$1" "$2" "$3" "$4" $((now - $5)) $((now - $6)) "$7" \
	    $((now + 80000)) "$8"
}
network=triplet-network
pool=triplet-pool
address=auto-whitelist-address
domain=auto-whitelist-domain
from=auto-whitelist-network
passed=$((now - 5000))
long_ago=$((now - 9000000))
{
	row $network 10.0.0.0/24 '"a@b.example"' '"c@example.org"' 100 50 null 0
	row $network 10.0.0.0/24 '"d@b.example"' '"c@example.org"' 9000 50 $passed 1
	row $address 10.0.0.10 null null 9000 50 $passed 2
	row $address 10.0.0.9 null null 9000 50 null 1
	row $address 10.0.1.7 null null 9000000 9000000 $long_ago 7
	row $address 2001:db8::/64 null null 9000 50 $passed 3
	row $network 2001:db8::/64 '"<>"' '"c@example.org"' 9000 50 $passed 1
	row $pool example.com '"1@b.example"' '"c@example.org"' 1000 50 null 0
	row $domain example.com '"@b.example"' null 9000 50 $passed 2
	row $domain example.com '"@c.example"' null 9000 50 null 1
	row $from example.com '"@c.example"' '"10.9.0.0/24"' 9000 50 null 1
	row $pool example.com '"a@b.example"' '"c@example.org"' 200 50 null 0
	row $pool example.com '"z@b.example"' '"c@example.org"' 9000 50 $passed 1
	row $pool example.org '"a@b.example"' '"c@example.org"' 9000 50 $passed 1
	row $pool example.org '"a@b.example"' null 100 50 null 0
} > "$folder/lines"

# ---- Import and export ----

expect_ctl 0 '15 records imported' triplets import "$folder/lines"
ctl triplets export > "$folder/exported"
LC_ALL=C sort "$folder/lines" > "$folder/sorted"
LC_ALL=C sort "$folder/exported" | cmp - "$folder/sorted" ||
    complain 'import, then export'
ctl -o database=sqlite:"$folder/db2" triplets import "$folder/exported" \
    > /dev/null || complain 'export, then import'
ctl -o database=sqlite:"$folder/db2" triplets export |
    cmp - "$folder/exported" || complain 'export | import, then export'

# refused WHAT KIND CLIENT SENDER RECIPIENT [PASSED]: an import must refuse this
# record, with an error that matches WHAT.
refused() {
	row "$2" "$3" "$4" "$5" 100 50 "${6:-$passed}" 1 > "$folder/bad"
	expect_ctl 1 "$folder/bad:1: $1*0 records imported" \
	    -o database=sqlite:"$folder/db3" triplets import "$folder/bad"
}
kind='"kind": unknown kind (write one of triplet-network, triplet-pool, *'
refused "$kind" triplet 10.0.0.0/24 '"a@b"' '"c@d"'
refused "$kind" '' 10.0.0.0/24 '"a@b"' '"c@d"'
wanted='"client" of triplet-network: not a network like **'
refused "$wanted" $network 10.0.0.1 '"a@b"' '"c@d"'
refused "$wanted" $network example.com '"a@b"' '"c@d"'
wanted='"client" of triplet-pool: not a pool like **'
refused "$wanted" $pool 10.0.0.0/24 '"a@b"' '"c@d"'
refused "$wanted" $pool Example.com '"a@b"' '"c@d"'
refused "$wanted" $pool 1234 '"a@b"' '"c@d"'
refused "$wanted" $pool @ '"a@b"' '"c@d"'
refused "$wanted" $pool example..com '"a@b"' '"c@d"'
refused "$wanted" $pool .example.com '"a@b"' '"c@d"'
refused "$wanted" $pool example.com. '"a@b"' '"c@d"'
refused "$wanted" $pool 'exam ple.com' '"a@b"' '"c@d"'
refused "$wanted" $pool 10.0.300 '"a@b"' '"c@d"'
refused "$wanted" $pool "$(printf %064d 0).com" '"a@b"' '"c@d"'
wanted='"client" of auto-*: not an IPv4 address or an IPv6 /64*'
refused "$wanted" $address 10.0.0.0/24 null null
refused "$wanted" $address 10.0.0.0/32 null null
refused "$wanted" $address 2001:db8::1 null null
refused "$wanted" $address 2001:db8::/56 null null
refused "$wanted" $address example.com null null
refused '"client" of *: not a pool like *' $domain 10.0.0.1 '"@b.example"' null
wanted='"sender" of *: not an address or <>'
refused "$wanted" $network 10.0.0.0/24 null '"c@d"'
refused "$wanted" $pool example.com null '"c@d"'
wanted='"sender" of *: not a domain like @example.net'
refused "$wanted" $domain example.com null null
refused "$wanted" $domain example.com '"@"' null
refused "$wanted" $domain example.com '"a@b.example"' null
refused "$wanted" $from example.com null '"10.0.0.0/24"'
wanted='"recipient" of auto-whitelist-network: not a network like *'
refused "$wanted" $from example.com '"@b.example"' null
refused "$wanted" $from example.com '"@b.example"' '"10.0.0.1"'
refused "$wanted" $from example.com '"@b.example"' '"example.com"'
refused "$wanted" $from example.com '"@b.example"' "\"$(printf %0100d 0)\""
refused '"sender" of *: not null' $address 10.0.0.1 '"@b"' null
wanted='"recipient" of *: not null'
refused "$wanted" $address 10.0.0.1 null '"c@d"'
refused "$wanted" $domain example.com '"@b.example"' '"c@d"'
refused '"sender": the text has an upper-case letter*' $domain example.com '"@B.example"' null
refused '"sender": not a text of *' $address 10.0.0.1 7 null

# ---- Listing ----

golden triplets list --long --sort client <<'EOF'
s23r7s07	waiting	10.0.0.0/24	a@b.example	c@example.org	TIME	TIME	-	0	0	TIME
rym47s4x	passed	10.0.0.0/24	d@b.example	c@example.org	TIME	TIME	TIME	0	1	TIME
8xe70pae	passed	2001:db8::/64	<>	c@example.org	TIME	TIME	TIME	0	1	TIME
nkn4e5z3	due	example.com	1@b.example	c@example.org	TIME	TIME	-	0	0	TIME
a85223s7	waiting	example.com	a@b.example	c@example.org	TIME	TIME	-	0	0	TIME
av73pq6x	passed	example.com	z@b.example	c@example.org	TIME	TIME	TIME	0	1	TIME
9p606d8p	waiting	example.org	a@b.example	-	TIME	TIME	-	0	0	TIME
cn1whhpk	passed	example.org	a@b.example	c@example.org	TIME	TIME	TIME	0	1	TIME
EOF
[ "$(ctl triplets list --client Example.COM | wc -l)" = 3 ] ||
    complain 'triplets list --client of a pool'
[ "$(ctl triplets list --client 10.0.0.9 | wc -l)" = 2 ] ||
    complain 'triplets list --client of an address'
expect_ctl 1 'tardigrey: mx.example.com is not a pool*' \
    triplets list --client mx.example.com
expect_ctl 1 'tardigrey: no client can have the pool nobody: *' \
    triplets list --client nobody
expect_ctl 2 'tardigrey: --client: not a client: *' \
    triplets list --client 10.0.0

golden clients list <<'EOF'
10.0.0.0/24	-	-	-	2	1	1	TIME	TIME	TIME
10.0.0.10	-	2	whitelisted	-	-	-	TIME	TIME	TIME
10.0.0.9	-	1	1 of 2	-	-	-	TIME	TIME	TIME
10.0.1.7	-	7	expired	-	-	-	TIME	TIME	TIME
2001:db8::/64	-	3	whitelisted	1	0	1	TIME	TIME	TIME
example.com	@b.example	2	whitelisted	-	-	-	TIME	TIME	TIME
example.com	@c.example	1	1 of 2	-	-	-	TIME	TIME	TIME
example.com	@c.example from 10.9.0.0/24	1	1 of 2	-	-	-	TIME	TIME	TIME
example.com	-	-	-	3	2	1	TIME	TIME	TIME
example.org	-	-	-	2	1	1	TIME	TIME	TIME
EOF
golden clients list --whitelisted <<'EOF'
10.0.0.10	-	2	whitelisted	-	-	-	TIME	TIME	TIME
2001:db8::/64	-	3	whitelisted	1	0	1	TIME	TIME	TIME
example.com	@b.example	2	whitelisted	-	-	-	TIME	TIME	TIME
EOF
golden clients list --whitelisted --limit 1 --json <<'EOF'
{"client":"10.0.0.10","sender":null,"retried":2,"state":"whitelisted","triplets":null,"waiting":null,"passed":null,"first_seen":SECONDS,"last_seen":SECONDS,"expires":SECONDS}
EOF
expect_ctl 0 '*10.0.0.10	-	2	2 of 3	*' -o auto_whitelist_after=3 clients list
expect_ctl 0 '*10.0.0.9	-	1	-	*' -o auto_whitelist_after=0 clients list
expect_ctl 0 '' -o auto_whitelist_after=0 clients list --whitelisted

# Many clients are listed in order, whatever their order in the store.
awk 'BEGIN { for (i = 0; i < 300; i++) print (i * 7) % 300 }' |
    while read -r i; do
	row $address "10.2.$((i / 200)).$((i % 200))" null null 90 50 $passed 2
    done | ctl -o database=sqlite:"$folder/db4" triplets import > /dev/null
ctl -o database=sqlite:"$folder/db4" clients list | cut -f 1 > "$folder/found"
[ "$(wc -l < "$folder/found")" = 300 ] || complain 'clients list: not all'
LC_ALL=C sort -c "$folder/found" || complain 'clients list: not sorted'

# ---- Explaining ----

golden explain 10.0.0.77 A@b.example C@example.org --name mx.example.com <<'EOF'
verdict    an attempt now would pass
reason     auto-whitelisted: The client is auto-whitelisted: its earlier mail passed by a retry.
list       no list entry matches
client     10.0.0.77, mx.example.com
class      named
sender     A@b.example
recipient  C@example.org
reference  a85223s7
network    10.0.0.0/24
           first seen TIME (SPAN ago)
           last seen  TIME (SPAN ago), or up to SPAN later
           passed     not yet
           counted    at least 0 deferrals and 0 passes
           expires    TIME (in SPAN)
pool       example.com
           first seen TIME (SPAN ago)
           last seen  TIME (SPAN ago), or up to SPAN later
           passed     not yet
           counted    at least 0 deferrals and 0 passes
           expires    TIME (in SPAN)
address    10.0.0.77: no record
           auto-whitelisted after 2 counted retries
domain     example.com for @b.example, which decides
           auto-whitelisted
           counted    2 retries
           since      TIME (SPAN ago)
           last used  TIME (SPAN ago), or up to SPAN later
           expires    TIME (in SPAN)
domain     example.com for @b.example from 10.0.0.0/24: no record
           auto-whitelisted after 2 counted retries
EOF
golden explain cn1whhpk <<'EOF'
verdict    an attempt now would pass
reason     known: The triplet has passed before.
list       no list entry matches
client     example.org; its address is not known, lists were searched for example.org
class      named
sender     a@b.example
recipient  c@example.org
reference  cn1whhpk
pool       example.org, which decides
           first seen TIME (SPAN ago)
           last seen  TIME (SPAN ago), or up to SPAN later
           passed     TIME (SPAN ago)
           counted    at least 0 deferrals and 1 pass
           expires    TIME (in SPAN)
domain     example.org for @b.example: no record
           auto-whitelisted after 2 counted retries, from two networks in all
EOF
golden explain --json 10.0.0.9 q@c.example q@example.org --name mx.example.com \
    <<'EOF'
{"action":"greylist","reason":"new","help":"The triplet is not known: a first attempt, or its record expired.","would":null,"wait":300,"retry_from":SECONDS,"retry_until":SECONDS,"list_kind":null,"list_pattern":null,"list_setting":null,"list_source":null,"list_author":null,"list_comment":null,"client":"10.0.0.9","name":"mx.example.com","key_client":"example.com","class":"named","sender":"q@c.example","recipient":"q@example.org","reference":"k10jjd5w","decided_by":null,"keys":[{"kind":"triplet-network","client":"10.0.0.0/24","sender":"q@c.example","network":null,"state":null,"missing":null,"first_seen":null,"last_seen":null,"passed":null,"deferred":null,"passes":null,"expires":null},{"kind":"triplet-pool","client":"example.com","sender":"q@c.example","network":null,"state":null,"missing":null,"first_seen":null,"last_seen":null,"passed":null,"deferred":null,"passes":null,"expires":null},{"kind":"auto-whitelist-address","client":"10.0.0.9","sender":null,"network":null,"state":"1 of 2","missing":1,"first_seen":SECONDS,"last_seen":SECONDS,"passed":null,"deferred":0,"passes":1,"expires":SECONDS},{"kind":"auto-whitelist-domain","client":"example.com","sender":"@c.example","network":null,"state":"1 of 2","missing":1,"first_seen":SECONDS,"last_seen":SECONDS,"passed":null,"deferred":0,"passes":1,"expires":SECONDS},{"kind":"auto-whitelist-network","client":"example.com","sender":"@c.example","network":"10.0.0.0/24","state":null,"missing":2,"first_seen":null,"last_seen":null,"passed":null,"deferred":null,"passes":null,"expires":null}]}
EOF
# The triplet is due under its pool, although it is new under its network.
expect_ctl 0 '*"retried"*"decided_by":"triplet-pool"*' --json -o auto_whitelist_after=0 \
    explain 10.3.3.3 1@b.example c@example.org --name mx.example.com
expect_ctl 0 '*"early"*"decided_by":"triplet-pool"*' --json -o auto_whitelist_after=0 \
    explain a85223s7
expect_ctl 0 '*"late"*"decided_by":"triplet-pool"*' --json -o auto_whitelist_after=0 \
    -o retry_window=16m explain nkn4e5z3 -o delay=1m
expect_ctl 0 '*auto_whitelist_after = 0*' -o auto_whitelist_after=0 \
    explain 10.0.0.10 q@q q@example.org
expect_ctl 0 '*10.0.1.7
*expired; auto-whitelisted after 2 counted*' explain 10.0.1.7 q@q q@example.org
expect_ctl 0 '*auto-whitelisted*address    2001:db8::/64, which decides*' \
    explain 2001:db8::7 q@q q@example.org
expect_ctl 0 '*the record is stored under example.org, but requests no longer *' \
    -o pools=no explain cn1whhpk
expect_ctl 0 '*would pass at RCPT, and be deferred at DATA*' -o null_sender=data \
    explain 10.3.3.3 '<>' q@example.org
expect_ctl 0 'greylisted client 10.0.0.10' greylist add client 10.0.0.10
expect_ctl 0 '*would be deferred: *reason     new:*auto-whitelisted
*ignored: a greylist matches this message*' \
    explain 10.0.0.10 q@q q@example.org
ctl greylist remove client 10.0.0.10 > /dev/null
# A known triplet passes before the auto-whitelist is asked. Nothing is ignored.
known=$folder/known.db
{
	row $network 10.8.8.0/24 '"q@b.example"' '"q@example.org"' 9000 50 $passed 1
	row $domain example.com '"@b.example"' null 9000 50 null 1
} | ctl -o database=sqlite:"$known" triplets import > /dev/null
case $(ctl -o database=sqlite:"$known" explain 10.8.8.8 \
    q@b.example q@example.org --name mx.example.com) in
*ignored*) complain 'a known triplet: something is said to be ignored' ;;
*'reason     known'*'after 1 more counted retry'*) ;;
*) complain 'the explanation of a known triplet' ;;
esac
ctl triplets export | cmp "$folder/exported" - || complain 'explain has written'

# ---- Approving and forgetting triplets ----

# answered REASON CLIENT SENDER RECIPIENT [NAME]: a check of this message must
# have this reason.
answered() {
	reason=$1
	shift
	ask "$@"
	grep -q " reason=$reason," "$folder/log" ||
	    complain "$*: expected $reason: $(cat "$folder/log")"
}
expect_ctl 0 'passes from now on: example.com 1@b.example c@example.org' \
    triplets approve nkn4e5z3
expect_ctl 0 'passes from now on: example.com s@d.example c@example.org' \
    triplets approve Example.com S@d.example C@example.org
expect_ctl 0 'passes from now on: 10.5.5.0/24 s@d.example c@example.org' \
    triplets approve 10.5.5.5 s@d.example c@example.org
expect_ctl 0 'has passed already: example.org *' triplets approve \
    example.org a@b.example c@example.org
expect_ctl 1 'tardigrey: mx.example.com is not a pool: its pool is example.com' \
    triplets approve mx.example.com s@d.example c@example.org
expect_ctl 1 'tardigrey: no client can have the pool example.com: *' \
    -o pools=no triplets approve example.com new@d.example c@example.org
expect_ctl 1 'tardigrey: no triplet has the reference *' \
    triplets approve 00000000
answered known 10.6.6.6 s@d.example c@example.org mx1.example.com
answered known 10.6.7.6 s@d.example c@example.org mx2.example.com
answered known 10.5.5.5 s@d.example c@example.org
answered new 10.6.6.6 s@d.example c@example.org mx1.example.net
# The request above stored the triplet under its pool. A repeated request is
# "new" in the same second and "early" later.
answered "\(new\|early\)" 10.9.6.6 s@d.example c@example.org mx1.example.net
answered new 10.9.7.6 s@d.example c@example.org mx1.example.edu
ctl clients list | grep -e '^10\.[569]\.[0-9.]*	' -e '@d.example' &&
    complain 'an approval is a counted retry'
expect_ctl 0 'removed: example.com s@d.example c@example.org' \
    triplets forget example.com s@d.example c@example.org
expect_ctl 1 'tardigrey: there is no record of example.com s@d.example *' \
    triplets forget example.com s@d.example c@example.org

# ---- Forgetting clients ----

expect_ctl 0 '3 triplets and 3 auto-whitelist records of example.com removed' \
    clients forget EXAMPLE.com
expect_ctl 1 'tardigrey: there are no records of example.com' \
    clients forget example.com
expect_ctl 0 '2 triplets and 1 auto-whitelist record of 10.0.0.9 and its *' \
    clients forget 10.0.0.9
expect_ctl 0 '{"client":"10.0.0.0/16","triplets":0,"auto_whitelist_records":2}' \
    --json clients forget 10.0.0.0/16
expect_ctl 0 '1 triplet and 1 auto-whitelist record of 2001:db8::9 and its *' \
    clients forget 2001:db8::9
expect_ctl 1 'tardigrey: there are no records of nobody' \
    clients forget nobody
expect_ctl 2 'tardigrey: not a client: *' \
    clients forget no.body.
expect_ctl 1 'tardigrey: there are no records of 192.0.2.0/24' \
    clients forget ::ffff:192.0.2.0/120
expect_ctl 2 'tardigrey: not a network: "::ffff:192.0.2.0/24"*' \
    clients forget ::ffff:192.0.2.0/24
expect_ctl 2 'tardigrey: 192.0.2.77/24 has bits after its prefix: use 192.0.2.0/24 *' \
    clients forget ::ffff:192.0.2.77/120

# ---- A host name of one label, generic: the host is a pool ----

host=node001122334455
ask 192.0.2.9 one@host.example c@example.org $host && complain "$host passes"
expect_ctl 0 "*	$host	one@host.example	*" triplets list --client $host
reference=$(ctl triplets list --client $host | cut -f 1)
ctl triplets export > "$folder/exported"
grep -q "\"client\":\"$host\"" "$folder/exported" || complain "no $host"
ctl -o database=sqlite:"$folder/db6" triplets import "$folder/exported" \
    > /dev/null || complain "$host: export, then import"
ctl -o database=sqlite:"$folder/db6" triplets export |
    cmp - "$folder/exported" || complain "$host: export | import, then export"
expect_ctl 0 "*pool       $host, which decides*" explain "$reference"
expect_ctl 0 "passes from now on: $host one@host.example c@example.org" \
    triplets approve $host one@host.example c@example.org
expect_ctl 0 "passes from now on: $host new@host.example c@example.org" \
    triplets approve $host new@host.example c@example.org
expect_ctl 0 "2 triplets and 0 auto-whitelist records of $host removed" \
    clients forget $host
ctl clients forget 192.0.2.9 > /dev/null

# ---- Auto-whitelisted by requests, then forgotten ----

{
	row $network 10.4.4.0/24 '"one@f.example"' '"c@example.org"' 1000 900 null 0
	row $network 10.4.4.0/24 '"two@f.example"' '"c@example.org"' 400 300 null 0
} | ctl triplets import > /dev/null
answered new 10.4.4.4 three@f.example c@example.org mx.example.net
answered retried 10.4.4.4 one@f.example c@example.org mx.example.net
ctl clients list | grep -q '^10.4.4.4	-	1	1 of 2	' ||
    complain 'a retry was not counted'
answered retried 10.4.4.4 two@f.example c@example.org mx.example.net
answered auto-whitelisted 10.4.4.4 four@g.example c@example.org
# The pool has retried from one network only.
answered auto-whitelisted 10.4.4.9 four@f.example c@example.org mx9.example.net
answered new 10.4.8.9 four@f.example c@example.org mx9.example.net
answered new 10.4.9.9 four@g.example c@example.org mx9.example.net
ctl clients list --whitelisted | cut -f 1-4 > "$folder/found"
printf '10.4.4.4\t-\t2\twhitelisted\nexample.net\t@f.example from 10.4.4.0/24\t2\twhitelisted\n' |
    diff - "$folder/found" || complain '--whitelisted'
expect_ctl 0 '*auto-whitelisted * 2 *' stats
ctl clients forget 10.4.4.4 > /dev/null
answered new 10.4.4.4 four@g.example c@example.org
# ---- One mail, one reference ----

# A mail of a client with a pool has two records or more. It is one line of the
# list, with the reference that the sender was told.
{
	row $pool example.com '"a@b"' '"c@d"' 100 50 null 0
	row $network 10.0.0.0/24 '"a@b"' '"c@d"' 100 50 null 0
	row $network 10.0.1.0/24 '"a@b"' '"c@d"' 100 40 null 0
	row $network 10.0.2.0/24 '"a@b"' '"c@d"' 99 30 null 0
	row $network 10.0.3.0/24 '"a@b"' '"e@d"' 100 20 null 0
	row $network 10.0.4.0/24 '"p@b"' '"c@d"' 150 10 $passed 1
	row $pool example.net '"p@b"' '"c@d"' 150 9 null 0
	row $network 10.0.5.0/24 '"o@b"' '"c@d"' 9000 8 $passed 1
	row $pool example.net '"o@b"' '"c@d"' 9000 8000000 $passed 1
} | ctl -o database=sqlite:"$folder/db5" triplets import > /dev/null
golden -o database=sqlite:"$folder/db5" triplets list --sort client <<'EOF'
brgtxvyg	passes in SPAN	10.0.2.0/24	a@b	c@d
wext0xfe	passes in SPAN	10.0.3.0/24	a@b	e@d
jb0wzd37	known, 23h left	10.0.4.0/24	p@b	c@d
xk3tc51n	known, 23h left	10.0.5.0/24	o@b	c@d
7th5m9x4	passes in SPAN	example.com	a@b	c@d
f3h45x1w	expired	example.net	o@b	c@d
jb0wzd37	passes in SPAN	example.net	p@b	c@d
EOF
golden -o database=sqlite:"$folder/db5" triplets list --client 10.0.1.9 <<'EOF'
7th5m9x4	passes in SPAN	10.0.1.0/24	a@b	c@d
EOF
ask 10.0.9.9 mail@b.example c@example.org mail.example.info &&
    complain 'a new mail of a pool passes'
reference=$(sed -n 's/.*, key_client=example.info, reference=\([^,]*\),.*/\1/p' \
    "$folder/log")
[ "$(ctl triplets list --sender mail@b.example | cut -f 1,3)" = \
    "$reference	example.info" ] || complain "the list: not one line $reference"
[ "$(ctl triplets list --client 10.0.9.1 | cut -f 1,3)" = \
    "$reference	10.0.9.0/24" ] || complain "the network: not $reference"
for arguments in "$reference" '10.0.9.9 mail@b.example c@example.org' \
    '10.0.9.9 mail@b.example c@example.org --name mail.example.info'; do
	# shellcheck disable=SC2086 # they are words
	expect_ctl 0 "*reference  $reference
*pool       example.info, which decides*" explain $arguments
done
expect_ctl 0 '*client     10.0.9.9
           its name is not known; the pool is that of the stored triplet, example.info
*' explain 10.0.9.9 mail@b.example c@example.org

expect_ctl 0 'removed: 10.0.9.0/24 mail@b.example c@example.org
removed: example.info mail@b.example c@example.org' triplets forget "$reference"
leave
