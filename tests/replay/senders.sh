#!/bin/sh
# SPDX-License-Identifier: ISC
# The stories of senders and doc/senders.md are what senders.py makes.
set -eu
: "${srcdir:=.}"
command -v python3 >/dev/null || {
	echo "no python3: not compared"
	exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$srcdir/tests/replay/senders.py" stories "$scratch"
python3 "$srcdir/tests/replay/senders.py" table > "$scratch/senders.md"
diff "$srcdir/doc/senders.md" "$scratch/senders.md" || {
	echo "make it again: tests/replay/senders.py table > doc/senders.md"
	exit 1
}
for story in "$scratch"/sender_*.t; do
	diff "$srcdir/tests/replay/${story##*/}" "$story" || {
		echo "make them again: tests/replay/senders.py stories tests/replay"
		exit 1
	}
done
