#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A room is a folder of src/. This script checks #include lines and names of
# functions: which room may include which (see HACKING.md), that there are no
# circles, and which files may use libraries, threads, clocks and output.
set -eu
LC_ALL=C
export LC_ALL
: "${srcdir:=.}"
cd "$srcdir/src"

problems=$(mktemp)
code=$(mktemp -d)
trap 'rm -rf "$problems" "$code"' EXIT

# Remove comments and the contents of strings. Lines keep their numbers.
find * -type d | (cd "$code" && xargs mkdir -p)
awk -v code="$code" '
FNR == 1 {
	if (out != "") close(out)
	out = code "/" FILENAME
	comment = 0
}
# Most lines have neither.
!comment && $0 !~ /["\047]|\/\*/ { print > out; next }
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
	print line > out
}' */*.[ch] */*/*.[ch]
cd "$code"

# complain WHAT-TO-DO: read lines of grep, and report each with WHAT-TO-DO.
complain() {
	while IFS= read -r line; do
		printf '%s  <- %s\n' "$line" "$1"
	done >> "$problems"
}

# includes PATTERN FILE...: print the lines that include a match of PATTERN.
includes() {
	pattern=$1
	shift
	grep -nE "^[ 	]*#[ 	]*include[ 	]*$pattern" "$@" /dev/null || :
}

# calls NAMES FILE...: print the lines that call one of the functions.
calls() {
	names=$1
	shift
	grep -nE "(^|[^A-Za-z0-9_>.])($names)[ 	]*\(" "$@" /dev/null || :
}

# all_but FILE...: print the names of all other C files.
all_but() {
	for file in */*.[ch] */*/*.[ch]; do
		case " $* " in
		*" $file "*) ;;
		*) echo "$file" ;;
		esac
	done
}

# ---- Which room may include which ----

# room FOLDER ALLOWED: files in FOLDER may include only headers of the rooms
# ALLOWED (a|b|c).
room() {
	includes '"' $(find "$1" -name '*.[ch]') |
	    grep -vE "#[ 	]*include[ 	]*\"($2)/" |
	    complain "$1/ may include $(echo "$2" | tr '|' ' ') only"
}

pure='base|mail|lists|decide|config'
for folder in */; do
	case $folder in
	base/) room base 'base' ;;
	mail/) room mail 'base|mail' ;;
	lists/) room lists 'base|mail|lists' ;;
	decide/) room decide 'base|mail|lists|decide' ;;
	import/) room import 'base|mail|lists|decide|import' ;;
	config/) room config "$pure" ;;
	store/) room store 'base|mail|lists|decide|store' ;;
	service/) room service "$pure|service" ;;
	view/) room view "$pure|service|view" ;;
	system/) room system "$pure|store|system" ;;
	daemon/) room daemon "$pure|store|service|view|system|daemon" ;;
	tools/) room tools "$pure|import|store|service|view|system|tools" ;;
	*) echo "src/$folder" | complain 'add its line to tests/guard/includes.sh and HACKING.md' ;;
	esac
done

# No includes in a circle, not even within one room. x.c and x.h are one module.
includes '"' */*.[ch] */*/*.[ch] | awk -F '[:"]' '
	{ sub(/\.[ch]$/, "", $1); sub(/\.h$/, "", $4); if ($1 != $4) print $1, $4 }
' | tsort 2>&1 > /dev/null | sed 's/^tsort: -: //' |
    complain 'these include each other in a circle: split one of them'

# An adapter of the store must not include another adapter.
for adapter in store/*/; do
	includes '"store/' "$adapter"*.[ch] |
	    grep -vE "\"(${adapter}|store/store_scheme\.h)" |
	    complain "${adapter%/} must not include another adapter"
done

# tardigrey-rcptcheck is started for each recipient, so it must start fast: it
# links no library but the C library.
includes '"' tools/qmail.[ch] tools/rcptcheck.c |
    grep -vE '"(base/|mail/|tools/qmail\.h)' |
    complain 'tardigrey-rcptcheck links base/ and mail/ only'

