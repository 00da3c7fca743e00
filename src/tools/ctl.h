/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CTL_H
#define TARDIGREY_TOOLS_CTL_H

#include "config/config.h"
#include "decide/store.h"
#include "tools/complain.h"
#include "tools/ctl_arguments.h"
#include "tools/output.h"

/* ctl: the state of tardigrey(8), the administrator's program, that every
 * command uses. */

struct ctl {
	const char *config_file; /* borrowed */
	struct config config;
	enum output_form form;
	char author[STORE_AUTHOR_SIZE]; /* the user who runs the program */
};

/* Change to the account that owns the database, and open it. The caller closes
 * the store with store_close(). Returns NULL after a complaint. */
struct store *ctl_open_store(struct ctl *ctl);

/* The same for a command that only reads records. If the database is away, it
 * opens the local databases of database_fallback, and says so. */
struct store *ctl_open_store_to_read(struct ctl *ctl);

/* The same for a command that writes many records. It also does the
 * checkpoints, which other commands leave to the daemon. */
struct store *ctl_open_store_to_fill(struct ctl *ctl);

#endif
