/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_WAIT_H
#define TARDIGREY_STORE_SQLITE_SQLITE_WAIT_H

#include <sqlite3.h>
#include <stdint.h>

/*
 * sqlite_wait: how a handle waits while another process holds a lock.
 */

struct sqlite_wait {
	int64_t limit_us;  /* longest wait of one call of SQLite */
	int64_t waited_us; /* wait of the current call so far */
};

/* Make the handle wait at most wait->limit_us for a lock. *wait must outlive
 * the handle. limit_us may be changed at any time. */
void sqlite_wait_install(struct sqlite_wait *wait, sqlite3 *db);

#endif
