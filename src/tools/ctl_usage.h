/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CTL_USAGE_H
#define TARDIGREY_TOOLS_CTL_USAGE_H

#include <stdio.h>

#include "tools/ctl_grammar.h"

/* ctl_usage: what tardigrey(8) prints about its own use. A command of NULL
 * means the program as a whole. */

/* One line that begins with "usage: ". */
void ctl_print_usage(FILE *out, const struct ctl_command *command);

/* The usage lines of the commands that begin with this word. */
void ctl_print_group(FILE *out, const char *word);

/* Help, on standard output: of a command, or of all commands that begin with a
 * word. */
void ctl_print_group_help(const char *word);
void ctl_print_help(const struct ctl_command *command);

#endif