# The pure rooms only compute. They may include only these system headers, none
# for clocks, files, sockets or the environment.
headers='assert|ctype|errno|inttypes|limits|stdalign|stdarg|stdbool|stddef'
headers="$headers|stdint|stdio|stdlib|string|strings|arpa/inet"
for folder in base mail lists decide import config service view; do
	includes '<' "$folder"/*.[ch] | grep -vE "<($headers)\\.h>" |
	    grep -v -e '^lists/regex\.c:.*<pcre2\.h>' \
		-e '^mail/pool\.c:.*<libpsl\.h>' |
	    complain "$folder/ is pure: no clock, files, sockets or log; pass a value in"
done

tools_that_print="tools/berkeley_db.c tools/complain.c tools/ctl_arguments.c tools/ctl_usage.c
    tools/json_out.c tools/lookup.c tools/progress.c tools/qmail.c tools/rcptcheck_direct.c
    tools/report.c tools/table.c"
# shellcheck disable=SC2046 # names of files have no blanks here
{
	includes '<pcre2' $(all_but lists/regex.c) |
	    complain 'only lists/regex.c knows PCRE2'
	includes '<libpsl' $(all_but mail/pool.c) |
	    complain 'only mail/pool.c knows libpsl'
	includes '<spf2/' $(all_but tools/lookup_spf.c) |
	    complain 'only tools/lookup_spf.c knows libspf2'
	includes '<linux/(seccomp|filter)' $(all_but system/call_filter.c) |
	    complain 'only system/call_filter.c knows seccomp'
	includes '<linux/landlock' $(all_but system/file_rules.c) |
	    complain 'only system/file_rules.c knows Landlock'
	includes '<event2/' \
	    $(all_but daemon/loop.c daemon/acceptor.c daemon/connection.c daemon/http.c \
	    daemon/lookup_link.c daemon/entries_reader.c) |
	    complain 'only daemon/loop.c, acceptor.c, connection.c, http.c, lookup_link.c and entries_reader.c know libevent'
	includes '<pthread' \
	    $(all_but daemon/worker.c daemon/log.c store/sqlite/*.c \
	    store/redis/redis_reconnect.c) |
	    complain 'only daemon/worker.c and the stores have threads'
	includes '<jansson' $(all_but tools/json_out.c tools/json_row.c) |
	    complain 'only tools/json_out.c and tools/json_row.c know jansson'
	includes '<sqlite3' $(all_but store/sqlite/*.[ch] tools/import_sqlite.c) |
	    complain 'only store/sqlite/ and tools/import_sqlite.c know SQLite'
	includes '<hiredis' $(all_but store/redis/*.[ch]) |
	    complain 'only store/redis/ knows hiredis'
	includes '<openssl/' \
	    $(all_but store/redis/redis_tls.c store/redis/redis_tls_files.[ch]) |
	    complain 'only redis_tls.c and redis_tls_files.c know OpenSSL'
	includes '<db\.h' $(all_but tools/berkeley_db.c) |
	    complain 'only tools/berkeley_db.c knows Berkeley DB'
	# Other rooms open stores by their URIs.
	includes '"store/' $(find . -name '*.[ch]' ! -path './store/*' | sed 's|^\./||') |
	    grep -v '"store/store_open\.h"' |
	    complain 'include store/store_open.h only: adapters are private to store/'

	# ---- Clocks and output ----

	calls 'clock_gettime|gettimeofday|time|timespec_get|ftime' \
	    $(all_but system/clock.c store/sqlite/sqlite_disk_threads.c \
	    store/redis/redis_clock.c store/redis/redis_reconnect.c) |
	    complain 'only system/clock.c, and the stores for their timers, read a clock: take now_s as an argument'
	calls 'v?d?f?printf|f?puts|f?putc|putchar|perror|v?syslog|v?errx?|v?warnx?' \
	    $(all_but daemon/log.c daemon/main.c $tools_that_print) |
	    complain 'fill in struct err, or print as tools/report.h, tools/table.h and tools/complain.h do'
}

# ---- x.c includes x.h first, to show that x.h is complete ----

includes '["<]' */*.c */*/*.c | awk -F : '!seen[$1]++' | while IFS= read -r first; do
	header=${first%%.c:*}.h
	test -f "$header" || continue
	case $first in
	*"\"$header\""*) ;;
	*) echo "$first" | complain "include \"$header\" first" ;;
	esac
done

cat "$problems"
test ! -s "$problems"
