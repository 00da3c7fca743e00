/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_BERKELEY_DB_H
#define TARDIGREY_TOOLS_BERKELEY_DB_H

#include <stdbool.h>

#include "base/err.h"

/*
 * berkeley_db: reads files of a Berkeley DB environment that another program
 * may be writing at the same time.
 *
 * It copies the folder to a temporary one, and lets Berkeley DB recover the
 * copy from the copied logs. This is the "hot backup" of the Berkeley DB
 * manual. The temporary folder is gone when the function returns.
 */

struct berkeley_db;

/* The number of names that one call can open. */
#define BERKELEY_DB_FILES 2

/* Open the files names[0..n-1] of a folder. A file that does not exist is
 * ignored. Returns NULL with a sentence, also if all of them are missing or if
 * this program was built without Berkeley DB. */
struct berkeley_db *berkeley_db_open(const char *folder,
    const char *const *names, unsigned n, struct err *err);

/* Read the next record. The texts are valid until the next call. Returns 1, 0
 * after the last record of the last file, or -1 with a sentence. A key or a
 * value that contains NUL is cut there. */
int berkeley_db_next(struct berkeley_db *db, const char **key,
    const char **value, struct err *err);

void berkeley_db_close(struct berkeley_db *db);

#endif
