#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Check doc/requirements.md. It must have every number once and in order. Each
# requirement must name its source and its tests, and these tests must exist.
# Each tag in the sources, such as [C27] or [C22-C28, C37], must have a
# requirement.
set -eu
LC_ALL=C
export LC_ALL
: "${srcdir:=.}"
cd "$srcdir"
list=doc/requirements.md
numbers_n=68 # the list has at least this many; none is ever removed

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Write FILE:LINE:[C22-C28, C37 for each tag. The fuzz corpora have no tags.
grep -rInoE --exclude-dir=corpus '\[C[0-9][^]]*' src tests man contrib \
    > "$scratch/tags" || {
	echo "no tag found: mend the pattern in tests/guard/requirements.sh"
	exit 1
}
find tests -type f | sed 's|.*/||' > "$scratch/files"

awk -v list=$list -v numbers_n=$numbers_n '
function complain(where, what) {
	print where ": " what
}
function end_of_requirement() {
	if (number && !has_source)
		complain(list, "C" number ": add a line \"Source: ...\"")
	if (number && !has_tests)
		complain(list, "C" number ": add a line \"Tests: ...\"")
	has_source = has_tests = 0
}
function check_name(name) {
	if (name ~ /\//) {
		if ((getline line < name) < 0)
			complain(list ":" FNR, name " does not exist: " \
			    "write its new name")
		close(name)
	} else if (!(name in files))
		complain(list ":" FNR, "no file " name " below tests/: " \
		    "write its new name")
}
FILENAME ~ /\/files$/ { files[$0] = 1; next }
FILENAME == list {
	if (match($0, /^\*\*C[0-9]+\.\*\* /)) {
		end_of_requirement()
		number = substr($0, 4, RLENGTH - 7) + 0
		if (number in known)
			complain(list ":" FNR, "C" number " is there twice: " \
			    "give the new one the next free number")
		else if (number != last + 1)
			complain(list ":" FNR, "C" number " follows C" last \
			    ": keep every number, in order")
		known[number] = 1
		last = number
	}
	has_source = has_source || /^Source: [^ ]/
	has_tests = has_tests || /^Tests: [^ ]/
	rest = $0
	while (match(rest, /`[A-Za-z0-9_\/]+\.(c|py|sh|t)`/)) {
		check_name(substr(rest, RSTART + 1, RLENGTH - 2))
		rest = substr(rest, RSTART + RLENGTH)
	}
	next
}
{
	rest = $0
	sub(/^[^:]*:[0-9]*:/, "", rest)
	where = substr($0, 1, length($0) - length(rest) - 1)
	while (match(rest, /C[0-9]+(-C[0-9]+)?/)) {
		n = split(substr(rest, RSTART + 1, RLENGTH - 1), range, "-C")
		for (i = range[1] + 0; i <= range[n] + 0; i++)
			if (!(i in known))
				complain(where, "[C" i "] is not in " list \
				    ": add it there, or mend the tag")
		rest = substr(rest, RSTART + RLENGTH)
	}
}
END {
	end_of_requirement()
	if (last < numbers_n)
		complain(list, "it ends with C" last + 0 ", expected C" \
		    numbers_n ": put the removed requirements back")
}' "$scratch/files" $list "$scratch/tags" > "$scratch/problems"
cat "$scratch/problems"
test ! -s "$scratch/problems"
