/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_STORE_H
#define TARDIGREY_DECIDE_STORE_H

#include <stdint.h>

#include "base/err.h"
#include "decide/count_store.h"
#include "decide/list_store.h"
#include "decide/record_store.h"
#include "decide/store_rc.h"

/*
 * store: an open store, with its three ports, and the options it is opened
 * with. store/store_open.h opens one.
 *
 * An adapter is plain blocking code. No call takes much longer than
 * timeout_ms. After a failure the adapter recovers by itself in a later call,
 * when the cause is gone.
 */

/* What survives once apply has returned STORE_OK. */
enum durability {
	DURABILITY_NORMAL, /* a killed process; a power cut, after two
			    * seconds */
	DURABILITY_FULL,   /* a killed process and a power cut */
	DURABILITY_OFF,    /* neither */
};

/* What the caller does with the store. Housekeeping is work that an adapter
 * has to do now and then. */
enum store_use {
	STORE_FILL,  /* writes much, or has no daemon beside it: its own calls
		      * do the housekeeping */
	STORE_VISIT, /* a short visit: the daemon does the housekeeping */
	STORE_SERVE, /* the daemon: no call waits for the housekeeping */
};

/* What to do with a damaged store. */
enum on_corruption { CORRUPTION_REPLACE, CORRUPTION_REFUSE };

struct store_options {
	int64_t timeout_ms; /* the longest wait for other users of the store */
	enum durability durability;
	enum store_use use;
	enum on_corruption on_corruption;
	/* No new triplets are stored once the store is so large; 0: no limit.
	 * Only an adapter for files that is opened with STORE_SERVE heeds it.
	 */
	int64_t max_octets;
	/* Tell the administrator something important that is not an error. A
	 * damaged store is replaced only if this is set; NULL: never. */
	void (*notice)(const char *text);
};

struct store {
	/* First members of each adapter's own struct. */
	const struct store_ops *ops;
	const struct record_store_ops *records;
	const struct list_store_ops *lists;
	const struct count_store_ops *counts;
};

struct store_ops {
	void (*close)(struct store *store);

	/* Take timeout_ms, on_corruption and max_octets from new options. The
	 * other options need a new open. */
	void (*configure)(struct store *store,
	    const struct store_options *options);

	/* Write a copy of everything to a new file. Unless progress is NULL, it
	 * is called now and then with the percentage done. A store that has
	 * nothing to copy fails and says so. */
	enum store_rc (*backup)(struct store *store, const char *path,
	    void (*progress)(int percent), struct err *err);
};

#endif
