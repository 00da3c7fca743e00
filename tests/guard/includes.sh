#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The arrows of HACKING.md: core <- store <- host <- daemon, tools, and who may
# talk to the world, as far as #include lines and names of functions show it.
set -eu
LC_ALL=C
export LC_ALL
: "${srcdir:=.}"
cd "$srcdir/src"

problems=$(mktemp)
code=$(mktemp -d)
trap 'rm -rf "$problems" "$code"' EXIT

# Code without comments and without what strings say; the lines keep their
# numbers.
for file in */*.[ch]; do
	mkdir -p "$code/${file%/*}"
	awk '
	{
		line = quote = ""
		for (i = 1; i <= length($0); i++) {
			one = substr($0, i, 1)
			two = substr($0, i, 2)
			if (comment) {
				if (two == "*/") { comment = 0; i++ }
			} else if (quote != "") {
				if (one == "\\") i++
				else if (one == quote) quote = ""
			} else if (two == "/*") {
				comment = 1; i++
			} else {
				if ((one == "\"" || one == "\047") &&
				    $0 !~ /^[ \t]*#[ \t]*include/)
					quote = one
				line = line one
			}
		}
		print line
	}' "$file" > "$code/$file"
done
cd "$code"

# complain WHAT-TO-DO: say so for each line of grep that comes in.
complain() {
	while IFS= read -r line; do
		printf '%s  <- %s\n' "$line" "$1"
	done >> "$problems"
}

# includes PATTERN FILE...: the lines that include what matches PATTERN.
includes() {
	pattern=$1
	shift
	grep -nE "^[ 	]*#[ 	]*include[ 	]*$pattern" "$@" /dev/null || :
}

# calls NAMES FILE...: the lines that call one of the functions.
calls() {
	names=$1
	shift
	grep -nE "(^|[^A-Za-z0-9_>.])($names)[ 	]*\(" "$@" /dev/null || :
}

# Every C file but those named.
all_but() {
	for file in */*.[ch]; do
		case " $* " in
		*" $file "*) ;;
		*) echo "$file" ;;
		esac
	done
}

# ---- Arrows ----

# ring FOLDER ALLOWED: its files include those of ALLOWED (a|b|c) only.
ring() {
	includes '"' "$1"/*.[ch] | grep -vE "#[ 	]*include[ 	]*\"($2)/" |
	    complain "$1/ may include $(echo "$2" | tr '|' ' ') only"
}

for folder in */; do
	case $folder in
	core/) ring core 'core' ;;
	store/) ring store 'core|store' ;;
	host/) ring host 'core|store|host' ;;
	daemon/) ring daemon 'core|store|host|daemon' ;;
	tools/) ring tools 'core|store|host|tools' ;;
	*) echo "src/$folder" | complain 'add its line to tests/guard/includes.sh and HACKING.md' ;;
	esac
done

# tardigrey-rcptcheck is started for each recipient: the C library alone.
includes '"' tools/qmail.[ch] tools/rcptcheck.c |
    grep -vE '"(core/|tools/qmail\.h)' |
    complain 'tardigrey-rcptcheck links core/ only'

# What core/ may have of the C library: nothing that can reach outside.
pure='assert|ctype|errno|inttypes|limits|stdalign|stdarg|stdbool|stddef'
pure="$pure|stdint|stdio|stdlib|string|strings|arpa/inet"
includes '<' core/*.[ch] | grep -vE "<($pure)\\.h>" |
    grep -v -e '^core/regex\.c:.*<pcre2\.h>' \
	-e '^core/pool\.c:.*<libpsl\.h>' |
    complain 'core/ is pure: no clock, files, sockets or log; pass a value in'

# shellcheck disable=SC2046 # names of files have no blanks here
{
	includes '<pcre2' $(all_but core/regex.c) |
	    complain 'only core/regex.c knows PCRE2'
	includes '<libpsl' $(all_but core/pool.c) |
	    complain 'only core/pool.c knows libpsl'
	includes '<event2/' $(all_but daemon/server.c) |
	    complain 'only daemon/server.c knows libevent'
	includes '<jansson' $(all_but tools/table.h tools/row_line.c) |
	    complain 'only tools/table.h and tools/row_line.c know jansson'
	includes '<sqlite3' $(all_but store/sqlite.h) |
	    complain 'only store/sqlite.h includes it, for the SQLite store'
	includes '"store/sqlite\.h"' \
	    $(all_but store/sqlite*.c store/store_sqlite.c) |
	    complain 'only the SQLite store may know SQLite'

	# ---- The world ----

	calls 'clock_gettime|gettimeofday|time|timespec_get|ftime' \
	    $(all_but host/clock.c) |
	    complain 'only host/clock.c reads a clock: take now_s as an argument'
	calls 'v?d?f?printf|f?puts|f?putc|putchar|perror|v?syslog|v?errx?|v?warnx?' \
	    $(all_but daemon/log.c daemon/main.c tools/*.c) |
	    complain 'only daemon/log.c, daemon/main.c and tools/ print: fill in struct err'
}

# ---- The own header first: it proves to be complete ----

for file in */*.c; do
	header=${file%.c}.h
	test -f "$header" || continue
	first=$(includes '["<]' "$file" | head -n 1)
	case $first in
	*"\"$header\""*) ;;
	*) echo "$file: $first" | complain "include \"$header\" first" ;;
	esac
done

cat "$problems"
test ! -s "$problems"
