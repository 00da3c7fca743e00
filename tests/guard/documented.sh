#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The manuals and the sample file must describe every option, reason, command,
# environment variable and command-line option of the programs, and every
# default. They must describe nothing that the programs do not have. These are
# compared:
#
#   option table (src/config/option_table.c)
#                                      man/tardigrey.conf.5.in, OPTIONS
#                                      man/tardigreyd.8.in, SIGHUP
#                                      etc/tardigrey.conf.in
#                                      man/tardigrey-rcptcheck.8.in, WITHOUT A
#                                      DAEMON
#                                      README.md, the defaults
#   attribute table (src/mail/policy.c)
#                                      man/tardigreyd.8.in, Requests and replies
#   log line (src/mail/log_line.c)     man/tardigreyd.8.in, LOGGING
#   reason table (src/mail/verdict.c)  man/tardigreyd.8.in, Reasons
#   tardigreyd --help                  man/tardigreyd.8.in, DESCRIPTION
#   tardigrey --help                   man/tardigrey.8.in, DESCRIPTION, COMMANDS
#   tardigrey COMMAND --help           man/tardigrey.8.in, COMMANDS, the items;
#                                      README.md, contrib, the commands in them
#   tardigrey-rcptcheck --help         man/tardigrey-rcptcheck.8.in,
#                                      DESCRIPTION, ENVIRONMENT
set -eu
LC_ALL=C
export LC_ALL
: "${srcdir:=.}" "${builddir:=.}"
manual_5=man/tardigrey.conf.5.in
manual_8=man/tardigreyd.8.in
manual_ctl=man/tardigrey.8.in
manual_check=man/tardigrey-rcptcheck.8.in
sample=etc/tardigrey.conf.in

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tables=$scratch/tables
"$builddir/tests/guard/tables" > "$tables"

# section FILE HEADING: print the lines after ".Sh HEADING" or ".Ss HEADING".
section() {
	awk -v heading="$2" '
	/^\.S[hs] / { inside = substr($0, 5) == heading; next }
	inside' "$srcdir/$1"
}

# items MACRO: find the items ".It MACRO NAME" of the outermost lists. Print
# each line of such an item, after its name and a tab.
items() {
	awk -v macro="$1" '
	/^\.Bl / { depth++ }
	/^\.El/ { depth--; if (depth == 0) name = "" }
	depth == 1 && /^\.It / {
		name = index($0, ".It " macro " ") == 1 ? $3 : ""
	}
	name != "" { print name "\t" $0 }'
}

# Options against OPTIONS in tardigrey.conf(5).
check_manual_5() {
	section $manual_5 OPTIONS | items Cm > "$scratch/items"
	awk -F '\t' -v manual=$manual_5 '
	function says(name, line) {
		return index(text[name], "\n" line "\n") > 0
	}
	function is_named(name, word) {
		return says(name, ".Ql " word) || says(name, ".Ql " word " .") ||
		    says(name, ".It Cm " word)
	}
	from == "manual" {
		if ($2 == ".It Cm " $1) {
			if ($1 in text)
				print manual ": " $1 " is described twice: " \
				    "keep one item"
			text[$1] = "\n"
		}
		text[$1] = text[$1] $2 "\n"
		next
	}
	$1 != "option" { next }
	{
		name = $2
		seen[name] = 1
		if (!(name in text)) {
			print manual ": no item \".It Cm " name "\" under " \
			    "OPTIONS: describe the option there"
			next
		}
		wanted = $3 != "" ? ".Ql " $3 " ." : ""
		if (wanted == "" ? !says(name, "Default: empty.") : \
		    !index(text[name], "\nDefault:\n" wanted "\n"))
			print manual ": " name ": write its default as in " \
			    "the table: " \
			    (wanted == "" ? "\"Default: empty.\"" : \
			    "\"Default:\" and \"" wanted "\"")
		wanted = $5 == "reload" ? "A reload changes it." : \
		    "Needs a restart."
		unwanted = $5 == "reload" ? "Needs a restart." : \
		    "A reload changes it."
		if (!says(name, wanted) || says(name, unwanted))
			print manual ": " name ": write \"" wanted \
			    "\", as needs_restart in the table says"
		n = split($6, words, " ")
		for (i = 1; i <= n; i++)
			if (!is_named(name, words[i]))
				print manual ": " name ": name the value " \
				    words[i] " (.Ql, or .It Cm), a bound or " \
				    "choice of the table"
		n = split(text[name], lines, "\n")
		for (i = 1; i <= n && $6 != ""; i++)
			if (lines[i] ~ /^\.It Cm [a-z]+$/ &&
			    lines[i] != ".It Cm " name &&
			    !index(" " $6 " ", " " substr(lines[i], 8) " "))
				print manual ": " name ": " \
				    substr(lines[i], 8) " is not a choice of " \
				    "the table: remove the item"
	}
	END {
		for (name in text)
			if (!(name in seen))
				print manual ": " name " is not an option of " \
				    "src/config/option_table.c: remove the item"
	}' from=manual "$scratch/items" from=tables "$tables"
}

