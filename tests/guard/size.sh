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

problems=$(find . -name '*.[ch]' | sed 's|^\./||' | sort | xargs awk -v max="$LINES_MAX" '
function judge() {
	if (lines_n > max && !says_why)
		print "src/" file ": " lines_n " lines: split it, or say in its head" \
		    " comment that it \"is long because ...\""
}
FNR == 1 { judge(); file = FILENAME; says_why = 0 }
{ lines_n = FNR }
FNR <= 40 && /long because/ { says_why = 1 }
END { judge() }')
test -z "$problems" || {
	echo "$problems"
	exit 1
}
