/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CTL_H
#define TARDIGREY_TOOLS_CTL_H

#include "core/config.h"
#include "core/store.h"

/*
 * ctl: tardigrey(8), the administrator's program. A command is a row of
 * ctl_commands and a function; how to add one is in HACKING.md.
 */

/* Exit statuses of every command. */
#define CTL_DONE    0
#define CTL_REFUSED 1 /* or not found, or failed: standard error says what */
#define CTL_USAGE   2

struct ctl {
	const char *config_file;
	struct config config;
};

struct ctl_command {
	const char *words; /* "config show" */
	const char *help;  /* one line */
	int (*run)(struct ctl *ctl);
};

/* Ends with a row of zeros. */
extern const struct ctl_command ctl_commands[];

/* Open the database as the account that owns it; the caller closes it with
 * store_close(). Returns NULL after saying why. */
struct store *ctl_open_store(struct ctl *ctl);

int ctl_config_check(struct ctl *ctl);
int ctl_config_show(struct ctl *ctl);
int ctl_expire(struct ctl *ctl);

#endif
