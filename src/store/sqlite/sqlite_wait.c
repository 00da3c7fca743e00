/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_wait.h"

#include <stddef.h>

/* Most locks are held briefly, for one commit or one slice of an expiry. So try
 * again often at first. SQLite's own busy handler soon waits much longer
 * between two tries. */
#define SHORT_WAIT_US 200
#define SHORT_WAITS   50
#define LONG_WAIT_US  1000

static int
wait_for_lock(void *arg, int waits_n)
{
	struct sqlite_wait *wait = arg;
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (waits_n == 0)
		wait->waited_us = 0;
	if (wait->waited_us >= wait->limit_us)
		return 0;
	wait->waited_us += vfs->xSleep(vfs,
	    waits_n < SHORT_WAITS ? SHORT_WAIT_US : LONG_WAIT_US);
	return 1;
}

void
sqlite_wait_install(struct sqlite_wait *wait, sqlite3 *db)
{
	sqlite3_busy_handler(db, wait_for_lock, wait);
}
