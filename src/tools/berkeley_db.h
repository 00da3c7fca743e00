/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_BERKELEY_DB_H
#define TARDIGREY_TOOLS_BERKELEY_DB_H

#include <stdio.h>

#include "base/err.h"

/*
 * berkeley_db: reads files of a Berkeley DB environment that another program
 * may be writing at the same time.
 *
 * It copies the folder to a temporary one, and lets Berkeley DB recover the
 * copy from the copied logs. This is the "hot backup" of the Berkeley DB
 * manual. The temporary folder is gone when the function returns.
 *
 * The other program's account can write anything to the folder, and a log can
 * name any file. So a child process without the rights of root does the
 * recovery and reads the files. Where the kernel has Landlock, the child can
 * use only the temporary folder.
 */

/* Read the files names[0..n-1] of a folder. A file that does not exist is
 * ignored. If the program runs as root, the child changes to the account
 * "user". Returns their records as the text of db_dump(1) (import/db_dump.h),
 * which the caller closes. Returns NULL with a sentence, also if all files are
 * missing or if this program was built without Berkeley DB. */
FILE *berkeley_db_dump(const char *folder, const char *const *names, unsigned n,
    const char *user, struct err *err);

#endif
