#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): correspondents.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

# ---- Adding ----

expect_ctl 0 'mail from bob@example.com to alice@our.example passes at once until *' \
    correspondents add alice@our.example bob@example.com
expect_ctl 0 '{"ours":"carol@our.example","theirs":"<Jim+x@Example.net>","expires":*}' \
    --json correspondents add '<carol@our.example>' '<Jim+x@Example.net>'
ask 192.0.2.1 BOB@example.com alice@our.example
grep -q 'reason=correspondent, ' "$folder/log" || complain 'the answer is deferred'
ask 192.0.2.1 bob@example.com carol@our.example
grep -q 'reason=new, ' "$folder/log" || complain 'mail to others passes'
ask 192.0.2.1 eve@example.com alice@our.example mx.example.com
grep -q 'reason=correspondent, ' "$folder/log" || complain 'the domain is deferred'

expect_ctl 1 '*a@our.example and b@our.example have the same domain: *' \
    correspondents add b@our.example a@our.example
# A name before the address is no part of it. No mail would match.
for address in 'Joe <d@p.example>' '"Joe, A." <d@p.example>' 'Joe<d@p.example>' \
    '<<d@p.example>>' 'd@p.example <d@p.example>' '<d@p.example'; do
	expect_ctl 1 '*not the mail address of a correspondent: *(write d@p.example)' \
	    correspondents add alice@our.example "$address"
	expect_ctl 2 '*not the mail address of a correspondent: *(write d@p.example)*' \
	    correspondents add "$address" bob@example.com
done
for address in 'Joe d@p.example' 'Joe,d@p.example' 'Joe;d@p.example' \
    'd@p.example (Joe)' 'd@p.example,e@p.example' 'd@p.example>' \
    "Joe$(printf '\t')d@p.example" 'Joe <>' 'Joe <d>'; do
	expect_ctl 1 '*not the mail address of a correspondent: *(write it like a@example.net)' \
	    correspondents add alice@our.example "$address"
done
for address in '"x <y>, z\" ;"@q.example' '<"x y"@q.example>' "o'x+!#\$%&*@q.example"; do
	expect_ctl 0 'mail from *' correspondents add quoted@our.example "$address"
done
expect_ctl 1 '*the null sender cannot be a correspondent *' \
    correspondents add alice@our.example '<>'
expect_ctl 1 '*not the mail address of a *: "bob" (write*' \
    correspondents add alice@our.example bob
expect_ctl 2 '*not the mail address of a *: "alice" (write*' \
    correspondents add alice bob@example.com
expect_ctl 2 '*the null sender cannot be a correspondent*' \
    correspondents add '<>' bob@example.com
expect_ctl 1 '*the option correspondents is no, *' -o correspondents=no \
    correspondents add alice@our.example bob@example.com

# ---- Listing ----

ctl correspondents list | grep -v ^quoted | steady | sort > "$folder/got"
cat > "$folder/wanted" <<EOF
alice@our.example	@example.com	remembered	TIME	TIME	1	TIME
alice@our.example	bob@example.com	remembered	TIME	TIME	1	TIME
carol@our.example	@example.net	remembered	TIME	TIME	1	TIME
carol@our.example	jim@example.net	remembered	TIME	TIME	1	TIME
EOF
sed 's/[0-9]\{4\}-[^	]*Z/TIME/g' "$folder/got" | diff "$folder/wanted" - ||
    complain 'correspondents list'
expect_ctl 0 'alice@our.example	bob@example.com	*' correspondents list \
    --ours 'ALICE*' --theirs 'bob@*'
expect_ctl 0 '' correspondents list --ours nobody@our.example
# An address may have the characters of globs.
expect_ctl 0 'mail from *' correspondents add alice@our.example 'x[1]*@[192.0.2.9]'
expect_ctl 0 'alice@our.example	x\[1\]\*@\[192.0.2.9\]	*' correspondents list \
    --theirs '<X[1]*@[192.0.2.9]>'
expect_ctl 0 'removed: *' correspondents forget alice@our.example 'x[1]*@[192.0.2.9]'
expect_ctl 0 '{*"ours":"carol@our.example","theirs":"@example.net","state":"remembered",*"mails":1,*}' \
    --json correspondents list --theirs @example.net
[ "$(ctl correspondents list --limit 3 | wc -l)" = 3 ] ||
    complain 'correspondents list --limit 3'
