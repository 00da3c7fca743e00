#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The pure rooms only compute. The list "allowed" has all functions that their
# archives may take from other libraries.
set -eu
LC_ALL=C
export LC_ALL
: "${builddir:=.}" "${NM:=nm}"
rooms="base mail lists decide import config service view"

# Memory, text and patterns; no clock, files, sockets, environment or output.
allowed='mem[a-z]*|str[a-z]*|v?snprintf|ato(i|l|ll)'
allowed="$allowed|inet_(pton|ntop)|qsort|malloc|calloc|realloc|free|pcre2_[a-z0-9_]*|psl_[a-z0-9_]*"
# Other names for these functions: with FORTIFY, and in newer C libraries.
allowed="$allowed|__(mem|str)[a-z]*_chk|__v?snprintf_chk|__isoc23_strto[a-z]*"
allowed="$allowed|__ctype_(b|tolower|toupper)_loc"
# Functions that the compiler adds, or calls instead of memcmp() and strcpy(). On
# machines of 32 bits it calls functions for arithmetic with 64 bits.
allowed="$allowed|__u?(div|mod|divmod|mul)[dt]i[34]|__stack_chk_(fail|fail_local|guard)|_GLOBAL_OFFSET_TABLE_|bcmp|stpcpy"
allowed="$allowed|__(asan|ubsan)_[a-z0-9_]*|__(start|stop)_asan_globals"
# Text functions that read files of the time zone or of the locale.
forbidden='strftime|strptime|strfmon|strcoll|strxfrm'

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for room in $rooms; do
	"$NM" "$builddir/src/lib$room.a"
done > "$scratch/symbols"
awk 'NF == 3 { print $3 }' "$scratch/symbols" | sort -u > "$scratch/defined"
awk 'NF == 2 && $1 ~ /^[Uuw]$/ { print $2 }' "$scratch/symbols" | sort -u |
    comm -23 - "$scratch/defined" > "$scratch/needed"
{
	grep -vxE "$allowed" "$scratch/needed" || :
	grep -xE "$forbidden" "$scratch/needed" || :
} > "$scratch/problems"
sed 's/^/a pure room calls a forbidden function: /' "$scratch/problems"
test ! -s "$scratch/problems" || {
	echo "pass the value as an argument (nm -A src/lib*.a shows the callers)"
	exit 1
}
