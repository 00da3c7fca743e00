/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ctl.h"

#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/duration.h"
#include "system/config_file.h"
#include "system/descriptors.h"
#include "system/privilege.h"
#include "store/store_open.h"
#include "tools/show.h"

/* ---- Commands ---- */

static const struct ctl_option add_options[] = {
    {"comment", "TEXT", "why, for whoever reads the list"},
    {"expires", "SPAN", "only for this long"},
    {0},
};
static const struct ctl_option greylist_add_options[] = {
    {"comment", "TEXT", "why, for whoever reads the list"},
    {"expires", "SPAN", "only for this long"},
    {"delay", "SPAN", "recipient: greylist with this delay"},
    {"shadow", NULL, "recipient: let pass, and log what would have been"},
    {0},
};
static const struct ctl_option list_options[] = {
    {"unused", "SPAN", "only what has had no hit for this long"},
    {0},
};
static const struct ctl_option name_options[] = {
    {"name", "NAME", "the confirmed host name of the client"},
    {0},
};
static const struct ctl_option triplets_options[] = {
    {"waiting", NULL, "only those that have not passed yet"},
    {"passed", NULL, "only those that have passed"},
    {"client", "CLIENT", "only of this address, network or pool"},
    {"sender", "GLOB", "only of such senders"},
    {"recipient", "GLOB", "only of such recipients"},
    {"limit", "N", "at most so many"},
    {0},
};
static const struct ctl_option clients_options[] = {
    {"whitelisted", NULL, "only those that pass at once now"},
    {"limit", "N", "at most so many"},
    {0},
};
static const struct ctl_option stats_options[] = {
    {"since", "SPAN", "so far back, in whole hours, instead of 24h"},
    {0},
};

#define TARGET "REFERENCE | CLIENT SENDER RECIPIENT"

/* In the order of the manual. */
const struct ctl_command ctl_commands[] = {
    {"backup", "FILE", 1, 1, NULL, "Copy the database to a new file.",
	ctl_backup},
    {"clients forget", "CLIENT", 1, 1, NULL,
	"Forget what is remembered of a client.", ctl_clients_forget},
    {"clients list", "", 0, 0, clients_options,
	"List who is whitelisted automatically, or is known.",
	ctl_clients_list},
    {"config check", "", 0, 0, NULL,
	"Check the configuration and the lists it names.", ctl_config_check},
    {"config show", "", 0, 0, NULL, "Print every option and where it was set.",
	ctl_config_show},
    {"expire", "", 0, 0, NULL, "Remove what has expired from the database.",
	ctl_expire},
    {"explain", TARGET, 1, 3, name_options,
	"Say what would happen to a mail now, and why.", ctl_explain},
    {"greylist add", "KIND PATTERN", 2, 2, greylist_add_options,
	"Always greylist, or greylist a recipient differently.",
	ctl_greylist_add},
    {"greylist check", "KIND VALUE", 2, 2, name_options,
	"List what greylists a client, sender or recipient.",
	ctl_greylist_check},
    {"greylist list", "[KIND]", 0, 1, list_options,
	"List what is always greylisted.", ctl_greylist_list},
    {"greylist remove", "KIND PATTERN", 2, 2, NULL,
	"Remove what greylist add has added.", ctl_greylist_remove},
    {"stats", "", 0, 0, stats_options,
	"Count decisions, and how long mail was delayed.", ctl_stats},
    {"triplets approve", TARGET, 1, 3, NULL,
	"Let a triplet pass at its next attempt.", ctl_triplets_approve},
    {"triplets export", "", 0, 0, NULL,
	"Print all that is remembered, one JSON object a line.",
	ctl_triplets_export},
    {"triplets forget", TARGET, 1, 3, NULL, "Forget a triplet.",
	ctl_triplets_forget},
    {"triplets import", "[FILE]", 0, 1, NULL, "Merge what was exported.",
	ctl_triplets_import},
    {"triplets list", "", 0, 0, triplets_options,
	"List the triplets that are remembered.", ctl_triplets_list},
    {"whitelist add", "KIND PATTERN", 2, 2, add_options,
	"Never greylist a client, sender or recipient.", ctl_whitelist_add},
    {"whitelist check", "KIND VALUE", 2, 2, name_options,
	"List what whitelists a client, sender or recipient.",
	ctl_whitelist_check},
    {"whitelist list", "[KIND]", 0, 1, list_options,
	"List what is never greylisted.", ctl_whitelist_list},
    {"whitelist remove", "KIND PATTERN", 2, 2, NULL,
	"Remove what whitelist add has added.", ctl_whitelist_remove},
    {0},
};

