#!/bin/sh
# SPDX-License-Identifier: ISC
# configure.ac states the version. The histories of changes, NEWS and the changelog of
# the Debian package, must begin with it.
srcdir=${srcdir:-.}
version=$(sed -n 's/^AC_INIT(\[tardigrey\], \[\([^]]*\)\].*/\1/p' \
    "$srcdir/configure.ac")
status=0

# check FILE FIRST-LINE
check() {
	first=$(head -n 1 "$srcdir/$1")
	case $first in
	"$2"*) ;;
	*)
		echo "$1 begins with \"$first\", but the version in configure.ac" \
		    "is $version: describe this version there"
		status=1
		;;
	esac
}

check NEWS "Tardigrey $version"
check contrib/debian/changelog "tardigrey ($version-"
exit $status
