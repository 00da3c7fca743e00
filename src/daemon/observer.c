/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/observer.h"

#include <string.h>

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