/* ---- Saying ---- */

void
ctl_complain(const char *format, ...)
{
	char text[2 * ERR_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fprintf(stderr, "tardigrey: %s\n", show_text(text));
}

static void
print_options(FILE *out, const struct ctl_option *option)
{
	for (; option != NULL && option->name != NULL; option++)
		fprintf(out, " [--%s%s%s]", option->name,
		    option->argument != NULL ? " " : "",
		    option->argument != NULL ? option->argument : "");
}

static void
print_usage(FILE *out, const struct ctl_command *command)
{
	if (command == NULL) {
		fputs("usage: tardigrey [-c FILE] [-o NAME=VALUE]... [--json] "
		      "COMMAND [ARGUMENT]...\n",
		    out);
		return;
	}
	fprintf(out, "usage: tardigrey %s%s%s", command->words,
	    command->synopsis[0] != '\0' ? " " : "", command->synopsis);
	print_options(out, command->options);
	fputc('\n', out);
}

static void
print_command_help(const struct ctl_command *command)
{
	const struct ctl_option *option = command->options;
	char text[64];

	print_usage(stdout, command);
	puts(command->help);
	for (; option != NULL && option->name != NULL; option++) {
		snprintf(text, sizeof(text), "--%s%s%s", option->name,
		    option->argument != NULL ? " " : "",
		    option->argument != NULL ? option->argument : "");
		printf("      %-20s %s\n", text, option->help);
	}
}

static void
print_help(void)
{
	const struct ctl_command *command;

	print_usage(stdout, NULL);
	puts("\n"
	     "  -c, --config FILE        configuration instead of\n"
	     "                           " CONFIG_FILE "\n"
	     "  -o, --option NAME=VALUE  override an option, may be repeated\n"
	     "      --json               print one JSON object a line\n"
	     "  -h, --help               print this, or help on a command\n"
	     "  -V, --version            print the version\n"
	     "\n"
	     "Commands (tardigrey(8)); KIND is client, sender or recipient:\n");
	for (command = ctl_commands; command->words != NULL; command++)
		printf("  %s%s%s\n        %s\n", command->words,
		    command->synopsis[0] != '\0' ? " " : "", command->synopsis,
		    command->help);
}

static _Noreturn void
leave_with_usage(const char *what, const char *detail)
{
	ctl_complain("%s%s; tardigrey --help lists them", what, detail);
	print_usage(stderr, NULL);
	exit(CTL_USAGE);
}

int
ctl_misused(const struct ctl_arguments *arguments, const char *format, ...)
{
	char text[ERR_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	ctl_complain("%s", text);
	print_usage(stderr, arguments->command);
	return CTL_USAGE;
}

/* ---- Memory ---- */

_Noreturn void
ctl_out_of_memory(void)
{
	ctl_complain("out of memory");
	exit(CTL_REFUSED);
}

void *
ctl_alloc(size_t n, size_t size)
{
	void *memory = calloc(n > 0 ? n : 1, size);

	if (memory == NULL)
		ctl_out_of_memory();
	return memory;
}

void *
ctl_grow(void *items, size_t n, size_t size)
{
	if (n != 0 && (n < 16 || (n & (n - 1)) != 0))
		return items; /* full at 16, 32, 64, ... */
	items = reallocarray(items, n == 0 ? 16 : 2 * n, size);
	if (items == NULL)
		ctl_out_of_memory();
	return items;
}

char *
ctl_copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(ctl_alloc(size, 1), text, size);
}

/* ---- Arguments ---- */

#define GLOBAL_OPTIONS 5
#define OPTION_JSON    256
#define OPTION_OWN     257 /* the first of the command's */

static const struct option global_options[GLOBAL_OPTIONS] = {
    {"config", required_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},
    {"json", no_argument, NULL, OPTION_JSON},
    {"option", required_argument, NULL, 'o'},
    {"version", no_argument, NULL, 'V'},
};

static void
add_override(struct ctl *ctl, const char *override)
{
	struct err err;

	if (overrides_add(&ctl->overrides, override, &err) == 0)
		return;
	ctl_complain("%s", err.text);
	print_usage(stderr, NULL);
	exit(CTL_USAGE);
}

static void
take_global(struct ctl *ctl, int option, const struct ctl_command *command,
    bool *wants_help)
{
	switch (option) {
	case 'c':
		ctl->config_file = optarg;
		break;
	case 'h':
		*wants_help = true;
		break;
	case OPTION_JSON:
		ctl->json = true;
		break;
	case 'o':
		add_override(ctl, optarg);
		break;
	case 'V':
		puts("tardigrey " PACKAGE_VERSION);
		exit(CTL_DONE);
	default: /* getopt has said what */
		print_usage(stderr, command);
		exit(CTL_USAGE);
	}
}

/* The command with the most words that the arguments begin with, and how
 * many words, or NULL. */
static const struct ctl_command *
find_command(int argc, char **argv, int *words_n)
{
	const struct ctl_command *command, *found = NULL;

	*words_n = 0;
	for (command = ctl_commands; command->words != NULL; command++) {
		const char *words = command->words;
		int n = 0;

		while (n < argc && words[0] != '\0') {
			size_t word_n = strcspn(words, " ");

			if (strlen(argv[n]) != word_n ||
			    strncmp(argv[n], words, word_n) != 0)
				break;
			words += word_n + (words[word_n] == ' ');
			n++;
		}
		if (words[0] == '\0' && n > *words_n) {
			found = command;
			*words_n = n;
		}
	}
	return found;
}

/* The options before the command. Returns the command; argv[optind] is its
 * first word, *words_n their number. */
static const struct ctl_command *
parse_globals(int argc, char **argv, struct ctl *ctl, bool *wants_help,
    int *words_n)
{
	struct option options[GLOBAL_OPTIONS + 1] = {0};
	const struct ctl_command *command;
	int option;

	memcpy(options, global_options, sizeof(global_options));
	while ((option = getopt_long(argc, argv, "+c:ho:V", options, NULL)) !=
	    -1)
		take_global(ctl, option, NULL, wants_help);
	command = find_command(argc - optind, argv + optind, words_n);
	if (command == NULL && optind < argc)
		leave_with_usage("unknown command: ", argv[optind]);
	return command;
}

/* The options of the command, or more of the others, among its arguments. */
static void
parse_own(int argc, char **argv, struct ctl *ctl, bool *wants_help,
    struct ctl_arguments *out)
{
	struct option options[GLOBAL_OPTIONS + CTL_OPTIONS_MAX + 1] = {0};
	const struct ctl_option *own = out->command->options;
	int option;

	memcpy(options, global_options, sizeof(global_options));
	for (int i = 0; own != NULL && own[i].name != NULL; i++)
		options[GLOBAL_OPTIONS + i] = (struct option){own[i].name,
		    own[i].argument != NULL ? required_argument : no_argument,
		    NULL, OPTION_OWN + i};
	optind = 0; /* begin anew */
	while ((option = getopt_long(argc, argv, "c:ho:V", options, NULL)) !=
	    -1) {
		if (option >= OPTION_OWN)
			out->values[option - OPTION_OWN] =
			    optarg != NULL ? optarg : "";
		else
			take_global(ctl, option, out->command, wants_help);
	}
	out->n = argc - optind;
	out->items = argv + optind;
}

static void
parse_arguments(int argc, char **argv, struct ctl *ctl,
    struct ctl_arguments *out)
{
	bool wants_help = false;
	int words_n, before;

	out->command = parse_globals(argc, argv, ctl, &wants_help, &words_n);
	if (out->command == NULL) {
		if (!wants_help)
			leave_with_usage("expected a command", "");
		print_help();
		exit(CTL_DONE);
	}
	before = optind + words_n - 1;
	argv[before] = argv[0]; /* getopt begins its sentences with it */
	parse_own(argc - before, argv + before, ctl, &wants_help, out);
	if (wants_help) {
		print_command_help(out->command);
		exit(CTL_DONE);
	}
	if (out->n < out->command->n_min)
		exit(ctl_misused(out, "expected more after %s",
		    out->command->words));
	if (out->n > out->command->n_max)
		exit(ctl_misused(out, "expected nothing more: %s",
		    out->items[out->command->n_max]));
}

const char *
ctl_value(const struct ctl_arguments *arguments, const char *name)
{
	const struct ctl_option *option = arguments->command->options;

	for (int i = 0; option != NULL && option[i].name != NULL; i++)
		if (strcmp(option[i].name, name) == 0)
			return arguments->values[i];
	return NULL;
}

int
ctl_value_span(const struct ctl_arguments *arguments, const char *name,
    int64_t *span_s)
{
	const char *text = ctl_value(arguments, name);
	int64_t ms;

	if (text == NULL)
		return 0;
	if (duration_parse(text, &ms) != 0 || ms < 1000 || ms % 1000 != 0) {
		ctl_misused(arguments,
		    "--%s: expected a time with its unit, like 90s, 24h or "
		    "30d, got \"%s\"",
		    name, text);
		return -1;
	}
	*span_s = ms / 1000;
	return 0;
}

int
ctl_value_number(const struct ctl_arguments *arguments, const char *name,
    int64_t *number)
{
	const char *text = ctl_value(arguments, name);
	size_t digits_n;

	if (text == NULL)
		return 0;
	digits_n = strspn(text, "0123456789");
	if (digits_n == 0 || digits_n > 18 || text[digits_n] != '\0') {
		ctl_misused(arguments, "--%s: expected a number, got \"%s\"",
		    name, text);
		return -1;
	}
	*number = strtoll(text, NULL, 10);
	return 0;
}

/* ---- The machine ---- */

/* Who will have been the author: to be asked before we become another. */
static void
find_author(char out[STORE_AUTHOR_SIZE])
{
	const char *sudo_user = getenv("SUDO_USER");
	const struct passwd *account;

	if (sudo_user != NULL && sudo_user[0] != '\0')
		snprintf(out, STORE_AUTHOR_SIZE, "%s", sudo_user);
	else if ((account = getpwuid(getuid())) != NULL)
		snprintf(out, STORE_AUTHOR_SIZE, "%s", account->pw_name);
	else
		snprintf(out, STORE_AUTHOR_SIZE, "%lu",
		    (unsigned long)getuid());
}

static struct store *
open_store(struct ctl *ctl, enum store_use use)
{
	struct privilege privilege;
	struct store *store = NULL;
	struct err err;

	if (store_uri_is_private(ctl->config.database)) {
		ctl_complain("database = %s exists only inside the daemon; "
			     "no other process can use it",
		    ctl->config.database);
		return NULL;
	}
	/* As root we would leave files that the daemon cannot write. */
	if (privilege_find(ctl->config.user, &privilege, &err) == 0 &&
	    privilege_drop(&privilege, &err) == 0) {
		umask(077);
		ctl->config.store.use = use;
		store =
		    store_open(ctl->config.database, &ctl->config.store, &err);
	}
	if (store == NULL)
		ctl_complain("%s", err.text);
	return store;
}

struct store *
ctl_open_store(struct ctl *ctl)
{
	return open_store(ctl, STORE_VISIT);
}

struct store *
ctl_open_store_to_fill(struct ctl *ctl)
{
	return open_store(ctl, STORE_FILL);
}

/* What was printed and could not be written is not done. */
static int
finish(int status)
{
	bool failed = ferror(stdout) != 0;

	if (fflush(stdout) != 0 || failed) {
		ctl_complain("standard output: cannot write all of it");
		return CTL_REFUSED;
	}
	return status;
}

int
main(int argc, char **argv)
{
	static struct ctl ctl = {.config_file = CONFIG_FILE}; /* large */
	static char name[] = "tardigrey"; /* getopt says it, as we do */
	struct ctl_arguments arguments = {0};
	struct err err;

	argv[0] = name;
	descriptors_fill_standard();
	signal(SIGPIPE, SIG_DFL); /* head(1) has seen enough: end */
	parse_arguments(argc, argv, &ctl, &arguments);
	find_author(ctl.author);
	ctl.form = ctl.json ? TABLE_JSON : table_form_of_stdout();
	if (config_file_load(ctl.config_file, ctl.overrides.items,
		ctl.overrides.n, &ctl.config, &err) != 0) {
		fprintf(stderr, "%s\n", show_text(err.text));
		return CTL_USAGE;
	}
	return finish(arguments.command->run(&ctl, &arguments));
}
