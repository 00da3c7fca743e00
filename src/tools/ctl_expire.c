/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * ctl_expire: tardigrey expire removes expired records in small slices, because
 * other processes cannot write during a slice. The pause after a slice is as
 * long as the slice.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <unistd.h>

#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/show.h"

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

/* ---- The clock ---- */

static void
note_mail(const struct hourly_stats_count *count, void *arg)
{
	(void)count;
	*(bool *)arg = true;
}

static enum store_rc
find_mail(struct store *store, int64_t from_s, int64_t to_s, bool *found,
    struct err *err)
{
	*found = false;
	return store->counts->counts(store, from_s, to_s, note_mail, found,
	    err);
}

/* Complain if the clock cannot be trusted. */
static int
judge_clock(const struct expiry_clock *clock)
{
	switch (expiry_clock_judge(clock)) {
	case EXPIRY_CLOCK_TRUSTED:
		return 0;
	case EXPIRY_CLOCK_BEFORE_SOURCE:
		complain("the clock (%s) is wrong: this program is newer; set "
			 "the clock, or use --force",
		    show_time(clock->now_s));
		break;
	case EXPIRY_CLOCK_UNSYNCHRONISED:
		complain("the kernel says that no time daemon has set the "
			 "clock (%s), and a wrong clock would remove good "
			 "records; run systemd-timesyncd or chrony, or use "
			 "--force if the clock is right",
		    show_time(clock->now_s));
		break;
	case EXPIRY_CLOCK_JUMPED:
		complain("the clock (%s) may be ahead: no mail was counted "
			 "within the lifetime of a record (keep), so all "
			 "records would be removed; use --force if the clock "
			 "is right",
		    show_time(clock->now_s));
		break;
	}
	return -1;
}

static int
check_clock(struct store *store, const struct config *config, int64_t now_s)
{
	int64_t day_s = now_s - EXPIRY_CLOCK_LAST_DAY_S;
	int64_t keep_s = day_s - config->rules.greylist.keep_s;
	struct expiry_clock clock = {clock_sync_state(), now_s, false, false};
	struct err err;

	if (find_mail(store, 0, keep_s, &clock.has_old_mail, &err) !=
		STORE_OK ||
	    find_mail(store, keep_s, day_s, &clock.has_recent_mail, &err) !=
		STORE_OK)
		return give_up(&err);
	return judge_clock(&clock);
}

int
ctl_expire(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct store *store = ctl_open_store(ctl);
	struct expiry_counts counts = {0};
	int64_t now_s = clock_now_s(), entries_n = 0;
	int rc = 0;

	if (store == NULL)
		return CTL_REFUSED;
	if (ctl_value(arguments, "force") == NULL)
		rc = check_clock(store, &ctl->config, now_s);
	if (rc == 0)
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