# The options that need a restart against SIGHUP in tardigreyd(8).
check_sighup() {
	section $manual_8 SIGNALS | items Dv > "$scratch/items"
	awk -F '\t' -v manual=$manual_8 '
	from == "manual" {
		if ($1 == "SIGHUP" && index($2, ".Cm ") == 1) {
			n = split($2, words, " ")
			for (i = 2; i <= n; i++)
				named[words[i]] = 1
		}
		next
	}
	$1 == "option" && $5 == "restart" && !($2 in named) {
		print manual ": SIGHUP: name " $2 ", which needs a restart"
	}
	$1 == "option" && $5 == "reload" && ($2 in named) {
		print manual ": SIGHUP: do not name " $2 ", which a reload " \
		    "changes"
	}' from=manual "$scratch/items" from=tables "$tables"
}

# Reasons against Reasons in tardigreyd(8).
check_reasons() {
	section $manual_8 Reasons | items Cm > "$scratch/items"
	awk -F '\t' -v manual=$manual_8 '
	from == "manual" { described[$1] = 1; next }
	$1 == "reason" {
		seen[$2] = 1
		if (!($2 in described))
			print manual ": no item \".It Cm " $2 "\" under " \
			    "Reasons: describe the reason there"
	}
	END {
		for (word in described)
			if (!(word in seen))
				print manual ": " word " is not a reason of " \
				    "src/mail/verdict.c: remove the item"
	}' from=manual "$scratch/items" from=tables "$tables"
}

# names: print the names of an item, one a line: ".It Li client , sender *" has
# two.
names() {
	sed -n -e 's/ \*$//' -e 's/^\.It [A-Z][a-z] //p' | sed 's/ , /\n/g'
}

# same_list WHAT MANUAL: compare the lines of $scratch/code with $scratch/manual.
# They are the names of WHAT, in the same order.
same_list() {
	diff "$scratch/code" "$scratch/manual" > "$scratch/diff" || {
		echo "$2: the $1 differ (< is the code, > is the manual):" \
		    "change the manual:"
		cat "$scratch/diff"
	}
}

# Attributes against Requests and replies in tardigreyd(8), in any order.
check_attributes() {
	sed -n 's/^attribute	//p' "$tables" | sort > "$scratch/code"
	section $manual_8 'Requests and replies' | grep '^\.It Cm ' | names |
	    sort > "$scratch/manual"
	same_list 'attributes of a request' $manual_8
}

# The fields of a log line against LOGGING in tardigreyd(8), in their order.
check_fields() {
	sed -n 's/^field	//p' "$tables" > "$scratch/code"
	section $manual_8 LOGGING | grep '^\.It Li ' | names > "$scratch/manual"
	same_list 'fields of a log line' $manual_8
}

