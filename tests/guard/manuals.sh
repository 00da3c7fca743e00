#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The manuals must be correct mdoc, and mandoc must have no remark on their
# style. groff, if it is installed, must format them without a warning.
# References to manuals that are not installed here are ignored, and so are long
# lines (-Wbreak): the paths of the installation may be long.
set -eu
: "${builddir:=.}" "${MANDOC:=mandoc}"

command -v "$MANDOC" > /dev/null || {
	echo "mandoc is missing: install it to check the manuals"
	exit 77
}
rc=0
for page in "$builddir"/man/*.5 "$builddir"/man/*.8; do
	test -f "$page" || {
		echo "$page is missing: run make"
		exit 1
	}
	problems=$("$MANDOC" -Tlint -Wstyle "$page" 2>&1 |
	    grep -v -e 'referenced manual not found' \
	    -e 'outdated mandoc.db' || :)
	test -z "$problems" || {
		printf '%s\n' "$problems"
		rc=1
	}
	if command -v groff > /dev/null &&
	    groff -mandoc -Tutf8 -ww -Wbreak -rLL=80n "$page" 2>&1 > /dev/null | grep .
	then
		rc=1
	fi
	if grep -n '@[a-z_]*@' "$page"; then
		echo "$page: a placeholder was left: see Makefile.am, Manuals"
		rc=1
	fi
done
test $rc = 0 || echo "mend the page in man/*.in; mandoc(1), DIAGNOSTICS, explains"
exit $rc
