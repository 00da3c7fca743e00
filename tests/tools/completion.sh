#!/bin/sh
# SPDX-License-Identifier: ISC
# The completion for bash, zsh and fish. Shells that are not installed are skipped.
set -eu
: "${srcdir:=.}" "${builddir:=.}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

for shell in bash zsh fish; do
	"$srcdir/contrib/completion/generate" "$shell" "$builddir/src" \
	    > "$scratch/$shell"
done

# complete_bash LINE: print the completions of the last word.
complete_bash() {
	bash --norc --noprofile -c '
	. "$1"
	COMP_WORDS=($2)
	[[ $2 != *" " ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_tardigrey 2>/dev/null
	printf "%s\n" "${COMPREPLY[@]}"' bash "$scratch/bash" "$1"
}

complete_fish() {
	HOME=$scratch fish --no-config -c "source $scratch/fish
	    complete -C '$1'" | cut -f 1
}

# has SHELL LINE WORD: the completions of the line contain the word.
has() {
	if ! "complete_$1" "$2" | grep -q -x -F -e "$3"; then
		echo "$1: \"$2\" is not completed to \"$3\""
		failed=1
	fi
}

for shell in bash fish; do
	command -v "$shell" >/dev/null || continue
	has "$shell" 'tardigrey wh' whitelist
	has "$shell" 'tardigrey -c /etc/x whitelist ' add
	has "$shell" 'tardigrey whitelist add ' recipient
	has "$shell" 'tardigrey whitelist add sender x --com' --comment
	has "$shell" 'tardigrey import ' settings
	has "$shell" 'tardigrey import --d' --dry-run
	has "$shell" 'tardigrey --js' --json
	has "$shell" 'tardigrey -o delay' delay=
	has "$shell" 'tardigreyd --fore' --foreground
done
# Every command and every option is there.
"$builddir/src/tardigrey" --help | awk '
    on && /^  [a-z]/ { print $1; if ($2 ~ /^[a-z]/) print $2 }
    /^Commands/ { on = 1 }' | sort -u |
while read -r word; do
	for shell in bash zsh fish; do
		grep -q -w -e "$word" "$scratch/$shell" ||
		    echo "$shell: no $word"
	done
done > "$scratch/missing"
if [ -s "$scratch/missing" ]; then
	cat "$scratch/missing"
	failed=1
fi
for shell in bash zsh fish; do
	! command -v "$shell" >/dev/null || "$shell" -n "$scratch/$shell" ||
	    failed=1
done
exit $failed
