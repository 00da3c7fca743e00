#!/bin/sh
# SPDX-License-Identifier: ISC
# The sources are formatted by .clang-format; other versions of clang-format
# than the one it was written for disagree in details, so they are not asked.
set -eu
version=14
clang-format --version 2>/dev/null | grep -q "version $version\." || {
	echo "no clang-format $version; not checked"
	exit 77
}
cd "$srcdir"
# A distribution tarball has no git; there, find is all there is.
find src tests -name '*.[ch]' ! -name schema.h |
    xargs clang-format --dry-run --Werror --style=file || {
	echo "run: clang-format -i FILE (version $version)"
	exit 1
}
