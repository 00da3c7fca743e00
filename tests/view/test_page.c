/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The status page. The end-to-end test looks at it with a browser. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/page.h"
#include "view/page_parts.h"

#define NOW 1000000

static struct snapshot snapshot;
static struct recent recent;
static struct store_row rows[4];
static struct page page;
static struct text text;

static int
set_up(void **state)
{
	(void)state;
	memset(&snapshot, 0, sizeof(snapshot));
	memset(&recent, 0, sizeof(recent));
	memset(rows, 0, sizeof(rows));
	memset(&page, 0, sizeof(page));
	snapshot.now_s = NOW;
	snapshot.started_s = NOW - 7200;
	snapshot.version = "1.2";
	snapshot.is_healthy = true;
	page = (struct page){.snapshot = &snapshot,
	    .host = "mx.example",
	    .rules.delay_s = 300,
	    .has_days = true,
	    .waiting = rows,
	    .recent = &recent};
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	text_free(&text);
	return 0;
}

static void
write_page(void)
{
	text_free(&text);
	page_write(&page, "NONCE", &text);
	assert_false(text.has_failed);
}

static void
assert_has(const char *part)
{
	if (strstr(text.octets, part) == NULL)
		fail_msg("no %s in:\n%s", part, text.octets);
}

static void
assert_lacks(const char *part)
{
	if (strstr(text.octets, part) != NULL)
		fail_msg("%s in:\n%s", part, text.octets);
}

static void
decide(enum reason reason, const char *client, const char *sender,
    const char *recipient)
{
	struct request request;
	struct verdict verdict = {
	    .action = reason_defers(reason) ? ACTION_GREYLIST : ACTION_PASS,
	    .reason = reason,
	    .wait_s = 200,
	};

	request_clear(&request);
	strcpy(request.client_name, client);
	strcpy(request.sender, sender);
	strcpy(request.recipient, recipient);
	recent_add(&recent, &request, &verdict, NOW - 60);
}

/* ---- Values ---- */

