#!/bin/sh
# SPDX-License-Identifier: ISC
# tardigrey-rcptcheck(8), run by hand: exit statuses, descriptors, and a few
# checks without a daemon. tests/e2e tests it together with qmail-smtpd.
set -u
check=$(cd "$builddir" && pwd)/src/tardigrey-rcptcheck
folder=$(mktemp -d /tmp/tardigrey-rcptcheck.XXXXXX)
trap 'rm -rf "$folder"' EXIT
failed_n=0
printf 'delay = 0\ndelay_suspicious = 0\n' > "$folder/at-once.conf"
printf 'delay = 1h\n' > "$folder/later.conf"

# expect NAME STATUS OUT FD4 VARIABLE=VALUE...: run the check as qmail-smtpd
# does, with no other variables in the environment. Its exit status must be
# STATUS, and its output on descriptors 1 and 4 must match the patterns OUT and
# FD4. [C38, C39, C41]
expect() {
	name=$1
	status=$2
	out=$3
	fd4=$4
	shift 4
	env -i "$@" "$check" > "$folder/out" 4> "$folder/fd4" \
	    2> "$folder/err" < /dev/null
	got=$?
	# shellcheck disable=SC2254 # they are patterns
	case $(cat "$folder/out") in
	$out) ;;
	*) got="$got, descriptor 1: $(cat "$folder/out")" ;;
	esac
	# shellcheck disable=SC2254
	case $(cat "$folder/fd4") in
	$fd4) ;;
	*) got="$got, descriptor 4: $(cat "$folder/fd4")" ;;
	esac
	if [ "$got" != "$status" ]; then
		echo "$name: expected $status, got $got"
		cat "$folder/err"
		failed_n=$((failed_n + 1))
	fi
}

envelope="SENDER=a@example.net RECIPIENT=b@example.org TCPREMOTEIP=192.0.2.1"
no_daemon=TARDIGREY_SOCKET=$folder/none
direct="TARDIGREY_DATABASE=sqlite:$folder/db TARDIGREY_CONFIG=$folder/later.conf TARDIGREY_TIMEOUT=60s"
spp="SMTPMAILFROM=a@example.net SMTPRCPTTO=b@example.org TCPREMOTEIP=192.0.2.1"

# shellcheck disable=SC2086 # the variables are lists
{
expect 'no environment' 0 '' ''
expect 'relay client' 0 '' '' $envelope $no_daemon RELAYCLIENT= \
    TARDIGREY_ON_FAILURE=tempfail
expect 'authenticated' 0 '' '' $envelope $no_daemon SMTP_AUTH_USER=alice \
    TARDIGREY_ON_FAILURE=tempfail
expect 'no client address' 0 '' '' SENDER=a RECIPIENT=b $no_daemon \
    TARDIGREY_ON_FAILURE=tempfail
expect 'no daemon' 0 '' '' $envelope $no_daemon
expect 'escape sequences in a variable' 0 '' '' $envelope \
    TARDIGREY_SOCKET="$(printf '/nonexistent\033[2J\302\205')"
if ! grep -qF '/nonexistent\x1b[2J\xc2\x85' "$folder/err"; then
	echo "a variable is printed without escapes:"
	od -c "$folder/err"
	failed_n=$((failed_n + 1))
fi
expect 'no daemon, tempfail' 111 '' '' $envelope $no_daemon \
    TARDIGREY_ON_FAILURE=tempfail
expect 'no daemon, tempfail, fd 4' 100 '' '451 4.3.0 *' $envelope $no_daemon \
    TARDIGREY_ON_FAILURE=tempfail USE_FD4=1
expect 'no daemon, tempfail, spp' 0 'E451 4.3.0 *' '' $spp $no_daemon \
    TARDIGREY_ON_FAILURE=tempfail
expect 'direct, first try' 111 '' '' $envelope $direct
expect 'direct, early' 111 '' '' $envelope $direct
expect 'direct, early, fd 4' 100 '' '450 4.2.0 Greylisted*' $envelope $direct \
    USE_FD4=1
expect 'direct, early, spp' 0 'E450 4.2.0 Greylisted*' '' $spp $direct
expect 'direct, no delay' 0 '' '' $envelope $direct \
    TARDIGREY_CONFIG=$folder/at-once.conf
expect 'direct, known' 0 '' '' $envelope $direct
expect 'direct, double bounce' 111 '' '' $envelope $direct 'SENDER=#@[]'
expect 'direct, null sender is the same' 0 '' '' $envelope $direct SENDER= \
    TARDIGREY_CONFIG=$folder/at-once.conf
expect 'direct, broken configuration' 0 '' '' $envelope $direct \
    TARDIGREY_CONFIG=$folder/db
expect 'direct, no database' 111 '' '' $envelope \
    TARDIGREY_DATABASE=sqlite:$folder/none/db TARDIGREY_ON_FAILURE=tempfail
expect 'a setting misspelt' 0 '' '' $envelope $no_daemon TARDIGREY_TIMEOUT=5
}

