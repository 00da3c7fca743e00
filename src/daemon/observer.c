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
	memset(out, 0, 2 * LIST_KINDS * sizeof(out[0][0]));
	for (size_t i = 0; list != NULL && i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);

		out[entry->effect == LIST_WHITELIST][entry->kind]++;
	}
}

/* The call census also shows whether the database can be read when there is no
 * mail. */
static void
look_at_store(const struct observer *observer, const struct checker *checker,
    struct snapshot *out)
{
	const struct record_store_ops *records = observer->store->records;

	out->is_healthy = !checker_is_failing(checker, &out->failure);
	memset(&out->census, 0xff, sizeof(out->census)); /* not known */
	if (records->census != NULL &&
	    records->census(observer->store, &out->census, &out->failure) !=
		STORE_OK)
		out->is_healthy = false;
}

static void
take(struct observer *observer, const struct checker *checker)
{
	struct snapshot *out = &observer->snapshot;
	const struct lists *lists = checker_lists(checker);

	out->now_s = clock_now_s();
	out->started_s = observer->started_s;
	out->version = PACKAGE_VERSION;
	out->is_shadow =
	    dispatcher_settings(observer->dispatcher)->config.rules.mode ==
	    MODE_SHADOW;
	out->measures = *checker_measures(checker);
	memcpy(out->calls, observer->timer->calls, sizeof(out->calls));
	out->connections_n = (int64_t)loop_connections_n(observer->loop);
	count_entries(lists->files, out->entries_n[0]);
	count_entries(lists->entries, out->entries_n[1]);
	look_at_store(observer, checker, out);
	look_at_process(out);
}

const struct snapshot *
observer_look(struct observer *observer)
{
	const struct checker *checker =
	    dispatcher_checker(observer->dispatcher);
	int64_t now_ms = clock_monotonic_ms();

	if (checker != NULL && now_ms >= observer->next_ms) {
		observer->next_ms = now_ms + EVERY_MS;
		take(observer, checker);
	}
	return &observer->snapshot;
}

/* ---- The page ---- */

#define DAY_S 86400

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	history_add(arg, count);
}

/* Returns whether the counts could be read. */
static bool
read_day(struct observer *observer, int64_t midnight_s, size_t ago)
{
	struct history *day = &observer->page.days[ago];
	int64_t from_s = midnight_s - (int64_t)ago * DAY_S;
	struct err err;

	*day = (struct history){.total_n = 0};
	return observer->store->counts->counts(observer->store, from_s,
		   from_s + DAY_S, add_count, day, &err) == STORE_OK;
}

/* The days before today do not change: read them once a day. If one could not
 * be read, read them for the next page too. */
static void
read_days(struct observer *observer)
{
	int64_t midnight_s = clock_midnight_s(observer->snapshot.now_s);

	if (observer->midnight_s != midnight_s) {
		bool all = true;

		for (size_t i = 1; i < PAGE_DAYS; i++)
			all = read_day(observer, midnight_s, i) && all;
		observer->midnight_s = all ? midnight_s : 0;
	}
	read_day(observer, midnight_s, 0);
}

static void
read_waiting(struct observer *observer)
{
	const struct record_store_ops *records = observer->store->records;
	struct page *page = &observer->page;
	struct err err;

	if (records->newest_waiting == NULL ||
	    records->newest_waiting(observer->store, PAGE_WAITING,
		observer->rows, &page->waiting_n, &err) != STORE_OK)
		page->waiting_n = 0;
}

const struct page *
observer_look_at_page(struct observer *observer)
{
	struct checker *checker = dispatcher_checker(observer->dispatcher);
	struct page *page = &observer->page;
	int64_t now_ms = clock_monotonic_ms();

	if (observer->rows == NULL)
		observer->rows = calloc(PAGE_WAITING, sizeof(*observer->rows));
	if (observer->rows == NULL)
		return NULL;
	page->snapshot = observer_look(observer);
	if (checker == NULL || now_ms < observer->next_page_ms)
		return page;
	observer->next_page_ms = now_ms + EVERY_MS;
	if (observer->host[0] == '\0')
		gethostname(observer->host, sizeof(observer->host) - 1);
	checker_write_counts(checker);
	page->host = observer->host;
	page->delay_s = dispatcher_settings(observer->dispatcher)
			    ->config.rules.greylist.delay_s;
	page->recent = checker_recent(checker);
	page->waiting = observer->rows;
	read_days(observer);
	read_waiting(observer);
	return page;
}

void
observer_free(struct observer *observer)
{
	free(observer->rows);
	observer->rows = NULL;
}