expect_ctl 0 '*bob@example.com	-	*' -o correspondents=no correspondents list \
    --theirs 'bob@*'

# ---- Other commands ----

# They are no clients, but they can be exported, imported and explained.
expect_ctl 0 '192.0.2.0/24*' clients list
expect_ctl 1 '*no records of example.com' clients forget example.com
ctl triplets export > "$folder/exported"
ctl -o database=sqlite:"$folder/db2" triplets import "$folder/exported" > /dev/null
ctl -o database=sqlite:"$folder/db2" triplets export |
    cmp "$folder/exported" - || complain 'export, import, export'
grep -q '^{"kind":"correspondent","client":null,"sender":"bob@example.com","recipient":"alice@our.example",' \
    "$folder/exported" || complain 'export of a correspondent'
grep -q '^{"kind":"correspondent-domain","client":"example.com","sender":null,"recipient":"alice@our.example",' \
    "$folder/exported" || complain 'export of the domain of a correspondent'
refused() {
	grep '"correspondent' "$folder/exported" | sed "s/$2/$3/" > "$folder/bad"
	expect_ctl 1 "$1" -o database=sqlite:"$folder/db3" triplets import \
	    "$folder/bad"
}
# Two long addresses of which only the ends are kept, without "@".
long=$(printf %064d 1)@$(printf %040d 2).$(printf %040d 3).example
expect_ctl 0 'mail from *' -o database=sqlite:"$folder/db4" \
    correspondents add anna@ours.example "$long"
expect_ctl 0 'mail from *' -o database=sqlite:"$folder/db4" \
    correspondents add "$long" anna@theirs.example
ctl -o database=sqlite:"$folder/db4" triplets export > "$folder/long"
[ "$(grep -c '~[0-9a-f]\{16\}~' "$folder/long")" = 3 ] ||
    complain 'the long addresses are not shortened'
expect_ctl 0 '4 records imported' -o database=sqlite:"$folder/db5" \
    triplets import "$folder/long"
ctl -o database=sqlite:"$folder/db5" triplets export |
    cmp "$folder/long" - || complain 'long addresses: export, import, export'
refused '*"client" of correspondent: not null: "x.example"*' \
    '"client":null' '"client":"x.example"'
refused '*"sender" of correspondent: not an address*' \
    '"sender":"[a-z.@]*"' '"sender":"x"'
refused '*"recipient" of correspondent: not an address*' \
    '"recipient":"[a-z.@]*"' '"recipient":"@x"'
refused '*"sender" of correspondent-domain: not null*' \
    '"sender":null' '"sender":"x@example.org"'
expect_ctl 0 '*reason     correspondent: *
answer     alice@our.example has written to bob@example.com, which decides
           since *
           last mail *' explain 198.51.100.1 bob@example.com alice@our.example
expect_ctl 0 '*
answer     alice@our.example has written to the domain of the pool example.com, which decides
*' explain 198.51.100.1 eve@example.com alice@our.example --name mx.example.com
expect_ctl 0 '*"decided_by":"correspondent",*"kind":"correspondent","client":null,"sender":"bob@example.com","network":null,"state":"remembered",*' \
    --json explain 198.51.100.1 bob@example.com alice@our.example
expect_ctl 0 '*' greylist add client 198.51.100.1
expect_ctl 0 '*reason     new: *
answer     alice@our.example has written to bob@example.com
           ignored: a greylist matches this message
*' explain 198.51.100.1 bob@example.com alice@our.example

# ---- Forgetting ----

expect_ctl 0 'removed: alice@our.example bob@example.com' \
    correspondents forget Alice@our.example Bob@example.com
expect_ctl 1 '*bob@example.com is no correspondent of alice@our.example' \
    correspondents forget alice@our.example bob@example.com
expect_ctl 0 '{"ours":"alice@our.example","theirs":"@example.com"}' --json \
    correspondents forget alice@our.example @mail.example.com
expect_ctl 1 '*@com cannot be a correspondent of alice@our.example' \
    correspondents forget alice@our.example @com
expect_ctl 2 '*not the mail address of a sender: *' correspondents forget alice@our.example bob

# ---- Importing ----

printf '%s\n' '# friends' '' '  ann@example.org  ' '<Joe@example.edu>' |
    ctl correspondents import dave@our.example > "$folder/got"
grep -qx '2 correspondents of dave@our.example imported' "$folder/got" ||
    complain 'import from standard input'