static void
test_values(void **state)
{
	static const struct {
		const char *value, *want;
	} values[] = {
	    {"", ""},
	    {"a@example.org", "a@example.org"},
	    {"<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"},
	    {"\x1b[1m\t\n", "\\x1b[1m\\x09\\x0a"},
	    {"\xe2\x80\xae\x7f", "\\xe2\\x80\\xae\\x7f"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		text_free(&text);
		text_add(&text, "");
		page_add_value(&text, values[i].value);
		assert_string_equal(text.octets, values[i].want);
	}
}

static void
test_numbers(void **state)
{
	static const struct {
		int64_t number;
		const char *want;
	} numbers[] = {{0, "0"}, {999, "999"}, {1000, "1,000"},
	    {1234567, "1,234,567"}, {-1, "-1"}, {-123456, "-123,456"}};
	static const struct {
		int64_t span_s;
		const char *want;
	} spans[] = {{-3, "0 s"}, {59, "59 s"}, {60, "1 min"}, {3599, "59 min"},
	    {3600, "1 h"}, {7500, "2 h 5 min"}, {86400, "24 h"},
	    {2 * 86400, "2 days"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		text_free(&text);
		page_add_number(&text, numbers[i].number);
		assert_string_equal(text.octets, numbers[i].want);
	}
	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		text_free(&text);
		page_add_span(&text, spans[i].span_s);
		assert_string_equal(text.octets, spans[i].want);
	}
}

/* ---- Pages ---- */

static void
test_empty(void **state)
{
	(void)state;
	write_page();
	assert_has("No mail has been checked today");
	assert_has("Nothing is waiting.");
	assert_has("<style nonce=\"NONCE\">");
	assert_has("<script nonce=\"NONCE\">");
	assert_has("<span class=\"health\">healthy</span>");
	assert_lacks("class=\"alarm\"");
}

static void
test_sums(void **state)
{
	(void)state;
	page.days[0].total_n = 1100;
	page.days[0].reasons_n[REASON_NEW] = 50;
	page.days[0].reasons_n[REASON_RETRIED] = 20;
	page.days[0].delays_n[3] = 20;
	page.days[29].total_n = 1000;
	page.days[29].reasons_n[REASON_NEW] = 1000;
	write_page();
	assert_has("Today, <b>1,030</b> passed at once, and <b>50</b> were "
		   "asked to come back later. <b>20</b> came back and passed, "
		   "half of it within 5 min.");
	assert_has("<title>today: 50 deferred, 20 came back");
	assert_has("<title>29 days ago: 1000 deferred, 0 came back");
	assert_has("up to 5m</text>");
	assert_has(">1,050</td>"); /* deferred in 30 days */
}

static void
test_failing(void **state)
{
	(void)state;
	snapshot.is_healthy = false;
	snapshot.is_shadow = true;
	snapshot.shadow_until_s = INT64_MAX;
	strcpy(snapshot.failure.text, "/var/<x>.db: disk I/O error");
	write_page();
	assert_has("class=\"alarm\" role=\"alert\">The database fails: "
		   "/var/&lt;x&gt;.db: disk I/O error.");
	assert_has("not healthy");
	assert_has("No mail has been checked today");
	page.has_days = false;
	write_page();
	assert_has("The numbers of the last days cannot be read.");
	assert_lacks("No mail has been checked today");
	assert_has("<b>A trial</b>");
}

/* A trial says when it ends. Its deferrals are those that would have been. */
static void
test_trial(void **state)
{
	(void)state;
	snapshot.is_shadow = true;
	snapshot.shadow_until_s = 1801353600;
	page.days[0].total_n = 3;
	page.days[0].reasons_n[REASON_NEW] = 2;
	page.days[0].would_defer_n = 2;
	write_page();
	assert_has("<b>A trial until 2027-01-31</b>");
	assert_has(
	    "<b>1</b> passed at once, and <b>2</b> would have been asked "
	    "to come back later.");
	assert_has("Only a trial");
}

static void
test_waiting(void **state)
{
	(void)state;
	rows[0].record.first_seen_s = NOW - 60;
	strcpy(rows[0].key.client, "192.0.2.0/24");
	strcpy(rows[0].key.sender, "new@example.net");
	strcpy(rows[0].key.recipient, "b@example.org");
	rows[1].record.first_seen_s = NOW - 3600;
	strcpy(rows[1].key.client, "198.51.100.0/24");
	strcpy(rows[1].key.sender, "old@example.net");
	rows[2] = rows[0];
	rows[2].record.delay_s = 1000;
	rows[2].key.kind = KEY_TRIPLET_POOL;
	strcpy(rows[2].key.client, "pool.example");
	strcpy(rows[2].key.sender, "pool@example.net");
	page.waiting_n = 3;
	snapshot.census.waiting_n = 3;
	write_page();
	assert_has("<b>4 min</b> left</td><td class=\"mail\">new@example.net");
	assert_has("may pass now</td><td class=\"mail\">old@example.net");
	assert_has(
	    "<b>16 min</b> left</td><td class=\"mail\">pool@example.net");
	/* Both records of one triplet. */
	strcpy(rows[2].key.sender, rows[0].key.sender);
	write_page();
	assert_has("<b>16 min</b> left</td><td class=\"mail\">new@example.net");
	assert_lacks("<b>4 min</b> left");
}

/* A mail that retried too early waits, until a later decision passes it. */
static void
test_early(void **state)
{
	(void)state;
	decide(REASON_EARLY, "c", "a@example.net", "b@example.org");
	write_page();
	assert_has("<b>3 min</b> left</td><td class=\"mail\">a@example.net");
	decide(REASON_RETRIED, "c", "a@example.net", "b@example.org");
	write_page();
	assert_lacks("left</td>");
	assert_has("Nothing is waiting.");
}

/* Every text of a stranger is escaped. */
static void
test_hostile(void **state)
{
	static const char *const raw[] = {
	    "<script>x", "<img", "\x1b", "\xe2\x80\xae"};
	static const char hostile[] =
	    "\"><img src=x>'><script>x</script>\x1b\xe2\x80\xae";

	(void)state;
	decide(REASON_NEW, hostile, hostile, hostile);
	decide(REASON_EARLY, hostile, hostile, hostile);
	strcpy(rows[0].key.client, hostile);
	strcpy(rows[0].key.sender, hostile);
	strcpy(rows[0].key.recipient, hostile);
	page.waiting_n = 1;
	page.host = hostile;
	write_page();
	for (size_t i = 0; i < ARRAY_LEN(raw); i++)
		assert_lacks(raw[i]);
	assert_has("&quot;&gt;&lt;img src=x&gt;&#39;&gt;&lt;script&gt;x");
}

/* Only the latest decisions are kept. */
static void
test_recent(void **state)
{
	char sender[32];

	(void)state;
	for (int i = 0; i < RECENT_MAX + 3; i++) {
		snprintf(sender, sizeof(sender), "%d@example.net", i);
		decide(REASON_KNOWN, "unknown", sender, "b@example.org");
	}
	assert_int_equal(recent.n, RECENT_MAX);
	assert_string_equal(recent_at(&recent, 0)->sender, sender);
	assert_string_equal(recent_at(&recent, RECENT_MAX - 1)->sender,
	    "3@example.net");
}

/* ---- History ---- */

static void
test_history(void **state)
{
	const struct hourly_stats_count counts[] = {
	    {0, "new", 0, 10, "suspicious"}, {0, "late", 0, 2, ""},
	    {0, "early", 0, 5, ""}, {0, "retried", 300, 3, ""},
	    {3600, "retried", INT64_MAX, 1, ""},
	    {0, "never-returned", 0, 70, ""}, {0, "would-defer", 0, 9, "named"},
	    {0, "failure", 0, 4, ""}, {0, "of-a-newer-version", 0, 6, ""}};
	struct history history = {.total_n = 0}, twice = {.total_n = 0};

	(void)state;
	assert_int_equal(hourly_stats_bounds_n, HISTORY_DELAYS);
	assert_int_equal(history_percentile_s(&history, 50), -1);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		history_add(&history, &counts[i]);
	assert_int_equal(history.total_n, 31);
	assert_int_equal(history_deferred_n(&history), 17);
	assert_int_equal(history_failed_n(&history), 10);
	assert_int_equal(history_first_attempts_n(&history), 12);
	assert_int_equal(history_never_came_back_n(&history), 8);
	assert_int_equal(history.never_returned_n, 70);
	assert_int_equal(history.would_defer_n, 9);
	assert_int_equal(history.deferred_n[CLASS_SUSPICIOUS], 10);
	assert_int_equal(history.deferred_n[CLASS_UNKNOWN], 7);
	assert_int_equal(history.retried_n[CLASS_UNKNOWN], 4);
	assert_int_equal(history_percentile_s(&history, 75), 300);
	assert_int_equal(history_percentile_s(&history, 76), INT64_MAX);
	history_merge(&twice, &history);
	history_merge(&twice, &history);
	assert_int_equal(twice.total_n, 62);
	assert_int_equal(history_first_attempts_n(&twice), 24);
	assert_int_equal(history_percentile_s(&twice, 75), 300);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_values),
	    TEST(test_numbers),
	    TEST(test_empty),
	    TEST(test_sums),
	    TEST(test_failing),
	    TEST(test_trial),
	    TEST(test_waiting),
	    TEST(test_early),
	    TEST(test_hostile),
	    TEST(test_recent),
	    TEST(test_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
