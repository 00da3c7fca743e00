#!/bin/sh
# SPDX-License-Identifier: ISC
# Every input that a fuzzer ever found interesting stays a test.
set -eu
for target in config engine import list policy pool rcptcheck sender; do
	"$builddir/tests/fuzz/fuzz_$target" \
	    "$srcdir/tests/fuzz/corpus/$target"
done
