#!/bin/sh
# SPDX-License-Identifier: ISC
# The sources must be formatted as .clang-format says. Versions of clang-format
# differ in details, so only version 14 can check this.
set -eu
version=14
clang-format --version 2>/dev/null | grep -q "version $version\." || {
	echo "no clang-format $version; not checked"
	exit 77
}
cd "$srcdir"
# Use find, not git: a distribution tarball has no repository. A build in the
# source folder puts schema.h and page_style.h there.
find src tests -name '*.[ch]' ! -name schema.h ! -name page_style.h |
    xargs clang-format --dry-run --Werror --style=file || {
	echo "run: clang-format -i FILE (version $version)"
	exit 1
}
