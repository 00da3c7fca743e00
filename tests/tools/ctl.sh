#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): options, arguments, exit statuses, configuration, maintenance.
# shellcheck source=tests/tools/ctl_lib.sh
. "${srcdir:=.}/tests/tools/ctl_lib.sh"

# ---- Options and arguments ----

expect 0 'usage: tardigrey *expire*' --help
expect 0 'usage: tardigrey expire*' --help expire
expect 0 'usage: tardigrey expire*' expire --help
expect 0 'usage: tardigrey whitelist add KIND PATTERN*--expires SPAN  *' \
    whitelist add -h
expect 0 'tardigrey [0-9]*' --version
expect 0 'tardigrey [0-9]*' stats --version
expect 2 'tardigrey: missing command; *usage:*'
expect 2 'tardigrey: unknown command: frobnicate*' frobnicate
expect 2 'tardigrey: config needs one of: check, show*usage:*config show*' config
expect 2 'tardigrey: unknown command: config frobnicate; *: check, show*' \
    config frobnicate
expect 2 'tardigrey: unknown command: whitelist rm; *: add, check, list, remove*' \
    whitelist rm client 192.0.2.1
expect 2 'tardigrey: triplets needs one of: approve, export, forget, import, list*' \
    -c "$conf" triplets
expect 2 'tardigrey: unknown command: tri; tardigrey --help*' tri
expect 0 'usage: tardigrey triplets approve *Let a*usage: tardigrey triplets list *' \
    triplets --help
expect 0 'usage: tardigrey clients forget *' -h clients
expect 0 'usage: tardigrey *expire*' help
expect 0 'tardigrey [0-9]*' -v
expect 0 'tardigrey [0-9]*' version
expect 0 'tardigrey [0-9]*' -c /nonexistent stats -v
expect 2 'tardigrey: unknown command: \\x1b?31m;*' "$(printf '\033[31m')"
expect 2 'tardigrey: too many arguments: now*usage: tardigrey expire*' \
    -c "$conf" expire now
expect 2 'tardigrey: missing argument after client*usage:*KIND*' \
    whitelist add client
expect 2 'tardigrey: missing argument after whitelist add*' whitelist add
expect 2 '*usage:*' --frobnicate
expect 2 "tardigrey: unrecognized*'--limit'*usage: tardigrey expire*" \
    expire --limit 1
expect 2 '*requires an argument*usage: tardigrey stats*' stats --since
expect 2 'tardigrey: -o delay: the value is missing (write -o NAME=VALUE)*' -o delay expire
expect_ctl 2 'tardigrey: --since: not a time: *"7"*usage: tardigrey stats*' \
    stats --since 7
expect_ctl 2 'tardigrey: --limit: not a number: "x" (write digits)*' \
    clients list --limit x
expect_ctl 2 'tardigrey: too few arguments (write one REFERENCE*' triplets forget a b
expect_ctl 2 'tardigrey: not a reference: "what?"*' triplets forget 'what?'

# An option may stand before or after the command. An argument may look like an
# option.
expect_ctl 0 '[{]"from":*' --json stats
expect_ctl 0 '[{]"from":*' stats --json
expect_ctl 0 'whitelisted sender -x@example.org' \
    whitelist add sender -- -x@example.org

# ---- Configuration ----

expect 2 "$folder/none: cannot read: No such file or directory" \
    -c "$folder/none" config check
expect_ctl 0 "$conf: the configuration is good" config check
default=$("$tardigrey" --help | grep -o '/.*/tardigrey\.conf')
[ -e "$default" ] || expect 2 "$default: cannot read: No such file or \
directory; an empty file is enough, and */tardigrey.conf is a sample" stats
expect_ctl 2 '-o: delay: not a duration: "3"*' -o delay=3 config check
expect_ctl 0 "*
# $conf:3
delay = 5m
*
#keep = 35d
*" config show
expect_ctl 0 '*
# -o
delay = 7m
*' -o delay=7m config show
expect_ctl 0 '*
# -o
delay = 8m
*' config show -o delay=8m
# The output is a configuration file that means the same.
reply='DEFER 4.2.0 wait, \d "%s" # s'
ctl -o delay=8m -o reply="$reply" -o socket_group= -o pid_file= \
    -o whitelist_clients= config show > "$folder/new.conf"
