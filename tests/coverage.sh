#!/bin/sh
# SPDX-License-Identifier: ISC
# What the tests run of src/core, by file: lines, and branches that were taken
# at least once. Fails below the limits. Builds in ./coverage, with gcc.
#
#   coverage.sh CONFIGURE TEST...
set -eu
LINES_MIN=95
BRANCHES_MIN=90

configure=$1
shift
mkdir -p coverage
cd coverage
test -f Makefile ||
    "$configure" -q CC=gcc CFLAGS='-O0 -g --coverage' > /dev/null
find . -name '*.gcda' -exec rm -f {} +
${MAKE:-make} -s check TESTS="$*" > check.log 2>&1 ||
    { grep -E '^(FAIL|ERROR)|error:' check.log; exit 1; }

# From the notes: what no test is linked with counts as not run.
LC_ALL=C ${GCOV:-gcov} -b -n -o src/core src/core/*.gcno > gcov.log
LC_ALL=C awk -v lines_min=$LINES_MIN -v branches_min=$BRANCHES_MIN '
	function share(done, all) { return all > 0 ? 100 * done / all : 100 }
	function show(name, l, ln, b, bn) {
		printf "%-18s %6.2f %% of %4d lines  %6.2f %% of %4d branches\n",
		    name, share(l, ln), ln, share(b, bn), bn
	}
	function take(text, numbers) {
		sub(/^[^:]*:/, "", text)
		split(text, numbers, /% of /)
		numbers[1] = int(numbers[1] * numbers[2] / 100 + 0.5)
	}
	/^File / {
		name = $2
		gsub(/\047/, "", name)
		ours = name ~ /src\/core\/[a-z0-9_]*\.c$/
		sub(/.*\//, "", name)
		b[1] = b[2] = 0
	}
	ours && /^Lines executed/ { take($0, l) }
	ours && /^Taken at least once/ { take($0, b) }
	ours && /^(Calls executed|No calls)/ {
		files++
		show(name, l[1], l[2], b[1], b[2])
		L += l[1]; LN += l[2]; B += b[1]; BN += b[2]
		ours = 0
	}
	END {
		show("src/core", L, LN, B, BN)
		if (files == 0 || share(L, LN) < lines_min ||
		    share(B, BN) < branches_min) {
			printf "expected %d %% of lines and %d %% of branches\n",
			    lines_min, branches_min
			exit 1
		}
	}' gcov.log
