/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ctl_arguments.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "tools/complain.h"
#include "tools/ctl_usage.h"

/* What getopt_long() returns for an option without a letter. */
#define OPTION_JSON       256
#define OPTION_OF_COMMAND 257 /* the first one */

#define LETTERS "c:ho:vV"

#define GLOBALS_N 5
static const struct option globals[GLOBALS_N] = {
    {"config", required_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},
    {"json", no_argument, NULL, OPTION_JSON},
    {"option", required_argument, NULL, 'o'},
    {"version", no_argument, NULL, 'V'},
};

int
ctl_misused(const struct ctl_arguments *arguments, const char *format, ...)
{
	char text[ERR_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	complain("%s", text);
	ctl_print_usage(stderr, arguments->command);
	return CTL_USAGE;
}

/* ---- Parsing ---- */

static void
add_override(struct ctl_arguments *out, const char *override)
{
	struct err err;

	if (overrides_add(&out->overrides, override, &err) != 0)
		exit(ctl_misused(out, "%s", err.text));
}

static _Noreturn void
print_version(void)
{
	puts("tardigrey " PACKAGE_VERSION);
	exit(CTL_DONE);
}

static void
take_global(struct ctl_arguments *out, int option, bool *wants_help)
{
	switch (option) {
	case 'c':
		out->config_file = optarg;
		break;
	case 'h':
		*wants_help = true;
		break;
	case OPTION_JSON:
		out->json = true;
		break;
	case 'o':
		add_override(out, optarg);
		break;
	case 'v':
	case 'V':
		print_version();
	default: /* getopt_long() has complained */
		ctl_print_usage(stderr, out->command);
		exit(CTL_USAGE);
	}
}

/* The words are no command: exit with what they could mean. */
static _Noreturn void
leave_unknown(int argc, char **argv, struct ctl_arguments *out, bool wants_help)
{
	const char *second = argc > 1 ? argv[1] : "";
	char words[ERR_SIZE];

	if (strcmp(argv[0], "version") == 0)
		print_version();
	if (strcmp(argv[0], "help") == 0) {
		ctl_print_help(ctl_find_command(argc - 1, argv + 1, &argc));
		exit(CTL_DONE);
	}
	if (!ctl_list_group(argv[0], words, sizeof(words)))
		exit(ctl_misused(out,
		    "unknown command: %s; tardigrey --help lists the commands",
		    argv[0]));
	if (wants_help || strcmp(second, "-h") == 0 ||
	    strcmp(second, "--help") == 0) {
		ctl_print_group_help(argv[0]);
		exit(CTL_DONE);
	}
	if (second[0] == '\0' || second[0] == '-')
		complain("%s needs one of: %s", argv[0], words);
	else
		complain("unknown command: %s %s; the commands of %s are: %s",
		    argv[0], second, argv[0], words);
	ctl_print_group(stderr, argv[0]);
	exit(CTL_USAGE);
}

/* Parse the options before the command, and find the command. Returns the
 * index of its last word. */
static int
parse_globals(int argc, char **argv, struct ctl_arguments *out,
    bool *wants_help)
{
	struct option options[GLOBALS_N + 1] = {0};
	int option, words_n;

	memcpy(options, globals, sizeof(globals));
	while ((option = getopt_long(argc, argv, "+" LETTERS, options, NULL)) !=
	    -1)
		take_global(out, option, wants_help);
	out->command = ctl_find_command(argc - optind, argv + optind, &words_n);
	if (out->command == NULL && optind < argc)
		leave_unknown(argc - optind, argv + optind, out, *wants_help);
	return optind + words_n - 1;
}

/* Parse what follows the command: arguments, options of the command, and more
 * options of every command. */
static void
parse_rest(int argc, char **argv, struct ctl_arguments *out, bool *wants_help)
{
	struct option options[GLOBALS_N + CTL_OPTIONS_MAX + 1] = {0};
	const struct ctl_option *own = out->command->options;
	int option;

	memcpy(options, globals, sizeof(globals));
	for (int i = 0; own != NULL && own[i].name != NULL; i++)
		options[GLOBALS_N + i] = (struct option){own[i].name,
		    own[i].argument != NULL ? required_argument : no_argument,
		    NULL, OPTION_OF_COMMAND + i};
	optind = 0; /* getopt_long() starts again */
	while ((option = getopt_long(argc, argv, LETTERS, options, NULL)) !=
	    -1) {
		if (option >= OPTION_OF_COMMAND)
			out->values[option - OPTION_OF_COMMAND] =
			    optarg != NULL ? optarg : "";
		else
			take_global(out, option, wants_help);
	}
	out->n = argc - optind;
	out->items = argv + optind;
}

static void
check_number(const struct ctl_arguments *out)
{
	if (out->n < out->command->n_min)
		exit(ctl_misused(out, "missing argument after %s",
		    out->n > 0 ? out->items[out->n - 1] : out->command->words));
	if (out->n > out->command->n_max)
		exit(ctl_misused(out, "too many arguments: %s",
		    out->items[out->command->n_max]));
}

void
ctl_parse_arguments(int argc, char **argv, struct ctl_arguments *out)
{
	bool wants_help = false;
	int last = parse_globals(argc, argv, out, &wants_help);

	if (out->command == NULL && !wants_help)
		exit(ctl_misused(out,
		    "missing command; tardigrey --help lists the commands"));
	if (out->command != NULL) {
		argv[last] = argv[0]; /* the name in getopt's complaints */
		parse_rest(argc - last, argv + last, out, &wants_help);
	}
	if (wants_help) {
		ctl_print_help(out->command);
		exit(CTL_DONE);
	}
	check_number(out);
}

/* ---- Values ---- */

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
		    "--%s: not a time: \"%s\" (write a number with its unit, "
		    "such as 90s, 24h or 30d)",
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
		ctl_misused(arguments,
		    "--%s: not a number: \"%s\" (write digits)", name, text);
		return -1;
	}
	*number = strtoll(text, NULL, 10);
	return 0;
}
