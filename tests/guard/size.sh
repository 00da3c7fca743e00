#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A source file with more than 450 lines must say in its head comment why it is
# not split: "... is long because ...".
set -eu
LC_ALL=C
export LC_ALL
: "${srcdir:=.}"
cd "$srcdir/src"
LINES_MAX=450

problems=$(find . -name '*.[ch]' | sed 's|^\./||' | sort | while read -r file; do
	lines_n=$(wc -l < "$file")
	if [ "$lines_n" -gt "$LINES_MAX" ] &&
	    ! head -n 40 "$file" | grep -q 'long because'; then
		echo "src/$file: $lines_n lines: split it, or say in its head" \
		    "comment that it \"is long because ...\""
	fi
done)
test -z "$problems" || {
	echo "$problems"
	exit 1
}
