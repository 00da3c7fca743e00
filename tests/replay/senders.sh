#!/bin/sh
# SPDX-License-Identifier: ISC
# Play the story of every sender in senders.py, and compare doc/senders.md with
# the table that senders.py prints.
set -eu
: "${srcdir:=.}" "${builddir:=.}"
senders=$srcdir/tests/replay/senders.py
replay=$builddir/tests/replay/replay
figures=$builddir/tests/replay/figures
command -v python3 >/dev/null || {
	echo "no python3: the stories of senders are not played"
	exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

python3 "$senders" stories "$scratch"
for story in "$scratch"/*.t; do
	"$replay" "$story" || {
		name=${story##*/}
		echo "sender ${name%.t}: tardigreyd does not do what the story" \
		    "expects. To see the story: $senders stories FOLDER"
		failed=1
	}
done

# Check that the player notices a wrong expectation.
sed 's/^< action=DUNNO$/< action=DEFER_IF_PERMIT */' "$scratch/postfix.t" \
    > "$scratch/wrong"
if "$replay" "$scratch/wrong" 2> "$scratch/errors" ||
    ! grep -q 'wrong:[0-9]' "$scratch/errors"; then
	cat "$scratch/errors"
	echo "$replay: does not notice a wrong expectation in a story"
	failed=1
fi

"$figures" > "$scratch/figures" || failed=1
python3 "$senders" table < "$scratch/figures" > "$scratch/senders.md"
diff "$srcdir/doc/senders.md" "$scratch/senders.md" || {
	echo "run: $figures | $senders table > doc/senders.md"
	failed=1
}
exit $failed
