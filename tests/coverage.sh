#!/bin/sh
# SPDX-License-Identifier: ISC
# Print how many lines and branches of the pure rooms the tests run, by file and
# by room. A branch counts if it was taken at least once. Fail if the numbers
# are below the limits. Build in ./coverage, with gcc.
#
#   coverage.sh CONFIGURE TEST...
set -eu
LINES_MIN=95
DECIDE_LINES_MIN=99
BRANCHES_MIN=90

configure=$1
shift
mkdir -p coverage
cd coverage
grep -qs -e --disable-lto config.status || {
	find . -mindepth 1 -maxdepth 1 ! -name source -exec rm -rf {} +
	"$configure" -q --disable-lto CC=gcc CFLAGS='-O0 -g --coverage' > /dev/null
}
find . -name '*.gcda' -exec rm -f {} +
${MAKE:-make} -s check TESTS="$*" > check.log 2>&1 ||
    { grep -E '^(FAIL|ERROR)|error:' check.log; exit 1; }

# Read the .gcno files, so that a file that no test links counts as not run. An
# earlier build may have left the .gcno file of a source that was removed.
rooms='base mail lists decide config service'
for room in $rooms; do
	for notes in "src/$room"/*.gcno; do
		file=${notes##*/} # or src_libROOM_a-NAME.gcno
		file=${file#*_a-}
		test -f "${configure%/*}/src/$room/${file%.gcno}.c" || rm "$notes"
	done
	LC_ALL=C ${GCOV:-gcov} -b -n -o "src/$room" "src/$room"/*.gcno
done > gcov.log
LC_ALL=C awk -v lines_min=$LINES_MIN -v branches_min=$BRANCHES_MIN \
    -v decide_min=$DECIDE_LINES_MIN '
	function share(done, all) { return all > 0 ? 100 * done / all : 100 }
	function show(name, l, ln, b, bn) {
		printf "%-26s %6.2f %% of %4d lines  %6.2f %% of %4d branches\n",
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
		ours = match(name, /src\/[a-z]*\/[a-z0-9_]*\.c$/)
		name = substr(name, RSTART + 4)
		room = name
		sub(/\/.*/, "", room)
		b[1] = b[2] = 0
	}
	ours && /^Lines executed/ { take($0, l) }
	ours && /^Taken at least once/ { take($0, b) }
	ours && /^(Calls executed|No calls)/ {
		files++
		show(name, l[1], l[2], b[1], b[2])
		R[room] += l[1]; RN[room] += l[2]; RB[room] += b[1]; RBN[room] += b[2]
		L += l[1]; LN += l[2]; B += b[1]; BN += b[2]
		ours = 0
	}
	END {
		for (room in R)
			show(room "/", R[room], RN[room], RB[room], RBN[room])
		show("all rooms", L, LN, B, BN)
		if (files == 0 || share(R["decide"], RN["decide"]) < decide_min || share(L, LN) < lines_min ||
		    share(B, BN) < branches_min) {
			printf "expected %d %% of lines (decide/ %d %%) and " \
			    "%d %% of branches\n", lines_min, decide_min,
			    branches_min
			exit 1
		}
	}' gcov.log
