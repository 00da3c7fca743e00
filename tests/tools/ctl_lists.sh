#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): the commands whitelist and greylist, and explain for lists.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

cat > "$folder/clients" <<EOF
192.0.2.0/24
mx.example.com
/^dyn/
EOF
cat > "$folder/recipients" <<EOF
postmaster@
info@example.org delay=10m
EOF
cat >> "$conf" <<EOF
whitelist_clients = $folder/clients
whitelist_recipients = $folder/recipients
EOF
SUDO_USER=alice
export SUDO_USER
hostile=$(printf 'evil\033[31m\tA\\B\n\302\233\377')

# ---- Adding ----

expect_ctl 0 'whitelisted client 198.51.100.0/24 until 20*' whitelist add \
    client 198.51.100.0/24 --comment 'the bank' --expires 30d
# Changing the comment keeps the expiry time, and the other way round.
expect_ctl 0 'changed: whitelisted client 198.51.100.0/24 until 20*' \
    whitelist add --comment "$hostile" client 198.51.100.0/24
expect_ctl 0 'changed: whitelisted client 198.51.100.0/24' whitelist add \
    --expires never client 198.51.100.0/24
expect_ctl 0 \
    '[{]"done":"added","kind":"sender","pattern":"example.net","setting":"off","expires":null[}]' \
    whitelist add sender Example.NET --json
expect_ctl 0 'greylisted recipient slow@example.org (delay=10m)' \
    greylist add recipient '<Slow@Example.org>' --delay 10m
expect_ctl 0 'greylisted recipient try@example.org (shadow)' \
    greylist add recipient try@example.org --shadow
expect_ctl 0 'greylisted client 203.0.113.5' \
    greylist add client 203.0.113.5 --comment 'a pest'
expect_ctl 2 '*: use 192.0.2.0/24 for the network, or 192.0.2.7 for the address' \
    whitelist add client 192.0.2.7/24
expect_ctl 2 'tardigrey: *' whitelist add client '/(/'
expect_ctl 2 'tardigrey: *' whitelist add recipient '<>'
expect_ctl 2 'tardigrey: unknown kind: "clint" (write client, sender or recipient)*' \
    whitelist add clint 192.0.2.7
# A pattern that matches very much.
set -f
for entry in 'client com' 'client .com' 'sender info' 'recipient info' \
    'client /.*/' 'sender /^/' 'recipient /@?/' 'client 0.0.0.0/0' \
    'client 10.0.0.0/7' 'client ::/16'; do
	# shellcheck disable=SC2086 # entry is two words
	expect_ctl 2 "tardigrey: ${entry#* } *--force" whitelist add $entry
	# shellcheck disable=SC2086
	expect_ctl 2 "tardigrey: ${entry#* } *--force" greylist add $entry
done
for entry in 'client 10.0.0.0/8' 'sender /@example/' 'recipient info@' \
    'client /^mail/' 'sender <>' 'client 2001::/32' 'recipient co.uk'; do
	# shellcheck disable=SC2086
	expect_ctl 0 'whitelisted *' whitelist add $entry
	# shellcheck disable=SC2086
	expect_ctl 0 'removed *' whitelist remove $entry
done
# Patterns that match nothing.
expect_ctl 2 'tardigrey: *(write example.org)' \
    whitelist add sender '*@example.org'
expect_ctl 2 'tardigrey: *(write a regular expression like /^user.\*@example\\.org$/)' \
    whitelist add recipient 'user*@example.org'
expect_ctl 2 'tardigrey: more than one mail address: *' \
    whitelist add sender 'a@b.example,c@d.example'
for pattern in 10.0.0.1-10.0.0.5 10.0.0.0-255; do
	expect_ctl 2 'tardigrey: *(write a network like 192.0.2.0/24)' \
	    whitelist add client "$pattern"
done
set +f
expect_ctl 0 'whitelisted sender com' whitelist add sender com --force
expect_ctl 0 'removed *' whitelist remove sender com
for pattern in 'info' '/.*/' '/@/'; do
	printf 'a@b\n%s\n' "$pattern" > "$folder/wide"
	expect_ctl 0 "$folder/wide:2: the mail passes, although $pattern matches \
every recipient*
*good" -o whitelist_recipients="$folder/wide" config check
done
# A setting that does not let the mail pass needs no warning.
printf '/.*/ delay=1m\ninfo on\n' > "$folder/wide"
expect_ctl 0 "$conf: the configuration is good" \
    -o whitelist_recipients="$folder/wide" config check