"$tardigrey" -c "$folder/new.conf" config show | sed 's|^# .*|# -|' \
    > "$folder/found"
sed 's|^# .*|# -|' "$folder/new.conf" | diff - "$folder/found" ||
    complain 'config show, then read again'
grep -Fqx "reply = $reply" "$folder/new.conf" || complain 'reply of config show'
[ "$(grep -c '^[a-z]' "$folder/new.conf")" = 7 ] ||
    complain "config show: options that were set: $(cat "$folder/new.conf")"
"${tardigrey}d" -t -c "$folder/new.conf" > /dev/null 2>&1 ||
    complain 'tardigreyd -t refuses the output of config show'
expect_ctl 0 '*{"name":"keep","value":"35d","origin":null}*' --json config show
printf '192.0.2.0/24\n198.51.100.7/24\n' > "$folder/list"
expect_ctl 0 "$folder/list:2: *198.51.100.0/24*the configuration is good" \
    -o whitelist_clients="$folder/list" config check
printf '192.0.2.0/24\n/(/\n' > "$folder/list"
expect_ctl 2 "*$folder/list:2: *" -o whitelist_clients="$folder/list" \
    config check
# All errors of a list file, up to 20.
awk 'BEGIN { for (i = 0; i < 30; i++) print "/(/"; }' > "$folder/wrong"
{ echo 192.0.2.1; cat "$folder/wrong"; } > "$folder/list"
ctl -o whitelist_clients="$folder/list" config check 2> "$folder/err"
grep -o "$folder/list:[0-9]*: " "$folder/err" | sed 's/.*:\(.*\): /\1/' |
    paste -s -d ' ' - > "$folder/found"
echo '2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21' |
    diff - "$folder/found" || complain 'not the first 20 errors of a list'
printf '192.0.2.1\n/(/\n192.0.2.2\na b\n' > "$folder/list"
expect_ctl 2 "$folder/list:2: *
*whitelist_clients: $folder/list:4: too many words*" \
    -o whitelist_clients="$folder/list" config check
printf '192.0.2.0/24\n/(/\n' > "$folder/list"
expect_ctl 2 "*$folder/list:2: *" -o whitelist_clients="$folder/list" \
    whitelist list
printf '192.0.2.0/24\n10.0.0.1-10.0.0.5\n' > "$folder/list"
expect_ctl 2 "*$folder/list:2: *(write a network like 192.0.2.0/24)*" \
    -o whitelist_clients="$folder/list" config check
printf 'a@b.example\n*@example.org\n' > "$folder/list"
expect_ctl 2 "*$folder/list:2: *(write example.org)*" \
    -o whitelist_recipients="$folder/list" config check

# checked STATUS PATTERN ARGUMENTS...: both checks of a configuration must end
# with the status, and print the pattern and nothing else.
checked() {
	status=$1
	pattern=$2
	shift 2
	expect "$status" "$pattern" "$@" config check
	saved=$tardigrey
	tardigrey=${tardigrey}d
	expect "$status" "$pattern" "$@" -t
	tardigrey=$saved
}

# What fails at the start or at a reload. As root, the files are read as the
# account that will serve.
checked 2 '-o: listen: /tmp is writable by everybody*' \
    -c "$conf" -o listen=unix:/tmp/socket
checked 2 '-o: http: /tmp is writable by everybody*' \
    -c "$conf" -o http=unix:/tmp/socket
checked 2 '-o: lookup: /tmp is writable by everybody*' \
    -c "$conf" -o lookup=/tmp/socket
checked 0 '*the configuration is good' -c "$conf" \
    -o listen=unix:/nonexistent/socket
checked 2 '-o: socket_group: the group "none.such" does not exist; *' \
    -c "$conf" -o socket_group=none.such
echo 'delay = 1d' > "$folder/long.conf"
chmod 644 "$folder/long.conf"
checked 0 '*the configuration is good' -c "$folder/long.conf" \
    -o retry_window=2d -o user=nobody
