/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ctl_usage.h"

#include "system/config_file.h"

/* "--limit N" */
static void
format_option(const struct ctl_option *option, char *out, size_t size)
{
	snprintf(out, size, "--%s%s%s", option->name,
	    option->argument != NULL ? " " : "",
	    option->argument != NULL ? option->argument : "");
}

static void
print_command(FILE *out, const struct ctl_command *command)
{
	fprintf(out, "%s%s%s", command->words,
	    command->synopsis[0] != '\0' ? " " : "", command->synopsis);
}

void
ctl_print_usage(FILE *out, const struct ctl_command *command)
{
	const struct ctl_option *option;
	char text[64];

	if (command == NULL) {
		fputs("usage: tardigrey [-c FILE] [-o NAME=VALUE]... [--json] "
		      "COMMAND [ARGUMENT]...\n",
		    out);
		return;
	}
	fputs("usage: tardigrey ", out);
	print_command(out, command);
	option = command->options;
	for (; option != NULL && option->name != NULL; option++) {
		format_option(option, text, sizeof(text));
		fprintf(out, " [%s]", text);
	}
	fputc('\n', out);
}

void
ctl_print_group(FILE *out, const char *word)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->words != NULL; command++)
		if (ctl_is_in_group(command, word))
			ctl_print_usage(out, command);
}

void
ctl_print_group_help(const char *word)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->words != NULL; command++)
		if (ctl_is_in_group(command, word))
			ctl_print_help(command);
}

static void
print_options(const struct ctl_option *option)
{
	char text[64];

	for (; option != NULL && option->name != NULL; option++) {
		format_option(option, text, sizeof(text));
		printf("      %-20s %s\n", text, option->help);
	}
}

static void
print_commands(void)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->words != NULL; command++) {
		fputs("  ", stdout);
		print_command(stdout, command);
		printf("\n        %s\n", command->help);
	}
}

void
ctl_print_help(const struct ctl_command *command)
{
	ctl_print_usage(stdout, command);
	if (command != NULL) {
		puts(command->help);
		print_options(command->options);
		return;
	}
	puts("\n"
	     "  -c, --config FILE        read this configuration, not\n"
	     "                           " CONFIG_FILE "\n"
	     "  -o, --option NAME=VALUE  override an option; can be repeated\n"
	     "      --json               print one JSON object a line\n"
	     "  -h, --help               print this help, or that of a "
	     "command\n"
	     "  -V, --version            print the version; also -v\n"
	     "\n"
	     "Commands (tardigrey(8)); KIND is client, sender or recipient:\n");
	print_commands();
}
