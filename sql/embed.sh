#!/bin/sh
# Convert the schema steps into a C header: sh sql/embed.sh sql/NNN-name.sql ...
# The steps must be numbered 001, 002, ... without a gap. The user_version of a
# database is the number of the last step that was applied to it.
set -eu
echo '/* Generated from sql/ by sql/embed.sh. */'
echo 'static const char *const schema_steps[] = {'
n=0
for file in "$@"; do
	n=$((n + 1))
	name=${file##*/}
	case $name in
	"$(printf '%03d' "$n")"-*.sql) ;;
	*)
		echo "sql/embed.sh: expected step $(printf '%03d' "$n"), got $name" >&2
		exit 1
		;;
	esac
	echo "    /* $name */"
	sed -e '/^--/d' -e 's/[\\"]/\\&/g' -e 's/^/    "/' -e 's/$/\\n"/' "$file"
	echo '    ,'
done
echo '};'