printf 'kim@example.org\r\nlee@\npat@example.org\n' > "$folder/book"
expect_ctl 1 "*$folder/book:2: *lee@*1 correspondent of dave@our.example imported" \
    correspondents import dave@our.example "$folder/book"
printf '%s\n' kim@example.org 'Joe <d@p.example>' > "$folder/book"
expect_ctl 1 "*$folder/book:2: not the mail address *(write d@p.example)*" \
    correspondents import dave@our.example "$folder/book"
# An address book has colleagues.
printf '%s\n' x@out.example lee@our.example Dave@OUR.example y@out.example > "$folder/book"
expect_ctl 0 '2 correspondents of dave@our.example imported
2 skipped: same domain as dave@our.example' \
    correspondents import dave@our.example "$folder/book"
expect_ctl 0 '{"imported":2,"skipped":2}' --json \
    correspondents import dave@our.example "$folder/book"
expect_ctl 1 '*cannot read /nonexistent: No such file or directory' \
    correspondents import dave@our.example /nonexistent
expect_ctl 2 '*' correspondents import dave "$folder/book"
ctl correspondents list --ours 'dave@*' | cut -f 2 | sort | tr '\n' ' ' > "$folder/got"
grep -qx '@example.edu @example.org @out.example ann@example.org joe@example.edu kim@example.org x@out.example y@out.example ' \
    "$folder/got" || complain "import: $(cat "$folder/got")"
seq -f 'n%.0f@example.com' 600 > "$folder/book"
expect_ctl 0 '600 correspondents of dave@our.example imported' \
    correspondents import dave@our.example "$folder/book"
[ "$(ctl correspondents list --theirs 'n*@example.com' | wc -l)" = 600 ] ||
    complain 'a long address book'
printf 'x%4096d@example.com\n' 1 > "$folder/book"
expect_ctl 1 "*$folder/book:1: *" correspondents import dave@our.example "$folder/book"

# A NUL octet hides nothing, and a long line is one line.
printf 'nul@example.org\000,tail@example.org\n' > "$folder/book"
expect_ctl 1 "$folder/book:1: the line has a NUL octet*0 correspondents *" \
    correspondents import eve@our.example "$folder/book"
printf 'x%03000d@example.org\nlee@\n' 1 > "$folder/book"
expect_ctl 1 "$folder/book:1: *too long*0 correspondents *" \
    correspondents import eve@our.example "$folder/book"
printf '#%04000d\n%2051sa@mark.example%3000s\nlee@\n' 1 '' '' > "$folder/book"
expect_ctl 1 "$folder/book:3: *lee@*1 correspondent of *" \
    correspondents import eve@our.example "$folder/book"
printf 'one@mark.example\rtwo@mark.example\r' > "$folder/book"
expect_ctl 1 "$folder/book:1: not the mail address *0 correspondents *" \
    correspondents import eve@our.example "$folder/book"
# Programs of Windows write a byte order mark.
printf '\357\273\277b@mark.example\r\n' > "$folder/book"
expect_ctl 0 '1 correspondent of eve@our.example imported' \
    correspondents import eve@our.example "$folder/book"
ctl correspondents list --ours eve@our.example | cut -f 2 | sort | tr '\n' ' ' > "$folder/got"
grep -qx '@mark.example a@mark.example b@mark.example ' "$folder/got" ||
    complain "import: $(cat "$folder/got")"
expect_ctl 1 '*it is a folder' correspondents import eve@our.example "$folder"

# A batch that is lost does not count: the database goes away after the first.
mkfifo "$folder/pipe"
ctl -o database=sqlite:"$folder/db6" triplets import /dev/null > /dev/null
{
	seq -f 'a%.0f@example.com' 300
	tries_n=0
	while [ "$(ctl -o database=sqlite:"$folder/db6" correspondents list |
	    wc -l)" -lt 256 ] && [ $tries_n -lt 300 ]; do
		sleep 0.1
		tries_n=$((tries_n + 1))
	done
	for file in "$folder"/db6*; do
		mv "$file" "${file%/*}/gone.${file##*/}"
	done
	seq -f 'b%.0f@example.com' 300
} > "$folder/pipe" &
expect_ctl 1 '*db6 was removed*256 correspondents of eve@our.example imported' \
    -o database=sqlite:"$folder/db6" correspondents import eve@our.example \
    "$folder/pipe"
wait

leave
