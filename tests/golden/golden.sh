#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Open the golden databases (tests/golden/make), of every schema and made by
# several versions of SQLite: upgrade them, compare what the commands in
# "questions" print, write to them, and refuse them if they are of a later schema.
#
# Before the first release a schema may still change. If the sources of the newest
# schema are not those that its databases were made from, this test is skipped: run
# "make golden". From the first release on, remove stale() and schema-N.sources.
set -u
: "${srcdir:=.}" "${builddir:=.}"
golden=$srcdir/tests/golden
tardigrey=$(cd "$builddir" && pwd)/src/tardigrey
folder=$(mktemp -d /tmp/tardigrey-golden.XXXXXX)
trap 'rm -rf "$folder"' EXIT
unset SUDO_USER
LC_ALL=C
TZ=UTC
export LC_ALL TZ
newest=$(ls "$srcdir"/sql/[0-9]*.sql | wc -l)
failed_n=0
opened_n=0

complain() {
	printf '%s\n' "$*"
	failed_n=$((failed_n + 1))
}

ctl() {
	"$tardigrey" -c "$folder/conf" "$@"
}

# The number of the schema (PRAGMA user_version), of a database without a
# write-ahead log.
schema_of() {
	od -An -tu1 -j60 -N4 "$1" |
	    awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

# lay FILE.gz: put the database into a folder of its own. If root runs the
# programs, they change to the account "nobody".
lay() {
	rm -rf "$folder/db"
	mkdir "$folder/db"
	gzip -dc "$1" > "$folder/db/golden.db"
	[ "$(id -u)" != 0 ] || chown -R nobody "$folder/db"
	chmod 755 "$folder" "$folder/db"
	chmod 600 "$folder/db/golden.db"
}

ask_all() {
	while read -r question; do
		# shellcheck disable=SC2086 # a question is a list of words
		case $question in
		'#'*) ;;
		*) ctl $question < /dev/null ;;
		esac
	done < "$golden/questions"
}

check() {
	lay "$1"
	schema=$(schema_of "$folder/db/golden.db")
	ask_all 2>&1 | sort > "$folder/found"
	cmp -s "$golden/schema-$schema.json" "$folder/found" || {
		complain "$1: printed (>), expected (<):"
		diff "$golden/schema-$schema.json" "$folder/found"
	}
	ctl whitelist add client 192.0.2.99 > "$folder/out" 2>&1 &&
	    ctl whitelist check client 192.0.2.99 > "$folder/out" 2>&1 ||
	    complain "$1: cannot write: $(cat "$folder/out")"
	ctl backup "$folder/db/copy" > "$folder/out" 2>&1 ||
	    complain "$1: cannot copy: $(cat "$folder/out")"
	[ "$(schema_of "$folder/db/copy")" = "$newest" ] ||
	    complain "$1: not upgraded to schema $newest"
}

# True if the schema, the kinds of keys or the export have changed since the
# databases were made.
stale() {
	[ "$(sh "$golden/sources.sh" "$srcdir")" != \
	    "$(cat "$golden/schema-$newest.sources")" ]
}

# A database of a later schema, for an older program.
check_later() {
	lay "$1"
	printf '\0\0\0\143' | dd of="$folder/db/golden.db" bs=1 seek=60 \
	    conv=notrunc 2> /dev/null
	if ctl triplets export > "$folder/out" 2>&1; then
		complain "$1: opened, although its schema is 99"
	fi
	grep -q 'made by a newer Tardigrey (schema 99' "$folder/out" ||
	    complain "$1: not refused in words: $(cat "$folder/out")"
}

cat > "$folder/conf" <<EOF
user = nobody
database = sqlite:$folder/db/golden.db
EOF
if stale; then
	echo "schema $newest has changed: run make golden"
	exit 77
fi
for file in "$golden"/schema-*.gz; do
	check "$file"
	check_later "$file"
	opened_n=$((opened_n + 1))
done
[ -f "$golden/schema-$newest.json" ] ||
    complain "no golden database of schema $newest: run make golden"
echo "opened $opened_n databases"
[ "$failed_n" = 0 ]
