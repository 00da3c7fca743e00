#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Makefile.am must name each story and each test: a test that it does not name is
# never run.
set -eu
LC_ALL=C
export LC_ALL
: "${srcdir:=.}"
cd "$srcdir"

# The end-to-end tests have their own runner.
missing=$(find tests -path tests/e2e -prune -o \
    \( -name '*.t' -o -name '*.sh' -o -name 'test_*.c' \) -print | sort |
    while read -r file; do
	grep -qF "${file%.c}" Makefile.am || echo "$file: Makefile.am does not name it"
done)
test -z "$missing" || {
	echo "$missing"
	exit 1
}
