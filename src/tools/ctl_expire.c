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

#include "host/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"

#define SLICE_ROWS 500

/* How often a busy database may refuse a slice in a row. */
#define TRIES 20

static void
show_progress(const struct store_sweep *sweep)
{
	static int64_t shown_s;
	int64_t now_s = clock_monotonic_s();

	if (now_s == shown_s || !isatty(STDERR_FILENO))
		return;
	shown_s = now_s;
	fprintf(stderr, "\r%" PRId64 " looked at, %" PRId64 " removed",
	    sweep->seen_n, sweep->waiting_n + sweep->passed_n);
}

static void
end_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static int
sweep_slice(struct store *store, int64_t now_s, struct store_sweep *sweep)
{
	struct err err;
	int64_t before_ms = clock_monotonic_ms();

	for (int try = 1; store->ops->expire(store, now_s, SLICE_ROWS, sweep,
			      &err) != STORE_OK;
	     try++)
		if (try == TRIES) {
			end_progress();
			fprintf(stderr, "tardigrey: %s; run it again later\n",
			    err.text);
			return -1;
		}
	usleep((useconds_t)(clock_monotonic_ms() - before_ms) * 1000);
	return 0;
}

int
ctl_expire(struct ctl *ctl)
{
	struct store *store = ctl_open_store(ctl);
	struct store_sweep sweep = {0};
	int64_t now_s = clock_now_s();
	int rc = store != NULL ? 0 : -1;

	while (rc == 0 && !sweep.done) {
		rc = sweep_slice(store, now_s, &sweep);
		show_progress(&sweep);
	}
	store_close(store);
	if (rc != 0)
		return CTL_REFUSED;
	end_progress();
	printf("%" PRId64 " waiting and %" PRId64
	       " passed triplets removed, %" PRId64 " looked at\n",
	    sweep.waiting_n, sweep.passed_n, sweep.seen_n);
	return CTL_DONE;
}
