# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# Sourced by the tests of tardigrey(8): a folder, a configuration, and two ways
# to look at a run. Ends the test with the number of complaints at leave().
set -u
: "${srcdir:=.}" "${builddir:=.}"
tardigrey=$(cd "$builddir" && pwd)/src/tardigrey
folder=$(mktemp -d /tmp/tardigrey-ctl.XXXXXX)
trap 'rm -rf "$folder"' EXIT
# Started as root it becomes the user, whose the folder must be.
[ "$(id -u)" != 0 ] || chown nobody "$folder"
chmod 755 "$folder"
conf=$folder/tardigrey.conf
failed_n=0
# shellcheck disable=SC2034 # for those who source this
now=$(date +%s)
unset SUDO_USER
cat > "$conf" <<EOF
user = nobody
database = sqlite:$folder/db
delay = 5m
EOF

complain() {
	printf '%s\n' "$*"
	failed_n=$((failed_n + 1))
}

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
	[ "$got" = "$status" ] ||
	    complain "tardigrey $*
$output
expected status $status, got $got"
}

# With the configuration of the test.
ctl() {
	"$tardigrey" -c "$conf" "$@"
}
expect_ctl() {
	expect_status=$1
	expect_pattern=$2
	shift 2
	expect "$expect_status" "$expect_pattern" -c "$conf" "$@"
}

# ask CLIENT SENDER RECIPIENT [NAME]: as qmail-smtpd does without a daemon, the
# name being confirmed; never as root, whose the database's files must not
# become.
ask() {
	as_user=
	[ "$(id -u)" != 0 ] ||
	    as_user="setpriv --reuid=nobody --regid=nogroup --clear-groups"
	# shellcheck disable=SC2086 # they are words
	env -i PATH="$PATH" TARDIGREY_DATABASE="sqlite:$folder/db" \
	    TARDIGREY_CONFIG="$conf" TCPREMOTEIP="$1" SENDER="$2" \
	    RECIPIENT="$3" TCPREMOTEHOST="${4-}" TARDIGREY_CONFIRMED_HOST=1 \
	    $as_user "$tardigrey-rcptcheck" 2> "$folder/log"
}

# What changes from run to run becomes words: times, spans of time, the folder.
steady() {
	sed -e 's/20[0-9-]*T[0-9:]*Z/TIME/g' -e 's/[0-9]\{10\}/SECONDS/g' \
	    -e "s|$folder|FOLDER|g" \
	    -e 's/[0-9]* \(second\|minute\|hour\|day\)s*/SPAN/g' \
	    -e 's/\(SPAN \)*SPAN/SPAN/g'
}

# golden ARGUMENTS...: status 0, and standard output is standard input.
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
