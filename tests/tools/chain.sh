#!/bin/sh
# SPDX-License-Identifier: ISC
# contrib/qmail/rcptcheck-chain: how it reacts to each exit status and line of
# the first program, when it runs the second program, and which descriptors each
# program gets.
set -u
chain=$(cd "$srcdir" && pwd)/contrib/qmail/rcptcheck-chain
check=$(cd "$builddir" && pwd)/src/tardigrey-rcptcheck
folder=$(mktemp -d /tmp/tardigrey-chain.XXXXXX)
trap 'rm -rf "$folder"' EXIT
failed_n=0
echo 'DATA for qmail-smtpd' > "$folder/client"

# program NAME: make an executable script from the lines of standard input.
program() {
	{
		echo '#!/bin/sh'
		cat
	} > "$folder/$1"
	chmod +x "$folder/$1"
}

# The first program. Its environment sets its line on descriptor 4 (SAYS) and
# its exit status (ENDS). It also uses descriptors 0 and 1, which it should not.
program first <<'EOF'
cat
echo noise
[ -z "${SAYS:-}" ] || printf '%b' "$SAYS" >&4
[ "$ENDS" != signal ] || kill -KILL $$
exit "$ENDS"
EOF
program second <<'EOF'
echo asked >&2
[ -n "${USE_FD4:-}" ] || exit 111
echo 450 4.2.0 grey >&4
exit 100
EOF
: > "$folder/not-executable"

# run VARIABLE=VALUE...: run the chain as qmail-smtpd does. On descriptor 0 is a
# client that has sent more commands. Descriptor 4 is that of the caller.
run() {
	{
		env -i PATH="$PATH" RCPTCHECK_FIRST="$folder/first" \
		    RCPTCHECK_THEN="$folder/second" "$@" "$chain" \
		    > "$folder/out" 2> "$folder/err"
		got=$?
		cat > "$folder/rest" # input that is left for qmail-smtpd
	} < "$folder/client"
	[ ! -s "$folder/out" ] ||
	    got="$got, descriptor 1: $(cat "$folder/out")"
	cmp -s "$folder/client" "$folder/rest" || got="$got, descriptor 0 read"
	if grep -q '^asked$' "$folder/err"; then
		got="$got asked"
	fi
}

# report NAME EXPECTED: print an error if "got" is not EXPECTED.
report() {
	if [ "$got" != "$2" ]; then
		echo "$1: expected $2, got $got"
		cat "$folder/err"
		failed_n=$((failed_n + 1))
	fi
}

# expect NAME STATUS FD4 VARIABLE=VALUE...: run the chain. Its exit status must
# be STATUS, and its output on descriptor 4 must match the pattern FD4. "asked"
# after STATUS means that the second program must run.
expect() {
	name=$1
	status=$2
	fd4=$3
	shift 3
	run "$@" 4> "$folder/fd4"
	# shellcheck disable=SC2254 # it is a pattern
	case $(cat "$folder/fd4") in
	$fd4) ;;
	*) got="$got, descriptor 4: $(cat "$folder/fd4")" ;;
	esac
	report "$name" "$status"
}

unknown='553 5.1.1 *'
later='451 4.3.0 *'

# The original patch: only the status counts. A line on descriptor 4 is ignored.
for says in '' '250 2.1.5 yes\n' '450 4.2.1 busy\n' '550 5.1.1 no\n'; do
	expect 'good' '111 asked' '' ENDS=0 SAYS="$says"
	expect 'unknown' 100 '' ENDS=100 SAYS="$says"
	expect 'cannot tell' 111 '' ENDS=111 SAYS="$says"
	expect 'ignore' '111 asked' '' ENDS=112 SAYS="$says"
	expect 'too many' 113 '' ENDS=113 SAYS="$says"
	expect 'cannot run' 111 '' ENDS=120 SAYS="$says"
	expect 'killed' 111 '' ENDS=signal SAYS="$says"
	expect 'any other' '111 asked' '' ENDS=1 SAYS="$says"
	expect 'any other' '111 asked' '' ENDS=255 SAYS="$says"
