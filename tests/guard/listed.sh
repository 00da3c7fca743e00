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
    awk '
    makefile { text = text $0 "\n"; next }
    { name = $0; sub(/\.c$/, "", name) }
    !index(text, name) { print $0 ": Makefile.am does not name it" }
    ' makefile=1 Makefile.am makefile=0 -)
test -z "$missing" || {
	echo "$missing"
	exit 1
}
