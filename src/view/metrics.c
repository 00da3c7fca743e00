/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/metrics.h"

#include <inttypes.h>

const struct histogram_bounds snapshot_call_bounds = {
    .n = 13,
    .items = {50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000,
	250000, INT64_MAX},
};

/* ---- Parts of the format ---- */

static void
add_head(struct text *out, const char *name, const char *type, const char *help)
{
	text_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
	    type);
}

/* Leave out a number that is not known. */
static void
add_one(struct text *out, const char *name, const char *type, const char *help,
    int64_t number)
{
	if (number < 0)
		return;
	add_head(out, name, type, help);
	text_format(out, "%s %" PRId64 "\n", name, number);
}

/* A number of microseconds in seconds. */
static void
add_seconds(struct text *out, int64_t us)
{
	text_format(out, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

/* The lines of one histogram. "label" is "" or such as 'call="apply"'. The unit
 * of the values is 1 or 1/1000000. */
static void
add_histogram(struct text *out, const char *name, const char *label,
    const struct histogram *histogram, const struct histogram_bounds *bounds,
    bool is_us)
{
	const char *comma = label[0] != '\0' ? "," : "";
	const char *open = label[0] != '\0' ? "{" : "";
	const char *close = label[0] != '\0' ? "}" : "";
	int64_t n = 0;

	for (size_t i = 0; i < bounds->n; i++) {
		n += histogram->counts[i];
		text_format(out, "%s_bucket{%s%sle=\"", name, label, comma);
		if (bounds->items[i] == INT64_MAX)
			text_add(out, "+Inf");
		else if (is_us)
			add_seconds(out, bounds->items[i]);
		else
			text_format(out, "%" PRId64, bounds->items[i]);
		text_format(out, "\"} %" PRId64 "\n", n);
	}
	text_format(out, "%s_sum%s%s%s ", name, open, label, close);
	if (is_us)
		add_seconds(out, histogram->sum);
	else
		text_format(out, "%" PRId64, histogram->sum);
	text_format(out, "\n%s_count%s%s%s %" PRId64 "\n", name, open, label,
	    close, histogram->n);
}

/* ---- The checker ---- */

/* Every reason has a line from the start, so that rate() finds the first
 * increase. */
static void
add_decision(const struct measures *measures, enum client_class class,
    enum action action, enum reason reason, struct text *out)
{
	int64_t n = measures->decisions_n[class][action][reason];
	bool is_usual =
	    action == (reason_defers(reason) ? ACTION_GREYLIST : ACTION_PASS);
	const char *word = client_class_word(class);

	if (n > 0 || is_usual)
		text_format(out,
		    "tardigrey_decisions_total{action=\"%s\",reason=\"%s\","
		    "class=\"%s\"} %" PRId64 "\n",
		    action_word(action), reason_word(reason),
		    word[0] != '\0' ? word : "unknown", n);
}

static void
add_decisions(const struct measures *measures, struct text *out)
{
	add_head(out, "tardigrey_decisions_total", "counter",
	    "Decisions by action, reason and class of the client.");
	for (int class = 0; class < CLIENT_CLASSES; class ++)
		for (int action = 0; action < ACTIONS; action++)
			for (int reason = 0; reason < REASON_COUNT; reason++)
				add_decision(measures,
				    (enum client_class) class,
				    (enum action)action, (enum reason)reason,
				    out);
}

static void
add_measures(const struct measures *measures, struct text *out)
{
	add_decisions(measures, out);
	add_head(out, "tardigrey_delay_seconds", "histogram",
	    "Delay of triplets at their first pass.");
	add_histogram(out, "tardigrey_delay_seconds", "", &measures->delays,
	    &measures_delay_bounds, false);
	add_one(out, "tardigrey_never_returned_total", "counter",
	    "Deferred triplets whose client did not retry within retry_window.",
	    measures->never_returned_n);
	add_one(out, "tardigrey_evicted_total", "counter",
	    "Waiting triplets removed because of max_waiting.",
	    measures->evicted_n);
	add_one(out, "tardigrey_not_stored_total", "counter",
	    "New triplets not stored because of max_waiting_per_address.",
	    measures->refused_n);
	add_head(out, "tardigrey_batch_requests", "histogram",
	    "Requests that were decided together, with one commit.");
	add_histogram(out, "tardigrey_batch_requests", "", &measures->batches,
	    &measures_batch_bounds, false);
}

/* ---- The store ---- */

static void
add_calls(const struct snapshot *snapshot, struct text *out)
{
	static const char *const labels[STORE_CALLS] = {
	    [STORE_CALL_LOOKUP] = "call=\"lookup\"",
	    [STORE_CALL_APPLY] = "call=\"apply\"",
	    [STORE_CALL_MAINTAIN] = "call=\"maintain\"",
	};

	add_head(out, "tardigrey_store_call_seconds", "histogram",
	    "Time that calls of the database took.");
	for (int i = 0; i < STORE_CALLS; i++)
		add_histogram(out, "tardigrey_store_call_seconds", labels[i],
		    &snapshot->calls[i], &snapshot_call_bounds, true);
}

static void
add_records(const struct snapshot *snapshot, struct text *out)
{
	const struct record_census *census = &snapshot->census;
	int64_t oldest_s = census->oldest_waiting_s == 0
	    ? snapshot->now_s
	    : census->oldest_waiting_s;

	add_one(out, "tardigrey_waiting_records", "gauge",
	    "Records of triplets that were deferred once and never retried.",
	    census->waiting_n);
	if (census->waiting_n >= 0)
		add_one(out, "tardigrey_oldest_waiting_seconds", "gauge",
		    "Age of the oldest of these records.",
		    record_since(oldest_s, snapshot->now_s));
	if (census->records_n[0] < 0)
		return;
	add_head(out, "tardigrey_records", "gauge",
	    "All other records, by kind of key; counted every few minutes.");
	for (int kind = 0; kind < KEY_KINDS; kind++)
		text_format(out, "tardigrey_records{kind=\"%s\"} %" PRId64 "\n",
		    key_kind_word((enum key_kind)kind),
		    census->records_n[kind]);
}

static void
add_entries(const struct snapshot *snapshot, struct text *out)
{
	static const char *const sources[] = {"file", "entry"};
	static const char *const lists[] = {"greylist", "whitelist"};

	add_head(out, "tardigrey_list_entries", "gauge",
	    "Lines of list files, and entries of the database.");
	for (int i = 0; i < 2 * 2 * LIST_KINDS; i++) {
		int source = i / (2 * LIST_KINDS), list = i / LIST_KINDS % 2;
		int kind = i % LIST_KINDS;

		text_format(out,
		    "tardigrey_list_entries{source=\"%s\",list=\"%s\","
		    "kind=\"%s\"} %" PRId64 "\n",
		    sources[source], lists[list],
		    list_kind_word((enum list_kind)kind),
		    snapshot->entries_n[source][list][kind]);
	}
}

static void
add_fallback(const struct snapshot *snapshot, struct text *out)
{
	const struct measures *measures = &snapshot->measures;

	add_one(out, "tardigrey_fallback_decides", "gauge",
	    "1 while the database is away and database_fallback decides.",
	    snapshot->fallback_decides);
	add_one(out, "tardigrey_fallback_outages_total", "counter",
	    "Times that database_fallback began to decide.",
	    measures->fallback_outages_n);
	add_one(out, "tardigrey_fallback_requests_total", "counter",
	    "Requests in batches that database_fallback decided.",
	    measures->fallback_requests_n);
	add_one(out, "tardigrey_fallback_merged_total", "counter",
	    "Records of database_fallback merged into the database.",
	    measures->fallback_merged_n);
}

static void
add_store(const struct snapshot *snapshot, struct text *out)
{
	add_one(out, "tardigrey_healthy", "gauge",
	    "1 if the database takes changes, 0 after a failure.",
	    snapshot->is_healthy);
	add_one(out, "tardigrey_store_failures_total", "counter",
	    "Failed calls of the database.", snapshot->measures.failures_n);
	add_fallback(snapshot, out);
	add_calls(snapshot, out);
	add_records(snapshot, out);
	add_entries(snapshot, out);
}

/* ---- The process ---- */

static void
add_process(const struct snapshot *snapshot, struct text *out)
{
	add_head(out, "process_cpu_seconds_total", "counter",
	    "Total user and system CPU time spent in seconds.");
	text_add(out, "process_cpu_seconds_total ");
	add_seconds(out, snapshot->cpu_us);
	text_add(out, "\n");
	add_one(out, "process_resident_memory_bytes", "gauge",
	    "Resident memory size in bytes.", snapshot->resident_octets);
	add_one(out, "process_virtual_memory_bytes", "gauge",
	    "Virtual memory size in bytes.", snapshot->virtual_octets);
	add_one(out, "process_open_fds", "gauge",
	    "Number of open file descriptors.", snapshot->open_files_n);
	add_one(out, "process_max_fds", "gauge",
	    "Maximum number of open file descriptors.", snapshot->files_max);
	add_one(out, "process_start_time_seconds", "gauge",
	    "Start time of the process since unix epoch in seconds.",
	    snapshot->started_s);
}

void
metrics_write(const struct snapshot *snapshot, struct text *out)
{
	add_head(out, "tardigrey_build_info", "gauge",
	    "1, with the version as a label.");
	text_format(out, "tardigrey_build_info{version=\"%s\"} 1\n",
	    snapshot->version);
	add_one(out, "tardigrey_shadow", "gauge",
	    "1 if mode = shadow: nothing is deferred.", snapshot->is_shadow);
	add_measures(&snapshot->measures, out);
	add_store(snapshot, out);
	add_one(out, "tardigrey_connections", "gauge",
	    "Open connections of mail servers.", snapshot->connections_n);
	add_process(snapshot, out);
}