done
expect 'missing' 111 '' RCPTCHECK_FIRST="$folder/none"
expect 'not executable' 111 '' RCPTCHECK_FIRST="$folder/not-executable"
expect 'second missing' 127 '' ENDS=0 RCPTCHECK_THEN="$folder/none"

# With descriptor 4: a rejection or a deferral is one line and the status 100. A
# line of a program that accepts is never passed on.
grey='450 4.2.0 grey'
for says in '' '250 2.1.5 yes\n' '450 4.2.1 busy\n' '550 5.1.1 no'; do
	for ends in 0 1 112 255; do
		expect "good, $ends, $says" '100 asked' "$grey" USE_FD4=1 \
		    ENDS=$ends SAYS="$says"
	done
	expect "too many, $says" 113 '' USE_FD4=1 ENDS=113 SAYS="$says"
done
for says in '' '\n' '250 2.1.5 yes\n' 'no\n' '550\n' '550 \n' '5500 no\n'; do
	expect "unknown, $says" 100 "$unknown" USE_FD4=1 ENDS=100 SAYS="$says"
	for ends in 111 120 129 143 192 signal; do
		expect "cannot tell, $ends, $says" 100 "$later" USE_FD4=1 \
		    ENDS=$ends SAYS="$says"
	done
done
expect 'its line' 100 '550 5.1.1 no' USE_FD4=1 ENDS=100 SAYS='550 5.1.1 no\n'
expect 'its line' 100 '450 4.2.1 busy' USE_FD4=1 ENDS=100 \
    SAYS='450 4.2.1 busy'
expect 'its line' 100 '450 4.2.1 busy' USE_FD4=1 ENDS=111 \
    SAYS='450 4.2.1 busy\n'
expect 'a permanent line with a temporary status' 100 "$later" USE_FD4=1 \
    ENDS=111 SAYS='550 5.1.1 no\n'
expect 'two lines' 100 '550 5.1.1 no' USE_FD4=1 ENDS=100 \
    SAYS='550 5.1.1 no\n250 ok\n'
expect 'percent' 100 '550 5.1.1 100%s' USE_FD4=1 ENDS=100 \
    SAYS='550 5.1.1 100%s\n'
expect 'missing' 100 "$later" USE_FD4=1 RCPTCHECK_FIRST="$folder/none"
expect 'not executable' 100 "$later" USE_FD4=1 \
    RCPTCHECK_FIRST="$folder/not-executable"
expect 'long' 100 '550 5.1.1 000*' USE_FD4=1 ENDS=100 \
    SAYS="$(printf '550 5.1.1 %02000d' 0)"
[ "$(wc -c < "$folder/fd4")" = 501 ] || {
	echo "long: not cut"
	failed_n=$((failed_n + 1))
}

# expect_unwritten STATUS VARIABLE=VALUE...: run the chain with descriptor 4
# closed, read-only and full. Its exit status must be STATUS. It must not be 100
# for a temporary failure, because 100 without a line is a permanent rejection.
expect_unwritten() {
	status=$1
	shift
	for redirection in '4>&-' '4< /dev/null' '4> /dev/full'; do
		eval 'run USE_FD4=1 "$@"' "$redirection"
		report "descriptor 4 $redirection, $*" "$status"
	done
}

expect_unwritten 100 ENDS=100
expect_unwritten 111 ENDS=111
expect_unwritten 111 ENDS=signal
expect_unwritten 111 ENDS=100 SAYS='450 4.2.1 busy\n'

# tardigrey-rcptcheck as the second program gets its envelope and descriptors.
set -- ENDS=0 SAYS='250 yes\n' RCPTCHECK_THEN="$check" SENDER=a@example.net \
    RECIPIENT=b@example.org TCPREMOTEIP=192.0.2.1 \
    TARDIGREY_SOCKET="$folder/none"
expect 'real, pass' 0 '' "$@" USE_FD4=1
expect 'real, tempfail' 100 "$later" "$@" USE_FD4=1 \
    TARDIGREY_ON_FAILURE=tempfail
expect 'real, tempfail, original' 111 '' "$@" TARDIGREY_ON_FAILURE=tempfail
[ "$failed_n" = 0 ]