# If descriptor 4 is closed, read-only or full, the line cannot be written, and
# the exit status is never 100. [C40]
for redirection in '4>&-' '4< /dev/null' '4> /dev/full'; do
	# shellcheck disable=SC2086
	(eval "exec $redirection"; env -i $envelope $direct RECIPIENT=new \
	    USE_FD4=1 "$check" 2>/dev/null)
	status=$?
	if [ "$status" != 111 ]; then
		echo "descriptor 4 $redirection: expected 111, got $status"
		failed_n=$((failed_n + 1))
	fi
done
# With a daemon: a stock qmail-smtpd, which hangs up after each deferral. The
# first session stores one triplet. The second one gets all recipients accepted,
# because they belong to one message. [C14] The account "nobody" runs a copy of the
# daemon, because it may have no access to the folder of the build.
daemon=$(cd "$builddir" && pwd)/src/tardigreyd
as_user=
[ "$(id -u)" != 0 ] || {
	as_user="setpriv --reuid=nobody --regid=nogroup --clear-groups"
	cp "$daemon" "$folder/tardigreyd"
	daemon=$folder/tardigreyd
	chown nobody "$folder"
	chmod 755 "$folder" "$daemon"
}
cat > "$folder/daemon.conf" <<EOF
listen = unix:$folder/socket
database = memory:
delay = 1s
delay_suspicious = 1s
log = stderr
EOF
# shellcheck disable=SC2086 # as_user is a list of words
$as_user "$daemon" -f -c "$folder/daemon.conf" 2> "$folder/daemon.log" &
daemon_pid=$!
trap 'kill $daemon_pid; rm -rf "$folder"' EXIT
until grep -q serving "$folder/daemon.log" || ! kill -0 $daemon_pid 2> /dev/null; do
	sleep 0.1
done

# session PORT: the recipients until the first that is not accepted.
# shellcheck disable=SC2016 # the other shell expands them
session() {
	env -i TCPREMOTEIP=192.0.2.9 TCPREMOTEPORT="$1" \
	    SENDER=many@example.net TARDIGREY_SOCKET="$folder/socket" \
	    TARDIGREY_TIMEOUT=60s TARDIGREY_ON_FAILURE=tempfail sh -c '
		for RECIPIENT in a@d b@d c@d d@d e@d; do
			export RECIPIENT
			"$1" || exit 0
			printf "%s " "$RECIPIENT"
		done' session "$check"
}
accepted="$(session 5001)| "
sleep 2
accepted="$accepted$(session 5002)"
[ "$accepted" = '| a@d b@d c@d d@d e@d ' ] || {
	echo "the sessions accepted: $accepted"
	cat "$folder/daemon.log"
	failed_n=$((failed_n + 1))
}
# The daemon hangs. The error says what happens to the recipient.
kill -STOP $daemon_pid
for policy in pass:accepted tempfail:deferred; do
	# shellcheck disable=SC2086
	env -i $envelope TARDIGREY_SOCKET="$folder/socket" \
	    TARDIGREY_TIMEOUT=100ms TARDIGREY_ON_FAILURE=${policy%:*} \
	    "$check" 2> "$folder/err"
	[ "$(cat "$folder/err")" = "tardigrey-rcptcheck: no answer within \
TARDIGREY_TIMEOUT; the recipient is ${policy#*:} (TARDIGREY_ON_FAILURE)" ] || {
		echo "$policy: $(cat "$folder/err")"
		failed_n=$((failed_n + 1))
	}
done
kill -CONT $daemon_pid
[ "$failed_n" = 0 ]
