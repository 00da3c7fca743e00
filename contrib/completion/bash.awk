# SPDX-License-Identifier: ISC
# Write the table of contrib/completion/generate as completion for bash.
function add(list, word) {
	return list (list == "" ? "" : " ") word
}
$1 == "command" {
	n = split($2, part, " ")
	if (!(part[1] in second))
		first = add(first, part[1])
	second[part[1]] = n > 1 ? add(second[part[1]], part[2]) : second[part[1]] ""
	synopsis[$2] = $3
	order[++commands_n] = $2
}
$1 == "option" || $1 == "daemon" {
	names = add($4 == "" ? "" : "-" $4, "--" $3)
	if ($1 == "daemon")
		daemon = add(daemon, names)
	else
		options[$2] = add(options[$2], names)
	if ($5 != "" && $5 != "FILE" && $3 != "option")
		with_value[$3] = 1
}
END {
	print "# Completion of tardigrey(8) and tardigreyd(8) for bash. Generated."
	print "_tardigrey()"
	print "{"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
	print "\tlocal i first= second= n=0 options='" options[""] "' seconds= synopsis=\"\""
	print "\tlocal settings='" settings "'"
	print "\tCOMPREPLY=()"
	print "\tcase $prev in"
	print "\t-c|--config) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;"
	print "\t-o|--option)"
	print "\t\tCOMPREPLY=($(compgen -S = -W \"$settings\" -- \"$cur\"))"
	print "\t\tcompopt -o nospace"
	print "\t\treturn ;;"
	printf "\t"
	for (name in with_value)
		sorted[++values_n] = name
	for (i = 2; i <= values_n; i++)
		for (j = i; j > 1 && sorted[j - 1] > sorted[j]; j--) {
			t = sorted[j]; sorted[j] = sorted[j - 1]; sorted[j - 1] = t
		}
	for (i = 1; i <= values_n; i++)
		printf "%s--%s", (i > 1 ? "|" : ""), sorted[i]
	print ") return ;;"
	print "\tesac"
	print "\tif [[ ${COMP_WORDS[0]} == *tardigreyd ]]; then"
	print "\t\tCOMPREPLY=($(compgen -W '" daemon "' -- \"$cur\"))"
	print "\t\treturn"
	print "\tfi"
	print "\tfor ((i = 1; i < COMP_CWORD; i++)); do"
	print "\t\tcase ${COMP_WORDS[i]} in"
	print "\t\t-c|-o|--config|--option) ((i++)) ;;"
	print "\t\t-*) ;;"
	print "\t\t*)"
	print "\t\t\tif [[ -z $first ]]; then first=${COMP_WORDS[i]}"
	print "\t\t\telif [[ $n -eq 0 && -z $second ]]; then second=${COMP_WORDS[i]}"
	print "\t\t\telse ((n++)); fi ;;"
	print "\t\tesac"
	print "\tdone"
	print "\tcase $first in"
	for (name in second)
		if (second[name] != "")
			print "\t" name ") seconds='" second[name] "' ;;"
	print "\tesac"
	print "\tcase \" $seconds \" in"
	print "\t*\" $second \"*) ;;"
	print "\t*) [[ -z $second ]] || ((n++)); second= ;;"
	print "\tesac"
	print "\tcase \"$first${second:+ $second}\" in"
	for (i = 1; i <= commands_n; i++)
		print "\t'" order[i] "') options='" options[order[i]] "' synopsis='" synopsis[order[i]] "' ;;"
	print "\tesac"
	print "\tset -- $synopsis"
	print "\tshift \"$((n < $# ? n : $#))\""
	print "\tif [[ $cur == -* ]]; then"
	print "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))"
	print "\telif [[ -z $first ]]; then"
	print "\t\tCOMPREPLY=($(compgen -W '" first "' -- \"$cur\"))"
	print "\telse"
	print "\t\t[[ -z $second && $n -eq 0 ]] || seconds="
	print "\t\t[[ ${1:-} != *KIND* ]] || seconds+=' client sender recipient'"
	print "\t\tCOMPREPLY=($(compgen -W \"$seconds\" -- \"$cur\"))"
	print "\t\t[[ ${1:-} != *FILE* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))"
	print "\tfi"
	print "}"
	print "complete -F _tardigrey tardigrey tardigreyd"
}
