/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The text for Prometheus, and the line about the health. The end-to-end test
 * gives the text to promtool. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/health.h"
#include "view/metrics.h"

static void
fill(struct snapshot *snapshot)
{
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->now_s = 1000090;
	snapshot->started_s = 1000000;
	snapshot->version = "1.2";
	snapshot->is_healthy = true;
	snapshot->measures.decisions_n[CLASS_NAMED][ACTION_PASS][REASON_KNOWN] =
	    7;
	snapshot->measures
	    .decisions_n[CLASS_UNKNOWN][ACTION_TEMPFAIL][REASON_FAILURE] = 2;
	histogram_add(&snapshot->measures.delays, &measures_delay_bounds, 61);
	histogram_add(&snapshot->measures.delays, &measures_delay_bounds, 500);
	histogram_add(&snapshot->calls[STORE_CALL_APPLY], &snapshot_call_bounds,
	    120);
	snapshot->measures.never_returned_n = 11;
	snapshot->measures.fallback_outages_n = 2;
	snapshot->measures.fallback_requests_n = 30;
	snapshot->measures.fallback_merged_n = 4;
	snapshot->census = (struct record_census){
	    .waiting_n = 3,
	    .oldest_waiting_s = 1000000,
	    .records_n = {5, 6, 7, 8},
	};
	snapshot->connections_n = 9;
	snapshot->entries_n[0][1][LIST_CLIENT] = 72;
	snapshot->cpu_us = 1500000;
	snapshot->resident_octets = 4096;
	snapshot->virtual_octets = 8192;
	snapshot->open_files_n = -1;
	snapshot->files_max = 1024;
}

static void
assert_lines(const struct snapshot *snapshot, const char *const *lines)
{
	struct text text = {.octets = NULL};

	metrics_write(snapshot, &text);
	assert_false(text.has_failed);
	for (; *lines != NULL; lines++) {
		char line[256];

		snprintf(line, sizeof(line), "\n%s\n", *lines);
		if (strstr(text.octets, line) == NULL)
			fail_msg("no line %s in:\n%s", *lines, text.octets);
	}
	text_free(&text);
}

static void
test_lines(void **state)
{
	static const char *const lines[] = {
	    "tardigrey_build_info{version=\"1.2\"} 1",
	    "tardigrey_decisions_total{action=\"pass\",reason=\"known\",class=\"named\"} 7",
	    "tardigrey_decisions_total{action=\"greylist\",reason=\"new\",class=\"suspicious\"} 0",
	    "tardigrey_decisions_total{action=\"tempfail\",reason=\"failure\","
	    "class=\"unknown\"} 2",
	    "# TYPE tardigrey_delay_seconds histogram",
	    "tardigrey_delay_seconds_bucket{le=\"60\"} 0",
	    "tardigrey_delay_seconds_bucket{le=\"180\"} 1",
	    "tardigrey_delay_seconds_bucket{le=\"600\"} 2",
	    "tardigrey_delay_seconds_bucket{le=\"+Inf\"} 2",
	    "tardigrey_delay_seconds_sum 561",
	    "tardigrey_delay_seconds_count 2",
	    "tardigrey_never_returned_total 11",
	    "tardigrey_store_call_seconds_bucket{call=\"apply\","
	    "le=\"0.000250\"} 1",
	    "tardigrey_store_call_seconds_sum{call=\"apply\"} 0.000120",
	    "tardigrey_store_call_seconds_count{call=\"lookup\"} 0",
	    "tardigrey_waiting_records 3",
	    "tardigrey_oldest_waiting_seconds 90",
	    "tardigrey_records{kind=\"auto-whitelist-domain\"} 8",
	    "tardigrey_list_entries{source=\"file\",list=\"whitelist\","
	    "kind=\"client\"} 72",
	    "tardigrey_healthy 1",
	    "tardigrey_fallback_decides 0",
	    "tardigrey_fallback_outages_total 2",
	    "tardigrey_fallback_requests_total 30",
	    "tardigrey_fallback_merged_total 4",
	    "tardigrey_connections 9",
	    "process_cpu_seconds_total 1.500000",
	    "process_max_fds 1024",
	    NULL,
	};
	struct snapshot snapshot;

	(void)state;
	fill(&snapshot);
	assert_lines(&snapshot, lines);
}

/* What is not known is left out. */
static void
test_unknown(void **state)
{
	static const char *const names[] = {"tardigrey_waiting_records",
	    "tardigrey_oldest_waiting_seconds", "tardigrey_records",
	    "process_open_fds"};
	struct text text = {.octets = NULL};
	struct snapshot snapshot;

	(void)state;
	fill(&snapshot);
	memset(&snapshot.census, 0xff, sizeof(snapshot.census));
	metrics_write(&snapshot, &text);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strstr(text.octets, names[i]) != NULL)
			fail_msg("%s", names[i]);
	text_free(&text);
}

/* An empty queue has no age. */
static void
test_empty_queue(void **state)
{
	static const char *const lines[] = {"tardigrey_waiting_records 0",
	    "tardigrey_oldest_waiting_seconds 0", NULL};
	struct snapshot snapshot;

	(void)state;
	fill(&snapshot);
	snapshot.census.waiting_n = snapshot.census.oldest_waiting_s = 0;
	assert_lines(&snapshot, lines);
}

static void
assert_health(const struct snapshot *snapshot, const char *want)
{
	struct text text = {.octets = NULL};

	health_write(snapshot, &text);
	assert_string_equal(text.octets, want);
	text_free(&text);
}

static void
test_health(void **state)
{
	struct snapshot snapshot;

	(void)state;
	fill(&snapshot);
	assert_health(&snapshot,
	    "healthy: up 90s, 9 decisions (0 deferred), 9 connections, the database "
	    "works\n");
	snapshot.measures
	    .decisions_n[CLASS_NAMED][ACTION_GREYLIST][REASON_NEW] = 1;
	snapshot.is_shadow = true;
	snapshot.shadow_until_s = INT64_MAX;
	assert_health(&snapshot,
	    "healthy: up 90s, 10 decisions (1 deferred), 9 connections, the database works, "
	    "mode = shadow\n");
	snapshot.shadow_until_s = 1801353600;
	snapshot.connections_n = 1;
	assert_health(&snapshot,
	    "healthy: up 90s, 10 decisions (1 deferred), 1 connection, the database works, "
	    "mode = shadow until 2027-01-31\n");
	snapshot.is_shadow = false;
	snapshot.fallback_decides = true;
	err_set(&snapshot.failure, "mx1:6379: Connection refused");
	assert_health(&snapshot,
	    "healthy: up 90s, 10 decisions (1 deferred), 1 connection, database_fallback "
	    "decides, because the database is away: mx1:6379: Connection "
	    "refused\n");
	snapshot.is_healthy = false;
	strcpy(snapshot.failure.text, "t.db: disk I/O error");
	assert_health(&snapshot, "unhealthy: t.db: disk I/O error\n");
}

/* The text grows, and keeps what it has. */
static void
test_text(void **state)
{
	struct text text = {.octets = NULL};

	(void)state;
	for (int i = 0; i < 10000; i++) {
		text_add(&text, "a");
		text_format(&text, "%d", i % 10);
	}
	assert_int_equal(text.n, 20000);
	assert_int_equal(strlen(text.octets), 20000);
	assert_memory_equal(text.octets + 19996, "a8a9", 5);
	text_free(&text);
	assert_null(text.octets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_empty_queue),
	    cmocka_unit_test(test_health),
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
