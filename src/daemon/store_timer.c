/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/store_timer.h"

#include "system/clock.h"

static struct store_timer *
timer_of(struct store *store)
{
	return (struct store_timer *)store->records;
}

static void
note(struct store_timer *timer, enum store_call call, int64_t begin_us)
{
	histogram_add(&timer->calls[call], &snapshot_call_bounds,
	    clock_monotonic_us() - begin_us);
}

static enum store_rc
lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct store_timer *timer = timer_of(store);
	int64_t begin_us = clock_monotonic_us();
	enum store_rc rc = timer->timed->lookup(store, keys, n, answers, err);

	note(timer, STORE_CALL_LOOKUP, begin_us);
	return rc;
}

static enum store_rc
apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct store_timer *timer = timer_of(store);
	int64_t begin_us = clock_monotonic_us();
	enum store_rc rc = timer->timed->apply(store, changes, n, err);

	note(timer, STORE_CALL_APPLY, begin_us);
	return rc;
}

static enum store_rc
maintain(struct store *store, int64_t now_s, struct record_maintenance *report,
    struct err *err)
{
	struct store_timer *timer = timer_of(store);
	int64_t begin_us = clock_monotonic_us();
	enum store_rc rc = timer->timed->maintain(store, now_s, report, err);

	note(timer, STORE_CALL_MAINTAIN, begin_us);
	return rc;
}

void
store_timer_attach(struct store_timer *timer, struct store *store)
{
	timer->timed = store->records;
	timer->ops = *store->records;
	timer->ops.lookup = lookup;
	timer->ops.apply = apply;
	if (timer->ops.maintain != NULL)
		timer->ops.maintain = maintain;
	store->records = &timer->ops;
}
