#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tardigrey copy: from one database to another, twice, and what it refuses.
. "${srcdir:-.}/tests/tools/ctl_lib.sh"

other=sqlite:$folder/other

# What a database has, in a steady order.
content() {
	ctl -o database="$1" triplets export | sort
	ctl -o database="$1" --json whitelist list | sort
	ctl -o database="$1" --json greylist list | sort
	ctl -o database="$1" --json stats | sed 's/"to": *[^,]*,//'
}

ask 192.0.2.1 a@example.net b@example.org > /dev/null
ask 192.0.2.2 c@example.net b@example.org mx.example.com > /dev/null
ctl whitelist add client 192.0.2.9 --comment 'an example' > /dev/null
ctl greylist add recipient x@example.org --delay 2m > /dev/null
ask 192.0.2.9 a@example.net b@example.org > /dev/null

# An expired record is left out.
old=$((now - 1000))
echo '{"kind": "triplet-network", "client": "198.51.100.0/24",
"sender": "old@example.net", "recipient": "b@example.org",
"first_seen": '$old', "last_seen": '$old', "passed": '$old',
"expires": '$old', "deferred": 1, "passes": 1}' | tr -d '\n' |
    ctl triplets import > /dev/null

expect_ctl 0 "* records copied; 0 were there, 1 have expired
2 list entries copied; 0 were there
* counts copied" copy "sqlite:$folder/db" "$other"
content "sqlite:$folder/db" | grep -v old@example.net > "$folder/want"
content "$other" > "$folder/got"
cmp -s "$folder/want" "$folder/got" ||
    complain "the copy differs: $(diff "$folder/want" "$folder/got")"

# A second copy changes nothing, also in the other direction.
expect_ctl 0 "0 records copied; * were there, 1 have expired
0 list entries copied; 2 were there
0 counts copied" copy "sqlite:$folder/db" "$other"
expect_ctl 0 "0 records copied; * were there, 0 have expired
0 list entries copied; 2 were there
0 counts copied" copy "$other" "sqlite:$folder/db"

# An entry is known by its list, its kind and its pattern.
for kind in recipient sender; do
	ctl greylist add $kind a@example.org > /dev/null
	ctl -o database="$other" whitelist add $kind a@example.org > /dev/null
done
ctl -o database="$other" greylist add sender a@example.org > /dev/null
ctl whitelist add sender b@example.org > /dev/null
expect_ctl 0 "0 records copied; * were there, 1 have expired
2 list entries copied; 3 were there
0 counts copied" copy "sqlite:$folder/db" "$other"
ctl whitelist add sender a@example.org > /dev/null
expect_ctl 0 "0 records copied; * were there, 1 have expired
0 list entries copied; 6 were there
0 counts copied" copy "sqlite:$folder/db" "$other"

expect_ctl 2 "*both databases are*" copy "$other" "$other"
expect_ctl 2 "*unknown form*" copy "nosql:x" "$other"
expect_ctl 2 "*other users can see a password*" copy \
    "redis://me:secret@host" "$other"
expect_ctl 2 "*exists only inside the daemon*" copy memory: "$other"
expect_ctl 1 "*none: No such file*" copy "sqlite:$folder/none" "$other"
case $output in
*secret*) complain "a password was shown" ;;
esac

leave
