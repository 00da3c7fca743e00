# SPDX-License-Identifier: ISC
# Write the table of contrib/completion/generate as completion for fish.
function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	return "'" text "'"
}
function option(program, condition,   line) {
	line = "complete -c " program condition " -l " $3
	if ($4 != "")
		line = line " -s " $4
	if ($3 == "option")
		line = line " -x -a " quoted("(string join \\n " settings_words ")")
	else if ($5 != "")
		line = line ($5 == "FILE" ? " -r -F" : " -x")
	print line " -d " quoted($6)
}
function using(words) {
	return " -n " quoted("__tardigrey_using " words)
}
BEGIN {
	n = split(settings, setting, " ")
	for (i = 1; i <= n; i++)
		settings_words = settings_words " " setting[i] "="
	print "# Completion of tardigrey(8) and tardigreyd(8) for fish. Generated."
	print "function __tardigrey_words"
	print "\tset -l skip 0"
	print "\tfor word in (commandline -opc)[2..-1]"
	print "\t\tif test $skip = 1"
	print "\t\t\tset skip 0"
	print "\t\telse if contains -- $word -c -o --config --option"
	print "\t\t\tset skip 1"
	print "\t\telse if not string match -q -- '-*' $word"
	print "\t\t\techo $word"
	print "\t\tend"
	print "\tend"
	print "end"
	print "function __tardigrey_using"
	print "\tstring match -q -- \"$argv *\" \"$(__tardigrey_words | string join ' ') \""
	print "end"
	print "function __tardigrey_after"
	print "\ttest \"$(__tardigrey_words | string join ' ')\" = \"$argv\""
	print "end"
	print "complete -c tardigrey -f"
	print "complete -c tardigreyd -f"
}
$1 == "command" {
	n = split($2, part, " ")
	if (n == 1 || !(part[1] in seen))
		print "complete -c tardigrey -n '__tardigrey_after' -a " part[1] \
		    " -d " quoted(n == 1 ? $4 : part[1] " ...")
	seen[part[1]] = 1
	if (n > 1)
		print "complete -c tardigrey -n " quoted("__tardigrey_after " part[1]) \
		    " -a " part[2] " -d " quoted($4)
	if ($3 ~ /KIND/)
		print "complete -c tardigrey -n " quoted("__tardigrey_after " $2) \
		    " -a 'client sender recipient'"
	if ($3 ~ /FILE/)
		print "complete -c tardigrey" using($2) " -F"
}
$1 == "option" && $2 == "" { option("tardigrey", "") }
$1 == "option" && $2 != "" && $3 != "help" { option("tardigrey", using($2)) }
$1 == "daemon" { option("tardigreyd", "") }
