/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/observer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/checker.h"
#include "system/clock.h"
#include "system/process_usage.h"

#define EVERY_MS 2000

static void
look_at_process(struct snapshot *out)
{
	struct process_usage usage;

	process_usage_read(&usage);
	out->cpu_us = usage.cpu_us;
	out->resident_octets = usage.resident_octets;
	out->virtual_octets = usage.virtual_octets;
	out->open_files_n = usage.open_files_n;
	out->files_max = usage.files_max;
}

static void
count_entries(const struct list *list, int64_t out[2][LIST_KINDS])
{
	for (int kind = 0; kind < LIST_KINDS; kind++)
		for (int whitelists = 0; whitelists < 2; whitelists++)
			out[whitelists][kind] = (int64_t)list_count(list,
			    whitelists == 1, (enum list_kind)kind);
}

/* The call census also shows whether the database can be read when there is no
 * mail. */
static void
look_at_store(const struct observer *observer, const struct checker *checker,
    struct snapshot *out)
{
	const struct record_store_ops *records = observer->store->records;

	out->is_healthy = !checker_is_failing(checker, &out->failure);
	out->fallback_decides =
	    out->is_healthy && checker_fallback_decides(checker, &out->failure);
	memset(&out->census, 0xff, sizeof(out->census)); /* not known */
	if (records->census != NULL &&
	    records->census(observer->store, &out->census, &out->failure) !=
		STORE_OK)
		out->is_healthy = false;
}

/* ---- In the thread of the checker ---- */

#define LOOK_AT_SNAPSHOT 1U
#define LOOK_AT_PAGE     2U

static void
look_at_checker(struct observer *observer, const struct checker *checker)
{
	struct snapshot *out = &observer->found.snapshot;
	const struct lists *lists = checker_lists(checker);

	out->now_s = clock_now_s();
	out->measures = *checker_measures(checker);
	memcpy(out->calls, observer->timer->calls, sizeof(out->calls));
	count_entries(lists->files, out->entries_n[0]);
	count_entries(lists->entries, out->entries_n[1]);
	look_at_store(observer, checker, out);
}

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	history_add(arg, count);
}

/* Returns whether the counts could be read. If not, those that were read before
 * stay. */
static bool
read_day(struct observer *observer, int64_t ago)
{
	struct history day = {.total_n = 0};
	int64_t now_s = observer->found.snapshot.now_s;
	int64_t from_s = clock_day_s(now_s, ago);
	int64_t to_s = clock_day_s(now_s, ago - 1);
	struct err err;

	if (observer->store->counts->counts(observer->store, from_s, to_s,
		add_count, &day, &err) != STORE_OK)
		return false;
	observer->found.days[ago] = day;
	return true;
}

/* The days before today do not change: read them once a day. If one could not
 * be read, read them for the next page too. */
static void
read_days(struct observer *observer)
{
	struct observation *found = &observer->found;
	int64_t midnight_s = clock_midnight_s(found->snapshot.now_s);

	if (found->midnight_s != midnight_s) {
		bool all = true;

		for (int64_t i = 1; i < PAGE_DAYS; i++)
			all = read_day(observer, i) && all;
		found->midnight_s = all ? midnight_s : 0;
	}
	if (read_day(observer, 0))
		found->has_days = true;
}

static void
read_waiting(struct observer *observer)
{
	const struct record_store_ops *records = observer->store->records;
	struct observation *found = &observer->found;
	struct err err;

	if (records->newest_waiting == NULL ||
	    records->newest_waiting(observer->store, PAGE_WAITING, found->rows,
		&found->rows_n, &err) != STORE_OK)
		found->rows_n = 0;
}

static void
look(struct checker *checker, unsigned what, void *arg)
{
	struct observer *observer = arg;

	look_at_checker(observer, checker);
	if ((what & LOOK_AT_PAGE) == 0)
		return;
	checker_write_counts(checker);
	observer->found.recent = *checker_recent(checker);
	read_days(observer);
	read_waiting(observer);
}

/* ---- In the loop ---- */

static void
take_page(struct observer *observer)
{
	const struct observation *found = &observer->found;

	memcpy(observer->page.days, found->days, sizeof(found->days));
	observer->page.has_days = found->has_days;
	memcpy(observer->rows, found->rows,
	    found->rows_n * sizeof(*found->rows));
	observer->page.waiting_n = found->rows_n;
	observer->recent = found->recent;
}

static void
looked(unsigned what, void *arg)
{
	struct observer *observer = arg;
	const struct engine_rules *rules =
	    &dispatcher_settings(observer->dispatcher)->config.rules;
	struct snapshot *out = &observer->snapshot;

	*out = observer->found.snapshot;
	out->started_s = observer->started_s;
	out->version = PACKAGE_VERSION;
	out->is_shadow = engine_rules_is_shadow(rules, clock_now_s());
	out->shadow_until_s = rules->shadow_until_s;
	out->connections_n = (int64_t)loop_connections_n(observer->loop);
	look_at_process(out);
	if ((what & LOOK_AT_PAGE) != 0)
		take_page(observer);
}

/* What a client gets before a worker has looked. */
static void
set_first(struct observer *observer)
{
	struct snapshot *first = &observer->found.snapshot;

	first->now_s = observer->started_s;
	first->is_healthy = true;
	memset(&first->census, 0xff, sizeof(first->census));
	looked(LOOK_AT_SNAPSHOT, observer);
}

int
observer_begin(struct observer *observer)
{
	const struct dispatcher_look hooks = {look, looked, observer};
	struct page *page = &observer->page;

	observer->started_s = clock_now_s();
	observer->rows = calloc(PAGE_WAITING, sizeof(*observer->rows));
	observer->found.rows = calloc(PAGE_WAITING, sizeof(*observer->rows));
	if (observer->rows == NULL || observer->found.rows == NULL)
		return -1;
	gethostname(observer->host, sizeof(observer->host) - 1);
	page->host = observer->host;
	page->snapshot = &observer->snapshot;
	page->recent = &observer->recent;
	page->waiting = observer->rows;
	set_first(observer);
	dispatcher_set_look(observer->dispatcher, &hooks);
	dispatcher_look(observer->dispatcher, LOOK_AT_SNAPSHOT);
	return 0;
}

const struct snapshot *
observer_look(struct observer *observer)
{
	int64_t now_ms = clock_monotonic_ms();

	if (now_ms >= observer->next_ms) {
		observer->next_ms = now_ms + EVERY_MS;
		dispatcher_look(observer->dispatcher, LOOK_AT_SNAPSHOT);
	}
	return &observer->snapshot;
}

const struct page *
observer_look_at_page(struct observer *observer)
{
	int64_t now_ms = clock_monotonic_ms();

	observer->page.rules =
	    dispatcher_settings(observer->dispatcher)->config.rules.greylist;
	if (now_ms >= observer->next_page_ms) {
		observer->next_page_ms = observer->next_ms = now_ms + EVERY_MS;
		dispatcher_look(observer->dispatcher,
		    LOOK_AT_SNAPSHOT | LOOK_AT_PAGE);
	}
	return &observer->page;
}

void
observer_free(struct observer *observer)
{
	free(observer->rows);
	free(observer->found.rows);
	observer->rows = observer->found.rows = NULL;
}
