# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# The tests of tardigrey(8) source this file. It makes a folder and a
# configuration, and has functions that run the program and compare its output.
# leave() ends the test.
set -u
# Many users have 0002, but a database must not be in a folder that others may write.
umask 022
: "${srcdir:=.}" "${builddir:=.}"
tardigrey=$(cd "$builddir" && pwd)/src/tardigrey
folder=$(mktemp -d /tmp/tardigrey-ctl.XXXXXX)
trap 'rm -rf "$folder"' EXIT
# If root runs the program, it changes to the account "nobody", which must own
# the folder. This account runs copies of programs, because it may have no access
# to the folder of the build.
rcptcheck=$tardigrey-rcptcheck
as_user=
[ "$(id -u)" != 0 ] || {
	mkdir "$folder/bin"
	cp "$tardigrey-rcptcheck" "$tardigrey-rcptcheck-direct" "$folder/bin"
	chmod -R a+rX "$folder/bin"
	rcptcheck=$folder/bin/tardigrey-rcptcheck
	as_user="setpriv --reuid=nobody --regid=nogroup --clear-groups"
	chown nobody "$folder"
}
chmod 755 "$folder"
conf=$folder/tardigrey.conf
failed_n=0
# shellcheck disable=SC2034 # the tests use it
now=$(date +%s)
unset SUDO_USER
LC_ALL=C
export LC_ALL
cat > "$conf" <<EOF
user = nobody
database = sqlite:$folder/db
delay = 5m
EOF

complain() {
	printf '%s\n' "$*"
	failed_n=$((failed_n + 1))
}

# expect STATUS PATTERN ARGUMENTS...: run the program. Its status and all of its
# output must be these.
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
	[ "$got" = "$status" ] ||
	    complain "tardigrey $*
$output
expected status $status, got $got"
}

# Run the program with the configuration of the test.
ctl() {
	"$tardigrey" -c "$conf" "$@"
}
expect_ctl() {
	expect_status=$1
	expect_pattern=$2
	shift 2
	expect "$expect_status" "$expect_pattern" -c "$conf" "$@"
}

# ask CLIENT SENDER RECIPIENT [NAME]: check a message as qmail-smtpd does,
# without a daemon. NAME is the confirmed client_name. Do not run it as root,
# because root would own the database files.
ask() {
	# shellcheck disable=SC2086 # as_user is a list of words
	env -i PATH="$PATH" TARDIGREY_DATABASE="sqlite:$folder/db" \
	    TARDIGREY_CONFIG="$conf" TCPREMOTEIP="$1" SENDER="$2" \
	    RECIPIENT="$3" TCPREMOTEHOST="${4-}" TARDIGREY_CONFIRMED_HOST=1 \
	    TARDIGREY_TIMEOUT=60s \
	    $as_user "$rcptcheck" 2> "$folder/log"
}

# Replace times, spans and the folder by words, because they differ in each run.
steady() {
	sed -e 's/20[0-9-]*T[0-9:]*Z/TIME/g' -e 's/[0-9]\{10\}/SECONDS/g' \
	    -e 's/passes in [0-9]*[sm]/passes in SPAN/' \
	    -e "s|$folder|FOLDER|g" \
	    -e 's/[0-9]* \(second\|minute\|hour\|day\)s*/SPAN/g' \
	    -e 's/\(SPAN \)*SPAN/SPAN/g'
}

# golden ARGUMENTS...: run the program. Its status must be 0, and its output
# must be equal to standard input.
golden() {
	cat > "$folder/expected"
	ctl "$@" > "$folder/raw" 2> "$folder/err" ||
	    complain "tardigrey $*: status $?, $(cat "$folder/err")"
	steady < "$folder/raw" > "$folder/found"
	diff "$folder/expected" "$folder/found" ||
	    complain "tardigrey $*: < was expected, > was printed"
}

leave() {
	[ "$failed_n" = 0 ]
	exit
}
