/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_STORE_H
#define TARDIGREY_DECIDE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/count_store.h"
#include "decide/decision_store.h"
#include "decide/list_store.h"
#include "decide/record_store.h"
#include "decide/store_rc.h"

/*
 * store: an open store with its four ports, and the options for opening it.
 * store_open() in store/store_open.h opens a store.
 *
 * An adapter is plain blocking code. No call takes much longer than timeout_ms.
 * After a failure, a later call succeeds if the cause is gone. The caller need
 * not open the store again. After a failed write, reads still work if the files
 * can be read.
 */

/* What a change survives after apply has returned STORE_OK. */
enum durability {
	DURABILITY_NORMAL, /* the process is killed; the power fails two
			    * seconds later or more */
	DURABILITY_FULL,   /* the process is killed, or the power fails */
	DURABILITY_OFF,    /* neither */
};

/* How the caller uses the store. Housekeeping is work that an adapter must do
 * now and then. */
enum store_use {
	STORE_FILL,  /* writes much, or runs without the daemon: its calls do
		      * the housekeeping */
	STORE_VISIT, /* a few calls: the daemon does the housekeeping */
	STORE_SERVE, /* the daemon: its calls do not wait for housekeeping */
};

/* What to do with a damaged store. */
enum on_corruption { CORRUPTION_REPLACE, CORRUPTION_REFUSE };

#define STORE_PASSWORD_SIZE 256
#define STORE_PATH_SIZE     1024

/* Files in PEM form, for a server that is reached by TLS. "": none. */
struct store_tls {
	char ca_file[STORE_PATH_SIZE]; /* the CAs to trust; "": the system's */
	char cert_file[STORE_PATH_SIZE], key_file[STORE_PATH_SIZE];
};

struct store_options {
	int64_t timeout_ms; /* the longest wait for other users of the store */
	enum durability durability;
	enum store_use use;
	enum on_corruption on_corruption;
	/* The largest numbers of waiting records that were never retried: in
	 * all, and of one client address without a counted retry. 0: no bound.
	 */
	unsigned max_waiting, max_waiting_per_address;
	/* The largest numbers of the records of correspondents, and of all
	 * others, to within an eighth of the number of both; 0: no bound. */
	unsigned max_correspondents, max_known;
	/* When the files of the store have this size, it stores no new
	 * triplets; 0: no limit. Only an adapter for files that was opened with
	 * STORE_SERVE uses it. */
	int64_t max_octets;
	/* The memory for a cache of records; 0: no cache. Only an adapter for
	 * files uses it. */
	int64_t record_cache_octets;
	/* For a server that the URI names without a password. "": none. */
	char password[STORE_PASSWORD_SIZE];
	struct store_tls tls;
	/* Called to tell the administrator something important that is not an
	 * error. May be NULL; then a damaged store is never replaced. */
	void (*notice)(const char *text);
};

/* The state of a store with database_fallback (store/fallback). */
struct store_fallback_report {
	bool decides;      /* the database is away: the local stores decide */
	bool merges;       /* the local changes go to the database */
	int64_t outages_n; /* times that the database went away */
	int64_t merged_n;  /* records, since the program started */
	struct err why;    /* the failure that began the last outage */
};

/* The struct of each adapter begins with this struct. */
struct store {
	const struct store_ops *ops;
	const struct record_store_ops *records;
	const struct list_store_ops *lists;
	const struct count_store_ops *counts;
	/* NULL: this store keeps no decisions. */
	const struct decision_store_ops *decisions;
};

struct store_ops {
	void (*close)(struct store *store);

	/* Use timeout_ms, on_corruption and the limits of new options. The
	 * other options take effect only when a store is opened. */
	void (*configure)(struct store *store,
	    const struct store_options *options);

	/* From now on, all calls end at this time of the monotonic clock
	 * (system/clock.h), and fail if it has come. INT64_MAX: only timeout_ms
	 * limits each call. NULL: the store cannot do this. */
	void (*set_deadline)(struct store *store, int64_t monotonic_ms);

	/* Which store decides. The report is borrowed until the next call of
	 * the store. NULL: this store has no fallback. */
	const struct store_fallback_report
	    *(*fallback)(const struct store *store);

	/* Write a copy of the whole store to a new file. Unless progress is
	 * NULL, it is called now and then with the percentage done. Fails if
	 * the store cannot be copied to a file. */
	enum store_rc (*backup)(struct store *store, const char *path,
	    void (*progress)(int percent), struct err *err);
};

/* Call set_deadline(), if the store has it. NULL is fine. */
static inline void
store_set_deadline(struct store *store, int64_t monotonic_ms)
{
	if (store != NULL && store->ops->set_deadline != NULL)
		store->ops->set_deadline(store, monotonic_ms);
}

#endif
