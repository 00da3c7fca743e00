/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * ctl_expire: tardigrey expire removes expired records in small slices, because
 * other processes cannot write during a slice. The pause after a slice is as
 * long as the slice.
 */
#include <inttypes.h>
#include <unistd.h>

#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/progress.h"
#include "tools/report.h"

#define SLICE_ROWS 500

/* The number of tries before the command gives up on a busy database. */
#define TRIES 20

static int
give_up(const struct err *err)
{
	progress_end();
	complain("%s; run the command again later", err->text);
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
	/* Round up: a slice of 0 ms may have taken nearly 1 ms. */
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
	struct report report;

	report_begin(&report, ctl->form);
	report_number(&report, "waiting", counts->waiting_n);
	report_number(&report, "passed", counts->passed_n);
	report_number(&report, "looked_at", counts->seen_n);
	report_number(&report, "entries", entries_n);
	report_line(&report,
	    "%" PRId64 " waiting and %" PRId64 " passed triplets removed, "
	    "%" PRId64 " looked at; %" PRId64 " entr%s of lists removed",
	    counts->waiting_n, counts->passed_n, counts->seen_n, entries_n,
	    entries_n == 1 ? "y" : "ies");
	report_end(&report);
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
