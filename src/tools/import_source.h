/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_IMPORT_SOURCE_H
#define TARDIGREY_TOOLS_IMPORT_SOURCE_H

#include <stdint.h>

#include "import/foreign.h"

/*
 * import_source: reads the records of another greylisting program from its
 * files. Each program has a row in the table of ctl_import.c, and a file
 * import_NAME.c. Programs with SQL tables share import_sql.c, those with a
 * record a line import_text.c.
 */

struct import_source; /* each program has its own */

struct import_source_ops {
	const char *name; /* "postgrey" */
	const char *what; /* what FILE or FOLDER is, for the help */
	int64_t delay_s;  /* the default delay of the program */

	/* Open the files, before the program changes its account to "user".
	 * Returns the source, or NULL after a complaint. */
	struct import_source *(*open)(const char *path, const char *user);

	/* Read all records. Returns 0, 1 if the files have nothing of the
	 * program, not even an empty table, or -1 after a complaint or when
	 * take() does so. */
	int (*read)(struct import_source *source,
	    const struct foreign_settings *settings, foreign_take_fn *take,
	    void *arg);

	void (*close)(struct import_source *source);
};

extern const struct import_source_ops import_gld;
extern const struct import_source_ops import_greylistd;
extern const struct import_source_ops import_iredapd;
extern const struct import_source_ops import_milter_greylist;
extern const struct import_source_ops import_policyd;
extern const struct import_source_ops import_postgrey;
extern const struct import_source_ops import_proxmox;
extern const struct import_source_ops import_spamd;
extern const struct import_source_ops import_sqlgrey;

#endif