expect_ctl 2 'tardigrey: --all, --suspicious, --shadow and --delay are for recipients only*' \
    greylist add client 192.0.2.7 --delay 1m
expect_ctl 2 'tardigrey: use only one of --all, --suspicious, --shadow and --delay*' \
    greylist add recipient a@b --delay 1m --shadow
expect_ctl 2 'tardigrey: --delay: too long: "1d" (write less than retry_window*1d)*' \
    greylist add recipient a@b --delay 1d
expect_ctl 2 'tardigrey: --delay: not a time: *' \
    greylist add recipient a@b --delay 10
expect_ctl 2 "*unrecognized*'--delay'*" whitelist add recipient a@b --delay 1m
expect_ctl 2 'tardigrey: --expires: not a time: *' \
    whitelist add recipient a@b --expires 0
expect_ctl 2 'tardigrey: --comment: the text is too long (at most 511 octets)*' \
    whitelist add recipient a@b --comment "$(printf %0512d 0)"

# ---- Listing ----

golden whitelist list <<'EOF'
client	198.51.100.0/24	off	entry	0	-	TIME	-	alice	evil\x1b[31m\x09A\B\x0a\xc2\x9b\xff
sender	example.net	off	entry	0	-	TIME	-	alice	-
client	192.0.2.0/24	off	FOLDER/clients:1	0	-	-	-	-	-
client	mx.example.com	off	FOLDER/clients:2	0	-	-	-	-	-
client	/^dyn/	off	FOLDER/clients:3	0	-	-	-	-	-
recipient	postmaster@	off	FOLDER/recipients:1	0	-	-	-	-	-
EOF
golden greylist list <<'EOF'
client	203.0.113.5	on	entry	0	-	TIME	-	alice	a pest
recipient	slow@example.org	delay=10m	entry	0	-	TIME	-	alice	-
recipient	try@example.org	shadow	entry	0	-	TIME	-	alice	-
recipient	info@example.org	delay=10m	FOLDER/recipients:2	0	-	-	-	-	-
EOF
golden whitelist list sender <<'EOF'
sender	example.net	off	entry	0	-	TIME	-	alice	-
EOF
golden --json whitelist list <<'EOF'
{"kind":"client","pattern":"198.51.100.0/24","setting":"off","source":"entry","hits":0,"last_hit":null,"created":SECONDS,"expires":null,"author":"alice","comment_hex":"6576696c1b5b33316d09415c420ac29bff"}
{"kind":"sender","pattern":"example.net","setting":"off","source":"entry","hits":0,"last_hit":null,"created":SECONDS,"expires":null,"author":"alice","comment":null}
{"kind":"client","pattern":"192.0.2.0/24","setting":"off","source":"FOLDER/clients:1","hits":0,"last_hit":null,"created":null,"expires":null,"author":null,"comment":null}
{"kind":"client","pattern":"mx.example.com","setting":"off","source":"FOLDER/clients:2","hits":0,"last_hit":null,"created":null,"expires":null,"author":null,"comment":null}
{"kind":"client","pattern":"/^dyn/","setting":"off","source":"FOLDER/clients:3","hits":0,"last_hit":null,"created":null,"expires":null,"author":null,"comment":null}
{"kind":"recipient","pattern":"postmaster@","setting":"off","source":"FOLDER/recipients:1","hits":0,"last_hit":null,"created":null,"expires":null,"author":null,"comment":null}
EOF
expect_ctl 2 'tardigrey: unknown kind: *' \
    greylist list everything

# A printed regex is the pattern that remove takes.
for regex in '/^mail\d+\.foo\.example$/' '/\\/' '/\x41|"'"'"'$/'; do
	ctl whitelist add client "$regex" > /dev/null
	printed=$(ctl whitelist list client | cut -f 2 | head -n 1)
	[ "$printed" = "$regex" ] || complain "printed $printed for $regex"
	ctl whitelist remove client "$printed" > /dev/null ||
	    complain "cannot remove $printed"
done

# Letters of any alphabet are printed in a UTF-8 locale. Control characters,
# invisible characters and changes of the direction are not.
utf8=$(printf 'K\303\244se \342\202\254 \360\237\220\273')
ctl whitelist add sender u@example.net --comment "$utf8" > /dev/null
for locale in C.UTF-8 C; do
	[ $locale = C ] || [ "$(LC_ALL=C.UTF-8 locale charmap)" = UTF-8 ] ||
	    continue
	wanted=$utf8
	[ $locale != C ] ||
	    wanted='K\xc3\xa4se \xe2\x82\xac \xf0\x9f\x90\xbb'
	LC_ALL=$locale ctl whitelist list sender | grep -Fq "$wanted" ||
	    complain "$locale: a comment is not printed as $wanted"
done
for wanted in '\xc2\x9b' '\xe2\x80\xae' '\xe2\x80\x8b' '\xed\xa0\x80' \
    '\xc0\x9b' '\xf5\x80\x80\x80' '\xe2\x82' '\xff' '\xef\xbb\xbf'; do
	raw=$(printf %b "$(printf '%s' "$wanted" |
	    sed -e 's/\\x\(..\)/\1 /g' | tr 'a-f' 'A-F' |
	    { read -r all; for octet in $all; do
		printf '\\0%o' "$((0x$octet))"
	    done; })")
	ctl whitelist add sender u@example.net --comment "$raw." > /dev/null
	LC_ALL=C.UTF-8 ctl whitelist list sender | grep -Fq "	$wanted." ||
	    complain "not printed as $wanted"
done
ctl whitelist remove sender u@example.net > /dev/null

# ---- Checking ----

ctl whitelist add client 198.51.100.7 > /dev/null
golden whitelist check client 198.51.100.7 <<'EOF'
client	198.51.100.7	off	entry	0	-	TIME	-	alice	-
client	198.51.100.0/24	off	entry	0	-	TIME	-	alice	evil\x1b[31m\x09A\B\x0a\xc2\x9b\xff
EOF
golden whitelist check client 192.0.2.7 --name mx.example.com <<'EOF'
client	192.0.2.0/24	off	FOLDER/clients:1	0	-	-	-	-	-
client	mx.example.com	off	FOLDER/clients:2	0	-	-	-	-	-
EOF
golden --json greylist check recipient '<SLOW@example.org>' <<'EOF'
{"kind":"recipient","pattern":"slow@example.org","setting":"delay=10m","source":"entry","hits":0,"last_hit":null,"created":SECONDS,"expires":null,"author":"alice","comment":null}
EOF
expect_ctl 1 'tardigrey: nothing in the whitelist matches client 10.1.1.1' \
    whitelist check client 10.1.1.1
# Without a match there is no heading on a terminal either.
if command -v script > /dev/null; then
	script -qec "$tardigrey -c $conf whitelist check client 10.1.1.1" \
	    /dev/null < /dev/null > "$folder/found"
	! grep -q pattern "$folder/found" || complain 'a heading without rows'
	script -qec "$tardigrey -c $conf whitelist check client 192.0.2.1" \
	    /dev/null < /dev/null > "$folder/found"
	grep -q pattern "$folder/found" || complain 'no heading'
fi
expect_ctl 1 'tardigrey: nothing in the whitelist matches sender <>' \
    whitelist check sender '<>'
expect_ctl 2 'tardigrey: not the address of a client: *' \
    whitelist check client mx.example.com
expect_ctl 2 'tardigrey: --name is for clients only*' \
    whitelist check sender a@example.net --name x

# ---- Explaining ----

golden explain 192.0.2.9 a@b.example c@example.org <<'EOF'
verdict    an attempt now would pass
reason     client-whitelist: A list whitelists the client; nothing is stored.
list       client 192.0.2.0/24, off (FOLDER/clients:1)
client     192.0.2.9
class      suspicious: no name was given (--name)
sender     a@b.example
recipient  c@example.org
network    192.0.2.0/24: no record
address    192.0.2.9: no record
           auto-whitelisted after 2 counted retries
EOF
golden explain 198.51.100.9 a@b.example c@example.org <<'EOF'
verdict    an attempt now would pass
reason     client-whitelist: A list whitelists the client; nothing is stored.
list       client 198.51.100.0/24, off (entry), by alice: evil\x1b[31m\x09A\B\x0a\xc2\x9b\xff
client     198.51.100.9
class      suspicious: no name was given (--name)
sender     a@b.example
recipient  c@example.org
network    198.51.100.0/24: no record
address    198.51.100.9: no record
           auto-whitelisted after 2 counted retries
EOF
golden explain 10.1.1.1 '<>' try@example.org <<'EOF'
verdict    an attempt now would pass in shadow mode, and otherwise be deferred: SPAN
next       a retry passes from TIME until TIME
reason     new: The triplet is not known: a first attempt, or its record expired.
list       recipient try@example.org, shadow (entry), by alice
client     10.1.1.1
class      suspicious: no name was given (--name)
sender     <>
recipient  try@example.org
reference  pea42jhc
network    10.1.1.0/24: no record
address    10.1.1.1: no record
           auto-whitelisted after 2 counted retries
EOF
expect_ctl 0 '*"wait":600,*"list_setting":"delay=10m"*' --json explain \
    10.1.1.1 A@b.example Slow@example.org
expect_ctl 0 '*would pass*reason     client-whitelist:*mx.example.com, off*' \
    explain 10.1.1.1 a@b c@d --name mx.example.com
expect_ctl 0 '*would be deferred: *reason     new:*no list entry matches*' explain 10.1.1.1 a@b c@d

# A whitelist entry beats a greylist entry with the same pattern.
for kind in client sender recipient; do
	entry=p@example.org
	[ $kind != client ] || entry=172.16.0.1
	ctl greylist add $kind $entry > /dev/null
	ctl whitelist add $kind $entry > /dev/null
	expect_ctl 0 "*would pass*reason     $kind-whitelist:*list       $kind $entry, off*" \
	    explain 172.16.0.1 p@example.org p@example.org
	ctl whitelist remove $kind $entry > /dev/null
	expect_ctl 0 "*would be deferred: *reason     new:*list       $kind $entry, on*" \
	    explain 172.16.0.1 p@example.org p@example.org
	ctl greylist remove $kind $entry > /dev/null
done

# ---- Hits ----

ask 192.0.2.1 a@b c@d || complain "expected a pass: $(cat "$folder/log")"
! ctl whitelist list client --unused 90d | grep -q '^client	192.0.2.0' ||
    complain '--unused lists a line that was hit just now'
ctl whitelist list client | grep -q 'clients:1	1	20' ||
    complain 'a hit was not counted'
ctl whitelist list client --unused 90d | grep -q mx.example.com ||
    complain '--unused does not list a line that was never hit'
# An entry has to be that old.
ctl whitelist add client 10.8.0.0/16 > /dev/null
for span in 90d 1h; do
	! ctl whitelist list client --unused $span | grep -q 10.8.0.0/16 ||
	    complain '--unused lists a new entry'
done
sleep 2
ctl whitelist list client --unused 1s | grep -q 10.8.0.0/16 ||
    complain '--unused does not list an old entry'
! ctl greylist list --unused 30d | grep -q '	entry	' ||
    complain 'greylist list --unused lists a new entry'
ctl whitelist remove client 10.8.0.0/16 > /dev/null

# ---- Removing and expiring ----

expect_ctl 0 'removed sender example.net from the whitelist' \
    whitelist remove sender '<EXAMPLE.net>'
expect_ctl 1 'tardigrey: sender example.net is not in the whitelist; *' \
    whitelist remove sender example.net
expect_ctl 1 "tardigrey: client mx.example.com is in *clients:2: remove it \
there, *" whitelist remove client mx.example.com
expect_ctl 1 'tardigrey: recipient info@example.org is not in the whitelist*' \
    whitelist remove recipient info@example.org
expect_ctl 1 "*is in $folder/recipients:2*" \
    greylist remove recipient info@example.org
expect_ctl 0 '[{]"done":"removed","kind":"client","pattern":"203.0.113.5"[}]' \
    --json greylist remove client 203.0.113.5
# An older version may have added an entry that is no pattern.
expect_ctl 2 'tardigrey: *(write example.org)' \
    whitelist remove sender '*@example.org'
! command -v sqlite3 > /dev/null || {
	sqlite3 "$folder/db" "INSERT INTO list_entry (list, kind, pattern)
	    VALUES ('whitelist', 'sender', '*@example.org');"
	expect_ctl 0 '*ignoring the list entry *sender	\*@example.org	*' \
	    whitelist list sender
	expect_ctl 0 'removed sender \*@example.org from the whitelist' \
	    whitelist remove sender '*@Example.org'
}
ctl whitelist add client 10.9.0.0/16 --expires 1h > /dev/null
expect_ctl 0 'client	10.9.0.0/16	*' whitelist check client 10.9.1.1
! command -v sqlite3 > /dev/null || {
	sqlite3 "$folder/db" "UPDATE list_entry SET expires = expires - 3601
	    WHERE pattern = '10.9.0.0/16';"
	expect_ctl 1 'tardigrey: nothing in the whitelist matches*' \
	    whitelist check client 10.9.1.1
	expect_ctl 0 '*; 1 entry of lists removed' expire --force
	expect_ctl 1 '*is not in the whitelist*' \
	    whitelist remove client 10.9.0.0/16
}
leave
