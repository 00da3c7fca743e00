# SPDX-License-Identifier: ISC
# Write the table of contrib/completion/generate as completion for zsh.
function quoted(text) {
	gsub(/'/, "'\\''", text)
	return text
}
function spec(name, letter, argument, help,   value, rest) {
	gsub(/\[|\]|:/, "\\\\&", help)
	help = quoted(help)
	value = argument == "" ? "" : ":" argument ":" \
	    (argument == "FILE" ? "_files" : name == "option" ? "_tardigrey_settings" : " ")
	rest = "[" help "]" value
	if (letter == "")
		return "'--" name rest "'"
	return "'(-" letter " --" name ")'{-" letter ",--" name "}'" rest "'"
}
function arguments(synopsis,   n, part, i, text) {
	if (synopsis ~ /[|]/)
		synopsis = "CLIENT [SENDER] [RECIPIENT]"
	n = split(synopsis, part, " ")
	for (i = 1; i <= n; i++) {
		text = part[i] ~ /^\[/ ? "::" : ":"
		gsub(/\[|\]/, "", part[i])
		text = text part[i] ":"
		if (part[i] == "KIND")
			text = text "(client sender recipient)"
		else if (part[i] == "FILE")
			text = text "_files"
		else
			text = text " "
		printf " \\\n\t\t\t'%s'", text
	}
}
$1 == "command" {
	order[++commands_n] = $2
	synopsis[$2] = $3
	help[$2] = $4
	n = split($2, part, " ")
	if (!(part[1] in seen)) {
		seen[part[1]] = 1
		first[++first_n] = part[1]
		first_help[part[1]] = n == 1 ? $4 : part[1] " ..."
	}
	if (n > 1)
		group[part[1]] = group[part[1]] " \\\n\t\t\t'" part[2] ":" quoted($4) "'"
}
$1 == "option" {
	options[$2] = options[$2] " \\\n\t\t\t" spec($3, $4, $5, $6)
}
$1 == "daemon" {
	daemon = daemon " \\\n\t\t" spec($3, $4, $5, $6)
}
END {
	print "#compdef tardigrey tardigreyd"
	print "# Completion of tardigrey(8) and tardigreyd(8) for zsh. Generated."
	print "_tardigrey_settings() {"
	print "\tcompadd -S = " settings
	print "}"
	print "_tardigrey() {"
	print "\tlocal -a commands"
	print "\tlocal words_n=1 state line"
	print "\tif [[ $service == tardigreyd ]]; then"
	print "\t\t_arguments -s" daemon
	print "\t\treturn"
	print "\tfi"
	print "\t_arguments -C -s" options[""] " \\\n\t\t\t'1:command:->command' '*::argument:->argument'"
	print "\tcase $state in"
	print "\tcommand)"
	print "\t\tcommands=( \\"
	for (i = 1; i <= first_n; i++)
		print "\t\t\t'" first[i] ":" quoted(first_help[first[i]]) "' \\"
	print "\t\t)"
	print "\t\t_describe command commands ;;"
	print "\targument)"
	print "\t\tcase $words[1] in"
	for (i = 1; i <= first_n; i++)
		if (group[first[i]] != "") {
			print "\t\t" first[i] ")"
			print "\t\t\tif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then"
			print "\t\t\t\tcommands=(" group[first[i]] ")"
			print "\t\t\t\t_describe command commands"
			if (!(first[i] in synopsis))
				print "\t\t\t\treturn"
			print "\t\t\tfi ;;"
		}
	print "\t\tesac"
	print "\t\tcase \"$words[1] $words[2]\" in"
	for (pass = 2; pass >= 1; pass--)
		for (i = 1; i <= commands_n; i++) {
			n = split(order[i], part, " ")
			if (n != pass)
				continue
			print "\t\t'" order[i] (n == 1 ? " '*" : "'") ")"
			if (n == 2)
				print "\t\t\tshift words; (( CURRENT-- ))"
			printf "\t\t\t_arguments -s%s", options[order[i]]
			arguments(synopsis[order[i]])
			print " ;;"
		}
	print "\t\tesac ;;"
	print "\tesac"
	print "}"
	print "_tardigrey \"$@\""
}
