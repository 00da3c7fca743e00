/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tardigrey expire: remove expired records in small slices, beside a running
 * daemon. A slice keeps writers out for a moment only, and leaves them as
 * much time before the next.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/progress.h"
#include "tools/show.h"

#define SLICE_ROWS 500

/* How often a busy database may refuse a slice in a row. */
#define TRIES 20

static int
give_up(const struct err *err)
{
	progress_end();
	ctl_complain("%s; run it again later", err->text);
	return -1;
}

static int
expire_slice(struct store *store, struct record_walk *walk, int64_t now_s,
    struct expiry_counts *counts)
{
	struct err err;
	int64_t before_ms = clock_monotonic_ms();

	for (int try = 1; store->records->expire_next(store, walk, now_s,
			      SLICE_ROWS, counts, &err) != STORE_OK;
	     try++)
		if (try == TRIES)
			return give_up(&err);
	/* Others come first; what took no time may have taken nearly 1 ms. */
	usleep((useconds_t)(clock_monotonic_ms() - before_ms + 1) * 1000);
	return 0;
}

static int
tidy(struct store *store, int64_t now_s, int64_t *entries_n)
{
	struct err err;

	for (int try = 1;
	     store->counts->tidy(store, now_s, entries_n, &err) != STORE_OK;
	     try++)
		if (try == TRIES)
			return give_up(&err);
	return 0;
}

static void
report(const struct ctl *ctl, const struct expiry_counts *counts,
    int64_t entries_n)
{
	static const struct column columns[] = {
	    {"waiting", COLUMN_NUMBER},
	    {"passed", COLUMN_NUMBER},
	    {"looked_at", COLUMN_NUMBER},
	    {"entries", COLUMN_NUMBER},
	};
	struct table table;

	if (!ctl->json) {
		printf("%" PRId64 " waiting and %" PRId64
		       " passed triplets removed, %" PRId64 " looked at; "
		       "%" PRId64 " entr%s of lists removed\n",
		    counts->waiting_n, counts->passed_n, counts->seen_n,
		    entries_n, entries_n == 1 ? "y" : "ies");
		return;
	}
	table_begin(&table, columns, 4, TABLE_JSON);
	table_number(&table, counts->waiting_n);
	table_number(&table, counts->passed_n);
	table_number(&table, counts->seen_n);
	table_number(&table, entries_n);
	table_end(&table);
}

static int
expire(struct store *store, int64_t now_s, struct expiry_counts *counts)
{
	struct err err;
	struct record_walk *walk = store->records->walk_all(store, &err);
	int rc = 0;

	if (walk == NULL)
		return give_up(&err);
	while (rc == 0 && !walk->done) {
		rc = expire_slice(store, walk, now_s, counts);
		progress_show("%" PRId64 " looked at, %" PRId64 " removed",
		    counts->seen_n, counts->waiting_n + counts->passed_n);
	}
	store->records->walk_free(walk);
	return rc;
}

int
ctl_expire(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct store *store = ctl_open_store(ctl);
	struct expiry_counts counts = {0};
	int64_t now_s = clock_now_s(), entries_n = 0;
	int rc;

	(void)arguments;
	if (store == NULL)
		return CTL_REFUSED;
	rc = expire(store, now_s, &counts);
	if (rc == 0)
		rc = tidy(store, now_s, &entries_n);
	store_close(store);
	if (rc != 0)
		return CTL_REFUSED;
	progress_end();
	report(ctl, &counts, entries_n);
	return CTL_DONE;
}