if [ "$(id -u)" = 0 ]; then
	echo 192.0.2.1 > "$folder/list"
	chmod 600 "$folder/list"
	checked 2 "whitelist_clients: $folder/list: cannot read: Permission \
denied (read as the account nobody, as the daemon does)" \
	    -c "$conf" -o whitelist_clients="$folder/list"
	chmod 644 "$folder/list"
	checked 0 '*good' -c "$conf" -o whitelist_clients="$folder/list"
	chmod 600 "$conf"
	checked 2 "$conf: cannot read: *account nobody*" -c "$conf"
	chmod 644 "$conf"
	checked 2 '-o: user: *is root*' -c "$conf" -o user=root
	checked 2 '-o: user: *does not exist*' -c "$conf" -o user=none.such
fi

# ---- Maintenance ----

nothing='0 waiting and 0 passed triplets removed, 0 looked at'
expect_ctl 0 "$nothing; 0 entries of lists removed" expire --force
expect_ctl 0 "$nothing; 0 entries of lists removed" expire --force
expect_ctl 0 '{"waiting":0,"passed":0,"looked_at":0,"entries":0}' expire --force --json
expect_ctl 1 'tardigrey: database = memory: *' -o database=memory: expire
expect_ctl 1 'tardigrey: database */none/db: cannot open the file: *' \
    -o database=sqlite:"$folder/none/db" expire
mkdir "$folder/copies"
[ "$(id -u)" != 0 ] || chown nobody "$folder/copies"
expect_ctl 0 "copied the database to $folder/copies/one" \
    backup "$folder/copies/one"
(cd "$folder/copies" && ctl backup two > /dev/null) ||
    complain 'backup to a relative name'
expect_ctl 0 'sender	-x@example.org	*' \
    -o database=sqlite:"$folder/copies/two" whitelist list
expect_ctl 1 'tardigrey: *copies/two*' backup "$folder/copies/two"
rm -f "$folder"/copies/two-*
expect_ctl 0 "copied the database to $folder/copies/two" \
    backup --replace "$folder/copies/two"
echo log > "$folder/copies/two-wal"
expect_ctl 1 "tardigrey: $folder/copies/two is a database in use*" \
    backup --replace "$folder/copies/two"
rm -f "$folder"/copies/two-*
# A command that was killed has left a complete copy without its name.
cp "$folder/copies/two" "$folder/copies/two.new"
expect_ctl 0 "copied the database to $folder/copies/two" \
    backup --replace "$folder/copies/two"
rm -f "$folder/copies/two.new"
expect_ctl 0 "copied the database to $folder/copies/new" \
    backup "$folder/copies/new" --replace
echo precious > "$folder/copies/text"
expect_ctl 1 "tardigrey: $folder/copies/text is no SQLite database; *" \
    backup --replace "$folder/copies/text"
grep -q precious "$folder/copies/text" || complain 'a text was replaced'
ln -s two "$folder/copies/link"
for name in copies copies/link; do
	expect_ctl 1 "tardigrey: $folder/$name is no regular file; *" \
	    backup --replace "$folder/$name"
done
for name in db db-wal db-shm; do
	[ -e "$folder/$name" ] || continue
	expect_ctl 1 "tardigrey: $folder/$name is a file of the database; *" \
	    backup --replace "$folder/$name"
done
(cd "$folder" && expect_ctl 1 '*is a file of the database*' \
    backup --replace db && leave) || complain 'a relative name of the database'
[ "$(cd "$folder/copies" && echo *)" = 'link new one text two' ] ||
    complain "backup has left files: $(ls "$folder/copies")"
expect_ctl 0 "[{]\"backup\":\"$folder/copies/three\"[}]" \
    backup --json "$folder/copies/three"

# ---- Standard output ----

[ ! -c /dev/full ] || {
	ctl stats > /dev/full 2> "$folder/err"
	[ "$?: $(cat "$folder/err")" = \
	    '1: tardigrey: cannot write all of standard output' ] ||
	    complain "a full disk: $(cat "$folder/err")"
}
ctl stats >&- 2> "$folder/err"
[ ! -s "$folder/err" ] || complain "closed: $(cat "$folder/err")"
ctl --json config show 2> "$folder/err" | head -n 1 > /dev/null
[ ! -s "$folder/err" ] || complain "head: $(cat "$folder/err")"
head -c 15 "$folder/db" | grep -q '^SQLite format 3' ||
    complain 'output was written into the database'

# Root must own no file, because the daemon could not write it.
if [ "$(id -u)" = 0 ] && [ -n "$(find "$folder" -name 'db*' -user root)" ]; then
	complain "root owns files in the folder of the database"
fi
leave
