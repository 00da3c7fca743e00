#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): the commands import and import settings.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

# ---- Settings ----

# translated PROGRAM FILE: the output must be equal to standard input.
translated() {
	golden import settings "$1" "$folder/$2"
}

# refused_settings PROGRAM FILE PATTERN: the import must refuse the file. The
# pattern follows the name of the file.
refused_settings() {
	expect_ctl 1 "$folder/$2:$3" import settings "$1" "$folder/$2"
}

# The text ends where the file ends.
printf 'inet = 2501\n' > "$folder/short"
translated sqlgrey short <<END
listen = inet:127.0.0.1:2501
END
printf 'timeout 5d' > "$folder/short"
translated milter-greylist short <<END
retry_window = 5d
END
printf 'POSTGREY_OPTS=--delay=60' > "$folder/short"
translated postgrey short <<END
delay = 60s
delay_suspicious = 60s
END
printf '# one\n#\0two\n# three\n' > "$folder/nul"
for program in milter-greylist postgrey sqlgrey; do
	refused_settings $program nul \
	    "2: the line has a NUL octet; FILE must be the configuration file of $program"
done
# Other systems have variables of other names.
echo 'POSTGREY_DELAY="--delay=60"' > "$folder/other"
refused_settings postgrey other '1: no line sets POSTGREY_OPTS or POSTGREY_TEXT*'

# ---- Wrong files ----

# A command before the pipe may have failed, or FILE is of another program.
data=$srcdir/tests/import/data
for program in gld iredapd policyd postgrey proxmox sqlgrey; do
	expect_ctl 1 "tardigrey: found nothing of $program in /dev/null; FILE must be *0 records imported*" \
	    import $program /dev/null
	expect_ctl 1 "tardigrey: found nothing of $program in standard input; FILE must be *0 records would be imported*" \
	    import $program - --dry-run < /dev/null
	for other in gld iredapd policyd proxmox sqlgrey-postgresql; do
		case $program,$other in
		postgrey,*) continue ;; # it refuses the first line
		"$program,$program"* | "$other,$program"*) continue ;;
		esac
		expect_ctl 1 "tardigrey: found nothing of $program in $data/$other.sql; FILE must be *0 records imported*" \
		    import $program "$data/$other.sql"
	done
done
# An empty table is right.
cat > "$folder/empty" <<END
CREATE TABLE connect (sender_name text, sender_domain text, src text, rcpt text,
    first_seen timestamp);
END
expect_ctl 0 '0 records imported*' import sqlgrey "$folder/empty"
printf '%s\n' VERSION=3 format=print type=btree HEADER=END DATA=END \
    > "$folder/empty"
expect_ctl 0 '0 records imported*' import postgrey "$folder/empty"

# ---- Entries ----

# The whitelists count for greylisted recipients, as in the other program.
echo 192.0.2.0/24 > "$folder/clients"
cat >> "$conf" <<END
whitelist_clients = $folder/clients
greylist_recipients = listed
END
cat > "$folder/optin" <<END
CREATE TABLE optin_domain (domain text);
INSERT INTO optin_domain VALUES ('grey.example');
CREATE TABLE optout_email (email text);
INSERT INTO optout_email VALUES ('boss@grey.example');
END
expect_ctl 0 '2 records imported: *, 2 list entries*' import sqlgrey \
    "$folder/optin"
cat > "$folder/active" <<END
CREATE TABLE greylisting (account text, sender text, active int);
INSERT INTO greylisting VALUES ('me@grey.example', '@.', 1);
END
expect_ctl 0 '1 record imported: *, 1 list entry*' import iredapd \
    "$folder/active"
ctl greylist list recipient | cut -f 1-3 > "$folder/found"
printf '%s\n' 'recipient	grey.example	all' \
    'recipient	me@grey.example	all' | diff - "$folder/found" ||
    complain 'greylisted recipients: < was expected, > was printed'
# asked WHAT REASON CLIENT RECIPIENT
asked() {
	ask "$3" a@example.com "$4"
	grep -q "reason=$2," "$folder/log" || complain "$1: $(cat "$folder/log")"
}
asked 'an opt-in recipient' new 198.51.100.7 b@grey.example
asked 'a whitelisted client' client-whitelist 192.0.2.7 b@grey.example
asked 'an opt-out recipient' recipient-whitelist 198.51.100.7 \
    boss@grey.example
asked 'no list' unlisted 198.51.100.7 b@example.org

leave
