#!/bin/sh
# SPDX-License-Identifier: ISC
# Run each fuzz target with all inputs that fuzzing has found.
set -eu
for target in config engine import list policy pool rcptcheck sender sql; do
	"$builddir/tests/fuzz/fuzz_$target" \
	    "$srcdir/tests/fuzz/corpus/$target"
done
