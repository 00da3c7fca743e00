/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ctl_grammar.h"

#include <stdio.h>
#include <string.h>

/* ---- The table ---- */

static const struct ctl_option backup_options[] = {
    {"replace", NULL, "replace an older copy"},
    {0},
};
static const struct ctl_option decisions_options[] = {
    {"since", "SPAN", "how far to look back (default 24h)"},
    {"until", "SPAN", "how long ago the period ended (default: now)"},
    {"client", "GLOB", "the address, the name, or the network or pool"},
    {"sender", "GLOB", "only decisions with a matching sender"},
    {"recipient", "GLOB", "only decisions with a matching recipient"},
    {"action", "WORD", "only decisions with this action or reason"},
    {"reference", "REFERENCE", "only decisions with this reference"},
    {"limit", "N", "print at most N decisions"},
    {0},
};
static const struct ctl_option expire_options[] = {
    {"force", NULL, "remove records even if the clock may be wrong"},
    {0},
};
static const struct ctl_option whitelist_add_options[] = {
    {"comment", "TEXT", "the reason for the entry"},
    {"expires", "SPAN", "remove the entry after this time, or never"},
    {"force", NULL, "add a pattern that matches very much"},
    {0},
};
static const struct ctl_option greylist_add_options[] = {
    {"comment", "TEXT", "the reason for the entry"},
    {"expires", "SPAN", "remove the entry after this time, or never"},
    {"force", NULL, "add a pattern that matches very much"},
    {"all", NULL, "recipient: greylist named clients too"},
    {"suspicious", NULL, "recipient: greylist only suspicious clients"},
    {"delay", "SPAN", "recipient: use this delay"},
    {"shadow", NULL, "recipient: pass, and log what would be deferred"},
    {0},
};
static const struct ctl_option import_options[] = {
    {"delay", "SPAN", "the delay of the other program, if it was changed"},
    {"dry-run", NULL, "read and count the records, but write nothing"},
    {0},
};
static const struct ctl_option list_options[] = {
    {"unused", "SPAN", "only entries and lines without a hit for this long"},
    {0},
};
static const struct ctl_option name_options[] = {
    {"name", "NAME", "the confirmed host name of the client"},
    {0},
};
static const struct ctl_option triplets_options[] = {
    {"waiting", NULL, "only triplets that have not passed"},
    {"passed", NULL, "only triplets that have passed"},
    {"client", "CLIENT", "only triplets of this address, network or pool"},
    {"sender", "GLOB", "only triplets with a matching sender"},
    {"recipient", "GLOB", "only triplets with a matching recipient"},
    {"limit", "N", "print at most N triplets"},
    {"long", NULL, "also print times and counters, and cut no text"},
    {"sort", "ORDER", "newest (default), oldest (for waiting) or client"},
    {0},
};
static const struct ctl_option clients_options[] = {
    {"whitelisted", NULL, "only clients that are auto-whitelisted now"},
    {"limit", "N", "print at most N clients"},
    {0},
};
static const struct ctl_option forget_options[] = {
    {"yes", NULL, "remove records even if the network is large"},
    {0},
};
static const struct ctl_option correspondents_options[] = {
    {"ours", "GLOB", "only correspondents of a matching address of ours"},
    {"theirs", "GLOB", "only correspondents with a matching address"},
    {"limit", "N", "print at most N correspondents"},
    {0},
};
static const struct ctl_option report_options[] = {
    {"html", NULL, "print an HTML document, for a mail or a web site"},
    {"since", "SPAN", "how far to look back (default 7d)"},
    {"until", "SPAN", "how long ago the period ended (default: now)"},
    {0},
};
static const struct ctl_option status_options[] = {
    {"nagios", NULL, "print a line for Nagios and Icinga; status 0 or 2"},
    {0},
};
static const struct ctl_option stats_options[] = {
    {"since", "SPAN", "how far to look back (default 24h)"},
    {0},
};

#define TRIPLET "REFERENCE | CLIENT SENDER RECIPIENT"

