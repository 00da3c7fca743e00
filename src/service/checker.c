/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* This file is long because it is the only one that knows all parts of a check:
 * a reader can follow a batch through them here. */
#include "service/checker.h"

#include <stdlib.h>
#include <string.h>

#include "decide/engine.h"
#include "decide/hourly_stats.h"
#include "decide/list_hits.h"
#include "service/active_lists.h"
#include "service/answers.h"
#include "service/decision_buffer.h"
#include "service/fallback_watch.h"
#include "service/lookups.h"
#include "service/maintenance_notices.h"
#include "service/store_watch.h"

struct checker {
	struct store *store;             /* borrowed */
	const struct settings *settings; /* borrowed */
	struct active_lists *lists;      /* owned, as all below */
	struct list_hits *hits;
	struct engine *engine;
	struct lookup_table *lookups; /* NULL: the option lookup is empty */
	struct notices notices;       /* of events between two batches */
	struct never_returned_log never_returned_log;
	struct hourly_stats stats;
	struct measures measures;
	struct recent recent;
	struct decision_buffer *decisions; /* owned */
	struct store_watch store_watch;
	struct fallback_watch fallback;
	int64_t now_s; /* of the last batch or maintenance */
};

struct checker *
checker_new(struct store *store, const struct settings *settings,
    size_t batch_max)
{
	struct checker *checker = calloc(1, sizeof(*checker));

	if (checker == NULL)
		return NULL;
	checker->store = store;
	checker->settings = settings;
	checker->lists = active_lists_new(store, settings);
	checker->hits = list_hits_new();
	checker->decisions = decision_buffer_new();
	checker->engine = engine_new(store, &settings->config.rules, batch_max);
	if (settings->config.lookup[0] != '\0')
		checker->lookups = lookup_table_new();
	if ((settings->config.lookup[0] != '\0' && checker->lookups == NULL) ||
	    checker->lists == NULL || checker->hits == NULL ||
	    checker->engine == NULL || checker->decisions == NULL) {
		checker_free(checker);
		return NULL;
	}
	engine_use_lists(checker->engine, active_lists_get(checker->lists),
	    checker->hits);
	return checker;
}

void
checker_free(struct checker *checker)
{
	if (checker == NULL)
		return;
	active_lists_free(checker->lists);
	list_hits_free(checker->hits);
	engine_free(checker->engine);
	lookup_table_free(checker->lookups);
	decision_buffer_free(checker->decisions);
	free(checker);
}

/* ---- Notices ---- */

static void
note_fault(struct checker *checker, struct notices *notices,
    enum store_fault fault, const struct err *err)
{
	checker->measures.failures_n++;
	store_watch_fail(&checker->store_watch, fault, err,
	    &checker->settings->config.rules, checker->now_s, notices);
}

static void
note_failure(struct checker *checker, struct notices *notices,
    const struct err *err)
{
	note_fault(checker, notices, STORE_FAULT_ALL, err);
}

/* Counts and decisions are each in one place of the store, which may be in the
 * part that is away. */
static void
note_rc(struct checker *checker, struct notices *notices, enum store_rc rc,
    const struct err *err)
{
	if (rc != STORE_OK)
		note_fault(checker, notices,
		    rc == STORE_PARTLY ? STORE_FAULT_PART : STORE_FAULT_ALL,
		    err);
}

static void
fail_batch(struct checker *checker, struct batch *batch, const struct err *err)
{
	batch->store_failed = true;
	note_failure(checker, &batch->notices, err);
}

static void
note_success(struct checker *checker, struct notices *notices,
    bool has_new_triplet)
{
	if (engine_wrote(checker->engine))
		store_watch_succeed(&checker->store_watch, has_new_triplet,
		    notices);
}

static bool
has_new_triplet(const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		if (batch->verdicts[i].reason == REASON_NEW)
			return true;
	return false;
}

/* ---- Counting ---- */

/* Write the counts. If this fails, the hits are lost, but the counts of
 * decisions are kept: after a failure, they show how many decisions were made
 * without the store. A store with a fallback returns STORE_NO_ROOM while its
 * database is away: the hits are lost, and the counts wait. */
static enum store_rc
flush(struct checker *checker, struct err *err)
{
	struct store_hit hits[LIST_HITS_MAX];
	size_t hits_n = list_hits_take(checker->hits, hits);
	enum store_rc rc;

	if (hits_n == 0 && checker->stats.n == 0)
		return STORE_OK;
	rc = checker->store->counts->add_counts(checker->store, hits, hits_n,
	    checker->stats.counts, checker->stats.n, err);
	if (rc == STORE_OK)
		checker->stats.n = 0;
	return rc == STORE_NO_ROOM ? STORE_OK : rc;
}

void
checker_write_counts(struct checker *checker)
{
	struct err err;

	if (!checker->store_watch.is_failing)
		note_rc(checker, &checker->notices, flush(checker, &err), &err);
}

