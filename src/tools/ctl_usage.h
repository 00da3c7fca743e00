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

/* The help, on standard output. */
void ctl_print_help(const struct ctl_command *command);

#endif