/* In the order of the manual. */
const struct ctl_command ctl_commands[] = {
    {"backup", "FILE", 1, 1, backup_options, "Copy the database to a file.",
	ctl_backup},
    {"clients forget", "CLIENT", 1, 1, forget_options,
	"Remove all records of a client.", ctl_clients_forget},
    {"clients list", "", 0, 0, clients_options,
	"List the clients, with their triplets and counted retries.",
	ctl_clients_list},
    {"config check", "", 0, 0, NULL,
	"Check the configuration file and the list files that it names.",
	ctl_config_check},
    {"config show", "", 0, 0, NULL,
	"Print each option, its value and where it was set.", ctl_config_show},
    {"copy", "FROM TO", 2, 2, NULL,
	"Copy one database to another, by their URIs.", ctl_copy},
    {"correspondents add", "OURS THEIRS", 2, 2, NULL,
	"Let answers pass, as if our address had written to theirs.",
	ctl_correspondents_add},
    {"correspondents forget", "OURS THEIRS", 2, 2, NULL,
	"Remove a correspondent.", ctl_correspondents_forget},
    {"correspondents import", "OURS [FILE]", 1, 2, NULL,
	"Add the addresses of an address book, one a line.",
	ctl_correspondents_import},
    {"correspondents list", "", 0, 0, correspondents_options,
	"List the correspondents of our addresses.", ctl_correspondents_list},
    {"decisions", "", 0, 0, decisions_options,
	"Search the decisions of the last days.", ctl_decisions},
    {"expire", "", 0, 0, expire_options,
	"Remove expired records from the database.", ctl_expire},
    {"explain", TRIPLET, 1, 3, name_options,
	"Explain what would happen to a message now, and why.", ctl_explain},
    {"greylist add", "KIND PATTERN", 2, 2, greylist_add_options,
	"Always greylist a pattern, or set how a recipient is greylisted.",
	ctl_greylist_add},
    {"greylist check", "KIND VALUE", 2, 2, name_options,
	"Print the entries and list lines that greylist a value.",
	ctl_greylist_check},
    {"greylist list", "[KIND]", 0, 1, list_options,
	"List the entries and list lines that greylist.", ctl_greylist_list},
    {"greylist remove", "KIND PATTERN", 2, 2, NULL,
	"Remove an entry made by greylist add.", ctl_greylist_remove},
    {"import", "PROGRAM FILE", 2, 2, import_options,
	"Import the records of another greylisting program.", ctl_import},
    {"import settings", "PROGRAM FILE", 2, 2, NULL,
	"Print the settings of another program as lines of tardigrey.conf.",
	ctl_import_settings},
    {"report", "", 0, 0, report_options,
	"Report what greylisting has done in the last days.", ctl_report},
    {"stats", "", 0, 0, stats_options,
	"Count decisions and delays of the last hours.", ctl_stats},
    {"status", "", 0, 0, status_options,
	"Check whether the daemon and its database work.", ctl_status},
    {"triplets approve", TRIPLET, 1, 3, NULL,
	"Let a waiting triplet pass at its next attempt.",
	ctl_triplets_approve},
    {"triplets export", "", 0, 0, NULL,
	"Print all records, one JSON object a line.", ctl_triplets_export},
    {"triplets forget", TRIPLET, 1, 3, NULL,
	"Remove a triplet. Its next attempt counts as the first.",
	ctl_triplets_forget},
    {"triplets import", "[FILE]", 0, 1, NULL,
	"Merge exported records into the database.", ctl_triplets_import},
    {"triplets list", "", 0, 0, triplets_options,
	"List waiting and passed triplets.", ctl_triplets_list},
    {"whitelist add", "KIND PATTERN", 2, 2, whitelist_add_options,
	"Never greylist a client, sender or recipient.", ctl_whitelist_add},
    {"whitelist check", "KIND VALUE", 2, 2, name_options,
	"Print the entries and list lines that whitelist a value.",
	ctl_whitelist_check},
    {"whitelist list", "[KIND]", 0, 1, list_options,
	"List the entries and list lines that whitelist.", ctl_whitelist_list},
    {"whitelist remove", "KIND PATTERN", 2, 2, NULL,
	"Remove an entry made by whitelist add.", ctl_whitelist_remove},
    {0},
};

/* ---- Finding ---- */

/* The number of words, or 0 if the arguments do not begin with all of them. */
static int
match_words(const char *words, int argc, char **argv)
{
	int n = 0;

	while (words[0] != '\0') {
		size_t word_n = strcspn(words, " ");

		if (n == argc || strlen(argv[n]) != word_n ||
		    strncmp(argv[n], words, word_n) != 0)
			return 0;
		words += word_n + (words[word_n] == ' ');
		n++;
	}
	return n;
}

const struct ctl_command *
ctl_find_command(int argc, char **argv, int *words_n)
{
	const struct ctl_command *command, *found = NULL;

	*words_n = 0;
	for (command = ctl_commands; command->words != NULL; command++) {
		int n = match_words(command->words, argc, argv);

		if (n > *words_n) {
			found = command;
			*words_n = n;
		}
	}
	return found;
}

bool
ctl_is_in_group(const struct ctl_command *command, const char *word)
{
	size_t n = strlen(word);

	return strncmp(command->words, word, n) == 0 &&
	    command->words[n] == ' ';
}

bool
ctl_list_group(const char *word, char *out, size_t size)
{
	const struct ctl_command *command;
	size_t n = 0;

	for (command = ctl_commands; command->words != NULL; command++)
		if (ctl_is_in_group(command, word) && n < size)
			n += (size_t)snprintf(out + n, size - n, "%s%s",
			    n > 0 ? ", " : "",
			    command->words + strlen(word) + 1);
	return n > 0;
}
