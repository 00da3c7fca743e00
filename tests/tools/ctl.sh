#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey(8): exit statuses and what it prints.
set -u
tardigrey=$(cd "$builddir" && pwd)/src/tardigrey
folder=$(mktemp -d /tmp/tardigrey-ctl.XXXXXX)
trap 'rm -rf "$folder"' EXIT
# Started as root it becomes the user, whose the folder must be.
[ "$(id -u)" != 0 ] || chown nobody "$folder"
chmod 755 "$folder"
conf=$folder/tardigrey.conf
failed_n=0
cat > "$conf" <<EOF
user = nobody
database = sqlite:$folder/db
delay = 5m
EOF

# expect STATUS PATTERN ARGUMENTS...: run, look at the status and at all that
# was printed.
expect() {
	status=$1
	pattern=$2
	shift 2
	output=$("$tardigrey" "$@" 2>&1)
	got=$?
	# shellcheck disable=SC2254 # it is a pattern
	case $output in
	$pattern) ;;
	*) got="$got, and not: $pattern" ;;
	esac
	if [ "$got" != "$status" ]; then
		printf 'tardigrey %s\n%s\nexpected status %s, got %s\n' \
		    "$*" "$output" "$status" "$got"
		failed_n=$((failed_n + 1))
	fi
}

expect 0 'usage: tardigrey *expire*' --help
expect 0 'usage: tardigrey *expire*' --help expire
expect 0 'tardigrey [0-9]*' --version
expect 2 'tardigrey: expected a command*'
expect 2 'tardigrey: unknown command: frobnicate*' frobnicate
expect 2 'tardigrey: unknown command: config*' config
expect 2 'tardigrey: unknown command: expire*' -c "$conf" expire now
expect 2 '*usage:*' --frobnicate
expect 2 'tardigrey: expected -o NAME=VALUE*' -o delay expire
expect 2 "$folder/none: expected a file*" -c "$folder/none" config check
expect 0 "$conf: the configuration is good" -c "$conf" config check
expect 2 '-o: delay: expected a time*' -c "$conf" -o delay=3 config check
expect 0 "*delay = 5m  # $conf:3*keep = 35d  # default*" -c "$conf" config show
expect 0 '*delay = 7m  # -o*' -c "$conf" -o delay=7m config show
expect 0 '0 waiting and 0 passed triplets removed, 0 looked at' \
    -c "$conf" expire
expect 0 '0 waiting and 0 passed triplets removed, 0 looked at' \
    -c "$conf" expire
expect 1 'tardigrey: database = memory: *' -c "$conf" -o database=memory: expire
expect 1 'tardigrey: database */none/db: cannot open it: *' \
    -c "$conf" -o database=sqlite:"$folder/none/db" expire

# Nothing that root owns is left for the daemon to stumble over.
if [ "$(id -u)" = 0 ] && [ -n "$(find "$folder" -name 'db*' -user root)" ]; then
	echo "files of root in the database's folder"
	failed_n=$((failed_n + 1))
fi
[ "$failed_n" = 0 ]