# The options that tardigrey-rcptcheck uses without a daemon, against the
# sentences from "are used:" to "are ignored" in its manual.
check_direct() {
	awk -F '\t' '$1 == "option" && $8 == "direct" { print $2 }' "$tables" |
	    sort > "$scratch/code"
	section $manual_check 'WITHOUT A DAEMON' |
	    sed -n '/are used:$/,/are ignored/s/^\.Cm //p' |
	    tr -s ' ,.' '\n' | grep . | sort > "$scratch/manual"
	same_list 'options used without a daemon (daemon_only in the table)' \
	    $manual_check
}

# The rows of README.md that begin with options and defaults.
check_readme() {
	grep '^| `[a-z]' "$srcdir/README.md" |
	    awk -F '|' '{ gsub(/[` ]/, "", $2); print $2 "|" $3 }' |
	    while IFS='|' read -r options values; do
		echo "$options" | tr ',' '\n' > "$scratch/names"
		echo "$values" | grep -o '`[^`]*`' | tr -d '`' > "$scratch/values"
		paste "$scratch/names" "$scratch/values"
	done | awk -F '\t' '
	from == "tables" {
		if ($1 == "option")
			fallback[$2] = $3
		next
	}
	!($1 in fallback) {
		print "README.md: " $1 " is not an option: change its row"
		next
	}
	$2 ~ / \.\.\.$/ ? index(fallback[$1], substr($2, 1, length($2) - 3)) != 1 : \
	    $2 != fallback[$1] {
		print "README.md: the default of " $1 " is " fallback[$1] \
		    ", not " $2
	}' from=tables "$tables" from=readme -
}

