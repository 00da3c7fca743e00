/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CTL_ARGUMENTS_H
#define TARDIGREY_TOOLS_CTL_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "system/overrides.h"
#include "tools/ctl_grammar.h"

/* ctl_arguments: the command line of tardigrey(8). */

struct ctl_arguments {
	/* Options of every command. */
	const char *config_file;
	struct overrides overrides;
	bool json;

	const struct ctl_command *command;
	const char *values[CTL_OPTIONS_MAX]; /* of own options; NULL: absent */
	int n;
	char **items; /* the arguments of the command, without options */
};

/* Parse the command line. Ends the program if the command line asks for help or
 * the version, or is wrong. */
void ctl_parse_arguments(int argc, char **argv, struct ctl_arguments *out);

/* The argument of an option of the command: "" if the option has no argument,
 * NULL if the option was not given. */
const char *ctl_value(const struct ctl_arguments *arguments, const char *name);

/* Read the argument of an option as a time of at least 1 s, or as a number. If
 * the option was not given, *span_s or *number stays unchanged. Returns 0, or
 * -1 after a complaint. */
int ctl_value_span(const struct ctl_arguments *arguments, const char *name,
    int64_t *span_s);
int ctl_value_number(const struct ctl_arguments *arguments, const char *name,
    int64_t *number);

/* Complain about the arguments, and print the usage of the command. Returns
 * CTL_USAGE. */
int ctl_misused(const struct ctl_arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
