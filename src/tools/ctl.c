/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ctl.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/config_file.h"
#include "host/privilege.h"
#include "store/store_open.h"

#define OVERRIDES_MAX 64
#define WORDS_SIZE    64

const struct ctl_command ctl_commands[] = {
    {"config check", "Check the configuration.", ctl_config_check},
    {"config show", "Print every option and where it was set.",
	ctl_config_show},
    {"expire", "Remove what has expired from the database.", ctl_expire},
    {0},
};

struct arguments {
	const char *overrides[OVERRIDES_MAX];
	size_t overrides_n;
	const struct ctl_command *command;
};

static void
print_usage(FILE *out)
{
	fputs("usage: tardigrey [-c FILE] [-o NAME=VALUE]... COMMAND\n", out);
}

static void
print_help(const struct ctl_command *command)
{
	print_usage(stdout);
	if (command != NULL) {
		printf("\n  %s\n        %s\n", command->words, command->help);
		return;
	}
	puts("\n"
	     "  -c, --config FILE        configuration instead of\n"
	     "                           " CONFIG_FILE "\n"
	     "  -o, --option NAME=VALUE  override an option, may be repeated\n"
	     "  -h, --help               print this, or help on a command\n"
	     "  -V, --version            print the version\n"
	     "\n"
	     "Commands (tardigrey(8)):\n");
	for (command = ctl_commands; command->words != NULL; command++)
		printf("  %s\n        %s\n", command->words, command->help);
}

/* The command that the words on the command line name, or NULL. */
static const struct ctl_command *
find_command(int argc, char **argv)
{
	char words[WORDS_SIZE] = "";
	const struct ctl_command *command = ctl_commands;

	for (int i = 0; i < argc; i++) {
		size_t n = strlen(words);

		snprintf(words + n, sizeof(words) - n, "%s%s", i > 0 ? " " : "",
		    argv[i]);
	}
	while (command->words != NULL && strcmp(command->words, words) != 0)
		command++;
	return command->words != NULL ? command : NULL;
}

static _Noreturn void
leave_with_usage(const char *what, const char *detail)
{
	fprintf(stderr, "tardigrey: %s%s; tardigrey --help lists them\n", what,
	    detail);
	print_usage(stderr);
	exit(CTL_USAGE);
}

static void
add_override(struct arguments *out, const char *override)
{
	if (strchr(override, '=') == NULL || out->overrides_n == OVERRIDES_MAX)
		leave_with_usage("expected -o NAME=VALUE, got -o ", override);
	out->overrides[out->overrides_n++] = override;
}

static void
parse_arguments(int argc, char **argv, struct ctl *ctl, struct arguments *out)
{
	static const struct option options[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {"option", required_argument, NULL, 'o'},
	    {"version", no_argument, NULL, 'V'},
	    {0},
	};
	bool wants_help = false;
	int option;

	while ((option = getopt_long(argc, argv, "c:ho:V", options, NULL)) !=
	    -1) {
		switch (option) {
		case 'c':
			ctl->config_file = optarg;
			break;
		case 'h':
			wants_help = true;
			break;
		case 'o':
			add_override(out, optarg);
			break;
		case 'V':
			puts("tardigrey " PACKAGE_VERSION);
			exit(CTL_DONE);
		default:
			print_usage(stderr);
			exit(CTL_USAGE);
		}
	}
	out->command = find_command(argc - optind, argv + optind);
	if (wants_help) {
		print_help(out->command);
		exit(CTL_DONE);
	}
	if (optind == argc)
		leave_with_usage("expected a command", "");
	if (out->command == NULL)
		leave_with_usage("unknown command: ", argv[optind]);
}

struct store *
ctl_open_store(struct ctl *ctl)
{
	struct privilege privilege;
	struct store *store = NULL;
	struct err err;

	if (strncmp(ctl->config.database, "memory:", 7) == 0) {
		fputs("tardigrey: database = memory: lives and dies with its "
		      "daemon, nobody else can reach it\n",
		    stderr);
		return NULL;
	}
	/* As root we would leave files that the daemon cannot write. */
	if (privilege_find(ctl->config.user, &privilege, &err) == 0 &&
	    privilege_drop(&privilege, &err) == 0) {
		umask(077);
		ctl->config.store.leaves_upkeep = true;
		store =
		    store_open(ctl->config.database, &ctl->config.store, &err);
	}
	if (store == NULL)
		fprintf(stderr, "tardigrey: %s\n", err.text);
	return store;
}

int
main(int argc, char **argv)
{
	static struct ctl ctl = {.config_file = CONFIG_FILE}; /* large */
	static struct arguments arguments;
	struct err err;

	parse_arguments(argc, argv, &ctl, &arguments);
	if (config_file_load(ctl.config_file, arguments.overrides,
		arguments.overrides_n, &ctl.config, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return CTL_USAGE;
	}
	return arguments.command->run(&ctl);
}