# Each command "tardigrey ..." of the documents must be a command, and its
# options must be options of it or of every command.
check_examples() {
	"$builddir/src/tardigrey" --help |
	    sed -n 's/^ .*\(--[a-z][a-z-]*\).*/* \1/p' |
	    cat - "$scratch/commands" "$scratch/help" > "$scratch/known"
	for document in $(cd "$srcdir" &&
	    echo README.md contrib/*/README.md contrib/*/*.cron); do
		grep -oE '(^ *|`|[|&;] |/)tardigrey [a-z][^|`>]*' \
		    "$srcdir/$document" | sed 's/.*tardigrey /tardigrey /' |
		    awk -v document="$document" '
		from == "known" { known[$0] = 1; next }
		{
			two = $2 " " $3
			words = $3 !~ /^-/ && two in known ? two : $2
			if (!(words in known)) {
				print document ": no command \"" $0 "\""
				next
			}
			for (i = 3; i <= NF && $i !~ /^#/; i++)
				if ($i ~ /^--/ && !((words " " $i) in known) &&
				    !(("* " $i) in known))
					print document ": no option " $i \
					    " of \"tardigrey " words "\""
		}' from=known "$scratch/known" from=document -
	done
}

# compare PROGRAM MANUAL: compare $scratch/help with $scratch/manual. Both have
# sorted lines.
compare() {
	test -s "$scratch/help" ||
	    echo "$1 --help: tests/guard/documented.sh finds nothing in it:" \
	    "change one of them"
	comm -23 "$scratch/help" "$scratch/manual" |
	    sed "s|.*|$2: no item for & of $1 --help: add it|"
	comm -13 "$scratch/help" "$scratch/manual" |
	    sed "s|.*|$2: & is not in $1 --help: remove one|"
}

# check_command_line PROGRAM MANUAL: PROGRAM --help against DESCRIPTION. Both
# are converted to one option on each line, with its dashes.
check_command_line() {
	"$builddir/src/$1" --help |
	    sed -n -e 's/^  \(-.\), \(--[a-z-]*\).*/\1 \2/p' \
	    -e 's/^      \(--[a-z-]*\) .*/\1/p' | tr ' ' '\n' |
	    sort > "$scratch/help"
	section "$2" DESCRIPTION | grep '^\.It Fl ' |
	    grep -o 'Fl [^ ]*' | sed 's/^Fl /-/' | sort > "$scratch/manual"
	compare "$1" "$2"
}

# tardigrey --help against COMMANDS in tardigrey(8): the words of a command,
# without its arguments.
check_commands() {
	"$builddir/src/tardigrey" --help |
	    sed -n '/^Commands/,$s/^  \([a-z][a-z ]*[a-z]\).*/\1/p' |
	    sort > "$scratch/help"
	section $manual_ctl COMMANDS | awk '
	/^\.Bl / { depth++ }
	/^\.El/ { depth-- }
	depth == 1 && sub(/^\.It Cm /, "") {
		sub(/ (Ar|Fl|Op|Oo) .*/, "")
		print
	}' | sort -u > "$scratch/manual"
	compare tardigrey $manual_ctl
}

# The options of each command against the list in the item of the command under
# COMMANDS. Both are converted to lines of a command and one of its options.
check_command_options() {
	cp "$scratch/help" "$scratch/commands"
	while read -r words; do
		# shellcheck disable=SC2086 # they are words
		"$builddir/src/tardigrey" $words --help < /dev/null |
		    sed -n "s/^      \(--[a-z-]*\) .*/$words \1/p"
	done < "$scratch/commands" | sort > "$scratch/help"
	section $manual_ctl COMMANDS | awk '
	/^\.Bl / { depth++ }
	/^\.El/ { depth-- }
	depth == 1 && sub(/^\.It Cm /, "") {
		sub(/ (Ar|Fl|Op|Oo) .*/, "")
		words = $0
	}
	depth == 2 && sub(/^\.It Fl /, "") { print words " -" $1 }' |
	    sort > "$scratch/manual"
	compare "tardigrey COMMAND" $manual_ctl
}

# tardigrey-rcptcheck --help against ENVIRONMENT in tardigrey-rcptcheck(8). The
# rest of the manual must name no other variable TARDIGREY_*.
check_variables() {
	"$builddir/src/tardigrey-rcptcheck" --help |
	    grep -o 'TARDIGREY_[A-Z_]*' | sort -u > "$scratch/help"
	section $manual_check ENVIRONMENT | grep '^\.It Ev ' |
	    grep -o 'TARDIGREY_[A-Z_]*' | sort > "$scratch/manual"
	compare tardigrey-rcptcheck $manual_check
	sort -u "$scratch/manual" > "$scratch/items"
	grep -v '^\.\\"' "$srcdir/$manual_check" |
	    grep -o 'TARDIGREY_[A-Z_]*' | sort -u |
	    comm -13 "$scratch/items" - |
	    sed "s|.*|$manual_check: & is named, and not in ENVIRONMENT|"
}

# Options against the sample file. After its header, the sample has for each
# option, in the order of the table: an empty line, the help text, and the
# default or an installed list file.
check_sample() {
	awk -F '\t' '
	$1 == "option" {
		print ""
		print "# " $4
		if ($7 != "")
			print $2 " = @pkgdatadir@/" $7
		else
			print $3 != "" ? "#" $2 " = " $3 : "#" $2 " ="
	}' "$tables" > "$scratch/expected"
	awk '$0 == "" { body = 1 } body' "$srcdir/$sample" > "$scratch/found"
	diff "$scratch/expected" "$scratch/found" > "$scratch/diff" || {
		echo "$sample: differs from the option table (< is expected," \
		    "> was found): change the sample:"
		cat "$scratch/diff"
	}
}

{
	check_manual_5
	check_sighup
	check_reasons
	check_command_line tardigreyd $manual_8
	check_command_line tardigrey $manual_ctl
	check_command_line tardigrey-rcptcheck $manual_check
	check_commands
	check_command_options
	check_examples
	check_attributes
	check_fields
	check_direct
	check_readme
	check_variables
	check_sample
} > "$scratch/problems"
cat "$scratch/problems"
test ! -s "$scratch/problems"