/* Before lists are replaced: their hits belong to them. */
static void
write_hits(struct checker *checker, struct notices *notices)
{
	struct err err;

	note_rc(checker, notices, flush(checker, &err), &err);
}

void
checker_flush(struct checker *checker, struct batch *batch)
{
	enum store_rc rc;
	bool has_counts = checker->stats.n > 0;
	struct err err;

	notices_move(&checker->notices, &batch->notices);
	rc = flush(checker, &err);
	if (has_counts && rc == STORE_OK && checker->stats.n == 0)
		store_watch_counted(&checker->store_watch, &batch->notices);
	batch->store_failed |= rc == STORE_FAILED;
	note_rc(checker, &batch->notices, rc, &err);
}

/* Count the decisions. If the counts of the last hour cannot be written, they
 * are added to this hour. */
static void
count_decisions(struct checker *checker, struct batch *batch, int64_t now_s)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct verdict *verdict = &batch->verdicts[i];

		if (hourly_stats_add(&checker->stats, verdict, now_s))
			continue;
		checker_flush(checker, batch); /* another hour has begun */
		hourly_stats_move(&checker->stats, now_s);
		hourly_stats_add(&checker->stats, verdict, now_s);
	}
	if (!list_hits_has_room(checker->hits))
		checker_flush(checker, batch);
}

void
checker_configure(struct checker *checker, const struct settings *settings)
{
	write_hits(checker, &checker->notices);
	checker->settings = settings;
	active_lists_use(checker->lists, settings);
	engine_use_rules(checker->engine, &settings->config.rules);
	checker->store->ops->configure(checker->store, &settings->config.store);
}

/* ---- Deciding ---- */

static enum store_rc
refresh_lists(struct checker *checker, struct notices *notices,
    int64_t monotonic_ms, struct err *err)
{
	bool changed;
	enum store_rc rc = active_lists_look(checker->lists, monotonic_ms,
	    &changed, notices, err);

	if (rc != STORE_OK || !changed)
		return rc;
	write_hits(checker, notices);
	return active_lists_reload(checker->lists, monotonic_ms, notices, err);
}

/* If the store fails, the next request reports it. */
void
checker_refresh_entries(struct checker *checker, int64_t monotonic_ms)
{
	struct err ignored;

	refresh_lists(checker, &checker->notices, monotonic_ms, &ignored);
}

void
checker_leave_entries(struct checker *checker, enum active_lists_leaves leaves)
{
	active_lists_leave(checker->lists, leaves);
}

bool
checker_wants_entries(const struct checker *checker)
{
	return active_lists_wants_entries(checker->lists);
}

void
checker_use_entries(struct checker *checker, struct list_entries *entries)
{
	write_hits(checker, &checker->notices);
	active_lists_use_entries(checker->lists, entries);
}

static void
check_by_store(struct checker *checker, struct batch *batch, int64_t now_s)
{
	struct err err;

	switch (engine_check(checker->engine, batch->requests, batch->n, now_s,
	    batch->verdicts, &err)) {
	case STORE_OK:
		note_success(checker, &batch->notices, has_new_triplet(batch));
		break;
	case STORE_FAILED:
		fail_batch(checker, batch, &err);
		break;
	case STORE_NO_ROOM: /* so lookups and cleaning up go on */
		note_fault(checker, &batch->notices, STORE_FAULT_ROOM, &err);
		break;
	case STORE_PARTLY:
		note_fault(checker, &batch->notices, STORE_FAULT_PART, &err);
		break;
	}
}

static void
give_up(struct checker *checker, struct batch *batch, int64_t now_s)
{
	engine_give_up(checker->engine, batch->requests, batch->n, now_s,
	    batch->verdicts);
}

static void
decide(struct checker *checker, struct batch *batch,
    const struct checker_time *now)
{
	struct err err;

	if (batch->give_up) {
		give_up(checker, batch, now->now_s);
	} else if (refresh_lists(checker, &batch->notices, now->monotonic_ms,
		       &err) == STORE_FAILED &&
	    !fallback_watch_decides(checker->store)) {
		give_up(checker, batch, now->now_s);
		fail_batch(checker, batch, &err);
	} else {
		check_by_store(checker, batch, now->now_s);
	}
}

static void
use_lookups(struct checker *checker, struct batch *batch, int64_t now_s)
{
	struct err err;

	if (checker->lookups != NULL &&
	    lookups_use(checker->lookups, batch, checker->engine, now_s,
		&err) != STORE_OK)
		note_failure(checker, &batch->notices, &err);
}

void
checker_run(struct checker *checker, struct batch *batch,
    const struct checker_time *now)
{
	if (checker->settings->config.trust_client_name)
		for (size_t i = 0; i < batch->n; i++)
			request_trust_client_name(&batch->requests[i]);
	notices_move(&checker->notices, &batch->notices);
	checker->now_s = now->now_s;
	use_lookups(checker, batch, now->now_s);
	decide(checker, batch, now);
	if (checker->lookups != NULL)
		lookups_ask(checker->lookups, batch,
		    &checker->settings->config.rules, now->now_s);
	fallback_watch_look(&checker->fallback, checker->store, batch->n,
	    &batch->notices, &checker->measures);
	answers_write(batch, &checker->settings->config);
	count_decisions(checker, batch, now->now_s);
	measures_add_batch(&checker->measures, batch->verdicts, batch->n);
	for (size_t i = 0; i < batch->n; i++)
		recent_add(&checker->recent, &batch->requests[i],
		    &batch->verdicts[i], now->now_s);
	if (checker->settings->config.decisions_keep_s > 0 &&
	    checker->store->decisions != NULL)
		for (size_t i = 0; i < batch->n; i++)
			decision_buffer_add(checker->decisions,
			    &batch->verdicts[i], batch->answers[i].kept_line,
			    batch->answers[i].kept_line_n, now->now_s);
}

/* ---- Between batches ---- */

/* If the store is only short of room, the next new triplet reports it. */
static void
remember_correspondents(struct checker *checker)
{
	struct err err;

	switch (engine_remember(checker->engine, checker->now_s, &err)) {
	case STORE_OK:
		note_success(checker, &checker->notices, false);
		break;
	case STORE_FAILED:
		note_failure(checker, &checker->notices, &err);
		break;
	case STORE_NO_ROOM:
	case STORE_PARTLY:
		break;
	}
}

static void
note_maintenance(struct checker *checker,
    const struct record_maintenance *report)
{
	measures_add_maintenance(&checker->measures, report);
	maintenance_notices_add(&checker->notices, report);
	if (checker->settings->config.log_never_returned)
		maintenance_notices_add_never_returned(&checker->notices,
		    &checker->never_returned_log, report, checker->now_s);
	if (report->never_returned_n > 0 &&
	    !hourly_stats_add_never_returned(&checker->stats,
		report->never_returned_n, checker->now_s)) {
		checker_write_counts(checker); /* another hour has begun */
		hourly_stats_move(&checker->stats, checker->now_s);
		hourly_stats_add_never_returned(&checker->stats,
		    report->never_returned_n, checker->now_s);
	}
}

static bool
maintain_records(struct checker *checker)
{
	const struct record_store_ops *records = checker->store->records;
	struct record_maintenance report;
	struct err err;

	if (records->maintain == NULL)
		return false;
	if (records->maintain(checker->store, checker->now_s, &report, &err) !=
	    STORE_OK) {
		note_failure(checker, &checker->notices, &err);
		return false;
	}
	note_maintenance(checker, &report);
	return report.has_more;
}

bool
checker_maintain(struct checker *checker, int64_t now_s)
{
	const struct config *config = &checker->settings->config;
	enum store_rc rc;
	bool has_more;
	struct err err;

	checker->now_s = now_s;
	remember_correspondents(checker);
	has_more = maintain_records(checker);
	rc = decision_buffer_maintain(checker->decisions, checker->store,
	    config->decisions_keep_s, config->max_decisions, now_s, &err);
	note_rc(checker, &checker->notices, rc, &err);
	fallback_watch_look(&checker->fallback, checker->store, 0,
	    &checker->notices, &checker->measures);
	/* After a failure, a store may begin its work from the start. */
	return has_more && rc == STORE_OK;
}

int
checker_write_decisions(struct checker *checker)
{
	size_t lost_n = decision_buffer_n(checker->decisions);
	struct err err = checker->store_watch.failure, text;

	if (lost_n == 0)
		return 0;
	if (!checker->store_watch.is_failing) {
		decision_buffer_write_all(checker->decisions, checker->store,
		    checker->settings->config.decisions_keep_s, checker->now_s,
		    &err);
		lost_n = decision_buffer_n(checker->decisions);
	}
	if (lost_n == 0)
		return 0;
	err_set(&text, "%zu decisions are not kept in the database: %s", lost_n,
	    err.text);
	notices_add(&checker->notices, NOTICE_DECISIONS_LOST, text.text);
	return -1;
}

/* ---- Looking at it ---- */

const struct measures *
checker_measures(const struct checker *checker)
{
	return &checker->measures;
}

const struct recent *
checker_recent(const struct checker *checker)
{
	return &checker->recent;
}

bool
checker_is_failing(const struct checker *checker, struct err *err)
{
	if (checker->store_watch.is_failing)
		*err = checker->store_watch.failure;
	return checker->store_watch.is_failing;
}

bool
checker_fallback_decides(const struct checker *checker, struct err *why)
{
	if (!fallback_watch_decides(checker->store))
		return false;
	*why = checker->store->ops->fallback(checker->store)->why;
	return true;
}

const struct lists *
checker_lists(const struct checker *checker)
{
	return active_lists_get(checker->lists);
}
