/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The checker: replies, log lines, notices, lists and counts of a batch. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "lists/list_file.h"
#include "mail/log_line.h"
#include "mail/reply.h"
#include "service/checker.h"
#include "service/list_entries.h"
#include "store/fallback/store_fallback.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define NOW   1000000800 /* the start of an hour */
#define BATCH 4

struct fixture {
	struct store *memory;
	struct store_faulty faulty;
	struct store *fallback; /* around it; or NULL */
	struct settings *settings;
	struct checker *checker;
	struct batch *batch;
	struct checker_time now;
};

static int
set_up(void **state)
{
	static struct fixture f;
	const struct store_options options = {.timeout_ms = 1};
	struct err err;

	memset(&f, 0, sizeof(f));
	f.memory = store_open("memory:", &options, &err);
	store_faulty_init(&f.faulty, f.memory);
	f.settings = settings_new();
	f.batch = batch_new(BATCH);
	f.now = (struct checker_time){NOW, 5000};
	f.checker = checker_new(&f.faulty.store, f.settings, BATCH);
	*state = &f;
	return f.memory != NULL && f.batch != NULL && f.checker != NULL ? 0
									: -1;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	checker_free(f->checker);
	batch_free(f->batch);
	settings_free(f->settings);
	store_close(f->fallback);
	store_close(f->memory);
	return 0;
}

/* ---- Requests ---- */

static struct request
request_of(const char *client, const char *sender)
{
	struct request request;

	request_clear(&request);
	netaddr_parse(client, &request.client);
	strcpy(request.client_address, client);
	strcpy(request.sender, sender);
	strcpy(request.recipient, "b@example.org");
	return request;
}

static void
add(struct fixture *f, const char *client, const char *sender)
{
	struct request request = request_of(client, sender);

	batch_add(f->batch, NULL, &request);
}

static const struct answer *
ask(struct fixture *f, const char *client, const char *sender)
{
	batch_clear(f->batch);
	add(f, client, sender);
	checker_run(f->checker, f->batch, &f->now);
	return &f->batch->answers[0];
}

static void
set(struct fixture *f, const char *name, const char *value)
{
	struct settings *settings = settings_new();
	struct err err;

	assert_non_null(settings);
	settings->config = f->settings->config;
	if (config_set(&settings->config, name, value, "test", &err) != 0)
		fail_msg("%s", err.text);
	checker_configure(f->checker, settings);
	settings_free(f->settings);
	f->settings = settings;
}

static void
assert_notices(const struct fixture *f, size_t n, enum notice_kind kind,
    const char *text)
{
	assert_int_equal(f->batch->notices.n, n);
	if (n == 0)
		return;
	assert_int_equal(f->batch->notices.items[n - 1].kind, kind);
	assert_non_null(strstr(f->batch->notices.items[n - 1].text, text));
}

/* ---- Answers ---- */

static void
test_answers(void **state)
{
	struct fixture *f = *state;
	static int owners[2];
	struct request request = request_of("192.0.2.1", "a@example.net");
	struct request local = request_of("192.0.2.2", "a@example.net");

	local.authenticated = true;
	batch_add(f->batch, &owners[0], &request);
	batch_add(f->batch, &owners[1], &local);
	checker_run(f->checker, f->batch, &f->now);
	assert_int_equal(f->batch->n, 2);
	assert_ptr_equal(f->batch->owners[1], &owners[1]);
	assert_int_equal(f->batch->verdicts[0].reason, REASON_NEW);
	assert_int_equal(strncmp(f->batch->answers[0].reply,
			     "action=DEFER_IF_PERMIT 4.2.0 ", 29),
	    0);
	assert_int_equal(f->batch->answers[0].reply_n,
	    strlen(f->batch->answers[0].reply));
	assert_non_null(strstr(f->batch->answers[0].log_line,
	    "action=greylist, reason=new, "));
	assert_string_equal(f->batch->answers[1].reply, "action=DUNNO\n\n");
	assert_non_null(strstr(f->batch->answers[1].log_line,
	    "reason=authenticated, "));
	assert_false(f->batch->store_failed);
	assert_notices(f, 0, 0, "");
}

/* A full batch has room for the longest replies and log lines. */
static void
test_longest_texts(void **state)
{
	struct fixture *f = *state;
	static struct request request;
	char name[REQUEST_TEXT_MAX + 1];

	request = request_of("192.0.2.1", "");
	memset(request.sender, '\x01', REQUEST_ADDRESS_MAX);
	memset(request.recipient, '\x01', REQUEST_ADDRESS_MAX);
	request.sender[REQUEST_ADDRESS_MAX] = '\0';
	request.recipient[REQUEST_ADDRESS_MAX] = '\0';
	memset(name, '\x01', REQUEST_TEXT_MAX);
	name[REQUEST_TEXT_MAX] = '\0';
	strcpy(request.client_name, name);
	strcpy(request.client_address, name);
	strcpy(request.protocol_state, name);
	strcpy(request.instance, name);
	strcpy(request.queue_id, name);
	strcpy(request.policy_context, name);
	for (int i = 0; i < BATCH; i++)
		batch_add(f->batch, NULL, &request);
	checker_run(f->checker, f->batch, &f->now);
	for (int i = 0; i < BATCH; i++)
		assert_non_null(strstr(f->batch->answers[i].log_line,
		    ", policy_context=\\x01"));
	assert_true(f->batch->text_n <=
	    BATCH * (REPLY_MAX + 1 + LOG_LINE_SIZE));
}

/* With trust_client_name, a request without reverse_client_name has a pool. */
static void
test_trust_client_name(void **state)
{
	static const struct key pool = {
	    KEY_TRIPLET_POOL, "example.com", "a@example.net", "b@example.org"};
	struct fixture *f = *state;
	struct request request = request_of("192.0.2.1", "a@example.net");
	struct store_answer answer;
	struct err err;

	strcpy(request.client_name, "mx.example.com");
	for (int trusted = 0; trusted < 2; trusted++) {
		if (trusted)
			set(f, "trust_client_name", "yes");
		batch_clear(f->batch);
		batch_add(f->batch, NULL, &request);
		checker_run(f->checker, f->batch, &f->now);
		assert_int_equal(f->memory->records->lookup(f->memory, &pool, 1,
				     &answer, &err),
		    STORE_OK);
		assert_int_equal(answer.found, trusted);
	}
}

/* ---- The store fails ---- */

static void
test_failure(void **state)
{
	struct fixture *f = *state;

	f->faulty.lookup_fails = true;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(f->batch->verdicts[0].reason, REASON_FAILURE);
	assert_true(f->batch->store_failed);
	assert_notices(f, 1, NOTICE_STORE_FAILED, "told to fail to look up");
	set(f, "on_failure", "close");
	assert_int_equal(ask(f, "192.0.2.1", "a@b")->reply_n, 0);
	assert_non_null(strstr(f->batch->answers[0].log_line,
	    "action=close, "));

	/* A store that can only be read has not recovered. */
	f->faulty.lookup_fails = false;
	f->faulty.apply_fails = true;
	ask(f, "192.0.2.1", "a@b");
	assert_notices(f, 1, NOTICE_STORE_FAILED, "told to fail to apply");
	f->faulty.apply_fails = false;
	ask(f, "192.0.2.1", "a@b");
	assert_notices(f, 1, NOTICE_STORE_RECOVERED, "works again");
	assert_false(f->batch->store_failed);
	ask(f, "192.0.2.1", "c@b");
	assert_notices(f, 0, 0, "");
}

/* The notice says what requests get. */
static void
test_failure_in_shadow(void **state)
{
	struct fixture *f = *state;

	set(f, "on_failure", "tempfail");
	f->faulty.lookup_fails = true;
	ask(f, "192.0.2.1", "a@b");
	assert_notices(f, 1, NOTICE_STORE_FAILED,
	    "requests are deferred (on_failure)");
	set(f, "mode", "shadow");
	assert_string_equal(ask(f, "192.0.2.1", "a@b")->reply,
	    "action=DUNNO\n\n");
	assert_notices(f, 1, NOTICE_STORE_FAILED,
	    "requests pass (mode = shadow)");
}

/* A store without room is not a broken store. Only a new triplet shows that it
 * has room again. */
static void
test_no_room(void **state)
{
	struct fixture *f = *state;

	ask(f, "192.0.2.1", "a@b");
	f->faulty.has_no_room = true;
	ask(f, "192.0.2.1", "c@b");
	assert_int_equal(f->batch->verdicts[0].reason, REASON_FAILURE);
	assert_false(f->batch->store_failed);
	assert_notices(f, 1, NOTICE_STORE_FAILED,
	    "until it has room, requests for new triplets pass (on_failure)");
	f->faulty.has_no_room = false;
	f->now.now_s += 300;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(f->batch->verdicts[0].reason, REASON_RETRIED);
	assert_notices(f, 0, 0, "");
	ask(f, "192.0.2.1", "c@b");
	assert_int_equal(f->batch->verdicts[0].reason, REASON_NEW);
	assert_notices(f, 1, NOTICE_STORE_RECOVERED, "works again");
}

/* Requests that have waited long enough do not ask the store again. [C30] */
static void
test_give_up(void **state)
{
	struct fixture *f = *state;

	add(f, "192.0.2.1", "a@b");
	f->batch->give_up = true;
	checker_run(f->checker, f->batch, &f->now);
	assert_int_equal(f->batch->verdicts[0].reason, REASON_FAILURE);
	assert_int_equal(f->faulty.lookups_n, 0);
	assert_notices(f, 0, 0, "");
}

/* ---- Lists ---- */

static void
put_entry(struct fixture *f, const char *pattern)
{
	struct store_entry entry = {
	    .kind = LIST_CLIENT, .effect = LIST_WHITELIST};
	struct err err;

	strcpy(entry.pattern, pattern);
	assert_int_equal(f->memory->lists->put_entries(f->memory, &entry, 1,
			     &err),
	    STORE_OK);
}

static int
reason_of(const struct fixture *f)
{
	return (int)f->batch->verdicts[0].reason;
}

static void
use_fallback(struct fixture *f)
{
	const struct store_options options = {.timeout_ms = 1};
	struct err err;

	f->fallback = store_fallback_new(&f->faulty.store,
	    store_open("memory:", &options, &err),
	    store_open("memory:", &options, &err));
	assert_non_null(f->fallback);
	checker_free(f->checker);
	f->checker = checker_new(f->fallback, f->settings, BATCH);
	assert_non_null(f->checker);
	checker_maintain(f->checker, f->now.now_s);
}

/* While the database is away, the fallback and the known list entries decide.
 * The log says when that begins and ends. */
static void
test_fallback(void **state)
{
	struct fixture *f = *state;
	struct err why;

	use_fallback(f);
	put_entry(f, "192.0.2.9");
	ask(f, "192.0.2.1", "a@b");
	checker_maintain(f->checker, f->now.now_s);
	f->faulty.is_away = true;
	f->now.now_s += 300;
	f->now.monotonic_ms += 300000;
	assert_false(checker_fallback_decides(f->checker, &why));
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_RETRIED);
	assert_false(f->batch->store_failed);
	assert_notices(f, 1, NOTICE_FALLBACK_BEGINS,
	    "told to be away; until the database works again, "
	    "database_fallback decides");
	assert_true(checker_fallback_decides(f->checker, &why));
	assert_false(checker_is_failing(f->checker, &why));
	ask(f, "192.0.2.9", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	checker_write_counts(f->checker);
	checker_maintain(f->checker, f->now.now_s);
	f->faulty.is_away = false;
	for (int i = 0; i < 3; i++)
		checker_maintain(f->checker, f->now.now_s);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_KNOWN);
	assert_notices(f, 1, NOTICE_FALLBACK_ENDS,
	    "database_fallback decided 2 requests, and 2 of its records");
	assert_int_equal(checker_measures(f->checker)->fallback_outages_n, 1);
	assert_int_equal(checker_measures(f->checker)->failures_n, 0);
}

static void
test_entries_are_read_again(void **state)
{
	struct fixture *f = *state;

	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	put_entry(f, "192.0.2.1");
	f->now.monotonic_ms += 199;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_EARLY);
	f->now.monotonic_ms += 1;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	assert_non_null(strstr(f->batch->answers[0].log_line,
	    ", list=entry, "));
}

/* While a part of the database is away, the failure does not end with each
 * batch that needs only the other parts. */
static void
test_part_is_away(void **state)
{
	struct fixture *f = *state;
	struct err why;

	f->faulty.away_client = "192.0.2.0/24";
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_FAILURE);
	assert_false(f->batch->store_failed);
	assert_notices(f, 1, NOTICE_STORE_FAILED,
	    "told to be partly away; until this part of the database works "
	    "again, requests for its records pass (on_failure)");
	ask(f, "198.51.100.1", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	assert_true(checker_is_failing(f->checker, &why));
	assert_notices(f, 1, NOTICE_STORE_FAILED, "told to be partly away");
	f->faulty.away_client = NULL;
	ask(f, "192.0.2.1", "c@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	assert_notices(f, 1, NOTICE_STORE_RECOVERED, "works again");
}

/* If the part with the entries is away, those that were read remain in force.
 * But if they were never read, nobody knows what they say. */
static void
test_entries_are_away(void **state)
{
	struct fixture *f = *state;

	put_entry(f, "192.0.2.1");
	f->faulty.entries_are_away = true;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_FAILURE);
	f->faulty.entries_are_away = false;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	f->faulty.entries_are_away = true;
	f->now.monotonic_ms += 1000;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_EARLY);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
}

/* If changed entries cannot be read, the old ones remain in force, and they are
 * read again after five seconds. */
static void
test_entries_fail(void **state)
{
	struct fixture *f = *state;

	put_entry(f, "192.0.2.1");
	f->faulty.entries_fail = true;
	ask(f, "192.0.2.1", "a@b"); /* there are no old ones */
	assert_int_equal(reason_of(f), REASON_FAILURE);
	f->faulty.entries_fail = false;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	put_entry(f, "192.0.2.2");
	f->faulty.entries_fail = true;
	f->now.monotonic_ms += 200;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	assert_false(f->batch->store_failed);
	assert_notices(f, 1, NOTICE_STORE_FAILED,
	    "cannot read the list entries; the old ones are still in force: "
	    "told to fail to read entries");
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	f->faulty.entries_fail = false;
	f->now.monotonic_ms += 4999;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_EARLY);
	f->now.monotonic_ms += 1;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
}

static void
ignore_warning(const char *text, void *arg)
{
	(void)text;
	(void)arg;
}

/* Many entries are left to the caller. The old ones count until it has read
 * them. The first ones are not left to it. */
static void
test_many_entries(void **state)
{
	struct fixture *f = *state;
	struct list_entries entries;
	struct list *read;
	struct err err;

	f->faulty.has_many_entries = true;
	put_entry(f, "192.0.2.1");
	checker_leave_entries(f->checker, ACTIVE_LISTS_LEAVE_MANY);
	checker_refresh_entries(f->checker, f->now.monotonic_ms);
	assert_false(checker_wants_entries(f->checker));
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	put_entry(f, "192.0.2.2");
	f->now.monotonic_ms += 1000;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	assert_true(checker_wants_entries(f->checker));
	/* Entries for another longest delay are of no use. */
	assert_int_equal(list_entries_read(f->memory, 3600, ignore_warning,
			     NULL, &entries, &err),
	    STORE_OK);
	read = entries.list;
	entries.delay_max_s = config_delay_max_s(&f->settings->config) + 1;
	checker_use_entries(f->checker, &entries);
	assert_ptr_equal(entries.list, read);
	assert_true(checker_wants_entries(f->checker));
	entries.delay_max_s--;
	checker_use_entries(f->checker, &entries);
	assert_non_null(entries.list);
	assert_ptr_not_equal(entries.list, read);
	list_free(entries.list);
	assert_false(checker_wants_entries(f->checker));
	f->now.monotonic_ms += 1000;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	assert_false(checker_wants_entries(f->checker));
	f->faulty.has_many_entries = false; /* few are read at once */
	put_entry(f, "192.0.2.3");
	f->now.monotonic_ms += 1000;
	ask(f, "192.0.2.3", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
}

/* All changed entries are left to the caller, but not the first ones. */
static void
test_all_entries_are_left(void **state)
{
	struct fixture *f = *state;

	put_entry(f, "192.0.2.1");
	checker_leave_entries(f->checker, ACTIVE_LISTS_LEAVE_ALL);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	put_entry(f, "192.0.2.2");
	f->now.monotonic_ms += 1000;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	assert_true(checker_wants_entries(f->checker));
}

/* An entry that is not valid: another program wrote it. */
static void
test_invalid_entry(void **state)
{
	struct fixture *f = *state;

	put_entry(f, "192.0.2.1/99");
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	assert_notices(f, 1, NOTICE_LIST_ENTRY,
	    "ignoring the list entry client \"192.0.2.1/99\"");
	ask(f, "192.0.2.1", "a@b");
	assert_notices(f, 0, 0, "");
}

/* ---- Counting ---- */

struct counted {
	int64_t n, hits_n;
};

static void
add_count(const struct hourly_stats_count *count, void *arg)
{
	struct counted *counted = arg;

	counted->n += count->n;
}

static void
add_hit(const struct store_hit *hit, void *arg)
{
	struct counted *counted = arg;

	counted->hits_n += hit->n;
}

static struct counted
counted(struct fixture *f, int64_t from_s)
{
	struct counted out = {0, 0};
	struct err err;

	f->memory->counts->counts(f->memory, from_s, from_s + 3600, add_count,
	    &out, &err);
	f->memory->counts->hits(f->memory, add_hit, &out, &err);
	return out;
}

static void
test_counts(void **state)
{
	struct fixture *f = *state;

	put_entry(f, "192.0.2.1");
	ask(f, "192.0.2.1", "a@b");
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(counted(f, NOW).n, 0);
	checker_flush(f->checker, f->batch);
	assert_int_equal(counted(f, NOW).n, 2);
	assert_int_equal(counted(f, NOW).hits_n, 1);
	checker_flush(f->checker, f->batch);
	assert_int_equal(counted(f, NOW).n, 2);

	/* Another hour begins. */
	ask(f, "192.0.2.2", "a@b");
	f->now.now_s += 3600;
	ask(f, "192.0.2.2", "a@b");
	assert_int_equal(counted(f, NOW).n, 3);
	checker_flush(f->checker, f->batch);
	assert_int_equal(counted(f, NOW + 3600).n, 1);

	/* What cannot be written now counts in a later hour. */
	ask(f, "192.0.2.2", "a@b");
	f->faulty.apply_fails = true;
	batch_clear(f->batch);
	checker_flush(f->checker, f->batch);
	assert_notices(f, 1, NOTICE_STORE_FAILED, "told to fail to count");
	f->faulty.apply_fails = false;
	f->now.now_s += 3600;
	ask(f, "192.0.2.2", "a@b");
	checker_flush(f->checker, f->batch);
	assert_int_equal(counted(f, NOW + 3600).n + counted(f, NOW + 7200).n,
	    3);
}

/* Counts and decisions that are in a part that is away do not fail requests. */
static void
test_counts_are_away(void **state)
{
	struct fixture *f = *state;

	ask(f, "192.0.2.1", "a@b");
	f->faulty.counts_are_away = true;
	batch_clear(f->batch);
	checker_flush(f->checker, f->batch);
	assert_false(f->batch->store_failed);
	assert_notices(f, 1, NOTICE_STORE_FAILED,
	    "told to be partly away; until this part of the database works "
	    "again, requests for its records pass (on_failure)");
	f->now.now_s++;
	checker_maintain(f->checker, f->now.now_s);
	batch_clear(f->batch);
	ask(f, "198.51.100.1", "a@b");
	assert_int_equal(reason_of(f), REASON_NEW);
	assert_notices(f, 2, NOTICE_STORE_RECOVERED, "works again");
	assert_non_null(strstr(f->batch->notices.items[0].text,
	    "until this part of the database works again"));
	f->faulty.counts_are_away = false;
	checker_flush(f->checker, f->batch);
	assert_int_equal(counted(f, NOW).n, 2);
}

/* ---- Other settings ---- */

static struct list *
list_of(const char *line)
{
	struct list *list = list_new();
	struct list_file file = {.name = "f",
	    .kind = LIST_CLIENT,
	    .effect = LIST_WHITELIST,
	    .delay_max_s = 1};
	struct err err;

	assert_int_equal(list_file_parse(list, &file, line, strlen(line), &err),
	    0);
	assert_int_equal(list_seal(list, &err), 0);
	return list;
}

static void
test_configure(void **state)
{
	struct fixture *f = *state;
	struct settings *settings = settings_new();

	settings->config = f->settings->config;
	settings->files = list_of("192.0.2.1\n");
	checker_configure(f->checker, settings);
	settings_free(f->settings);
	f->settings = settings;
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(reason_of(f), REASON_CLIENT_WHITELIST);
	assert_non_null(strstr(f->batch->answers[0].log_line, ", list=f:1, "));

	/* The hits of the old files are written before the files are freed. */
	set(f, "delay", "10m");
	assert_int_equal(counted(f, NOW).hits_n, 1);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(f->batch->verdicts[0].wait_s, 600);
}

/* ---- Between batches ---- */

/* Maintenance of a store that reports this, or fails. */
static struct record_maintenance done;
static bool maintenance_fails;
static int64_t maintained_s = NOW;

static enum store_rc
maintain(struct store *store, int64_t now_s, struct record_maintenance *report,
    struct err *err)
{
	(void)store;
	assert_int_equal(now_s, maintained_s);
	*report = done;
	if (!maintenance_fails)
		return STORE_OK;
	err_set(err, "the file is gone");
	return STORE_FAILED;
}

/* The store reports n triplets that never returned, and some of them. */
static void
let_go(struct fixture *f, int64_t now_s, int64_t n)
{
	static struct record_lost lost[RECORD_LOST_MAX];
	size_t lost_n = n < RECORD_LOST_MAX ? (size_t)n : RECORD_LOST_MAX;

	for (size_t i = 0; i < lost_n; i++)
		lost[i] = (struct record_lost){
		    .key = {.client = "192.0.2.0/24",
			.sender = "a, reason=known",
			.recipient = "b@example.org"},
		    .address = "192.0.2.7",
		    .first_seen_s = now_s - 86401,
		};
	done = (struct record_maintenance){
	    .never_returned_n = n, .lost = lost, .lost_n = lost_n};
	f->now.now_s = maintained_s = now_s;
	checker_maintain(f->checker, now_s);
	ask(f, "192.0.2.1", "a@b");
}

/* Eight lines a second are logged. The number of the others is logged at most
 * once a minute. [C73] */
static void
test_never_returned(void **state)
{
	struct fixture *f = *state;
	const struct record_store_ops *own = f->faulty.store.records;
	struct record_store_ops ops = *own;
	static const char rest[] =
	    " more triplets never returned; they have no lines, because at "
	    "most 8 a second are logged";
	char want[200];
	int64_t before_n;

	ops.maintain = maintain;
	f->faulty.store.records = &ops;
	let_go(f, NOW, 1);
	assert_int_equal(f->batch->notices.n, 1);
	assert_int_equal(f->batch->notices.items[0].kind,
	    NOTICE_NEVER_RETURNED);
	assert_string_equal(f->batch->notices.items[0].text,
	    "action=expire, reason=never-returned, client_address=192.0.2.7, "
	    "sender=a\\x2c\\x20reason=known, recipient=b@example.org, "
	    "age=86401, key_client=192.0.2.0/24, reference=jj78c9xw");
	let_go(f, NOW, 100); /* 7 lines, and the number of the others */
	assert_int_equal(f->batch->notices.n, 8);
	snprintf(want, sizeof(want), "93%s", rest);
	assert_string_equal(f->batch->notices.items[7].text, want);
	let_go(f, NOW, 100);
	assert_int_equal(f->batch->notices.n, 0);
	let_go(f, NOW + 59, 100);
	assert_int_equal(f->batch->notices.n, 8);
	let_go(f, NOW + 60, 0);
	assert_int_equal(f->batch->notices.n, 1);
	snprintf(want, sizeof(want), "192%s", rest);
	assert_string_equal(f->batch->notices.items[0].text, want);
	before_n = checker_measures(f->checker)->never_returned_n;
	set(f, "log_never_returned", "no");
	let_go(f, NOW + 200, 100);
	assert_int_equal(f->batch->notices.n, 0);
	assert_int_equal(checker_measures(f->checker)->never_returned_n,
	    before_n + 100);
	maintained_s = NOW;
	f->faulty.store.records = own;
}

/* What was evicted becomes a notice of the next batch, as does a failure. The
 * memory store has no maintenance. [C54] */
static void
test_maintain(void **state)
{
	struct fixture *f = *state;
	const struct record_store_ops *own = f->faulty.store.records;
	struct record_store_ops ops = *own;

	checker_maintain(f->checker, f->now.now_s);
	ops.maintain = maintain;
	f->faulty.store.records = &ops;
	f->now.now_s = NOW;
	ask(f, "192.0.2.1", "a@b");
	done = (struct record_maintenance){.expired_n = 7};
	checker_maintain(f->checker, f->now.now_s);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(f->batch->notices.n, 0);
	done = (struct record_maintenance){.evicted_n = 7,
	    .forgotten_n = 5,
	    .forgotten_correspondents_n = 6,
	    .refused_n = 8,
	    .refused = "192.0.2.9"};
	checker_maintain(f->checker, f->now.now_s);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(f->batch->notices.n, 4);
	assert_string_equal(f->batch->notices.items[0].text,
	    "too many triplets are waiting (max_waiting): evicted 7, first of "
	    "the addresses that have the most");
	assert_string_equal(f->batch->notices.items[1].text,
	    "too many records of known triplets and clients (max_known): "
	    "removed 5, those that were used least recently");
	assert_string_equal(f->batch->notices.items[2].text,
	    "too many correspondents (max_correspondents): removed 6, those "
	    "with the oldest mail to them");
	assert_string_equal(f->batch->notices.items[3].text,
	    "too many triplets of 192.0.2.9 are waiting "
	    "(max_waiting_per_address): 8 not stored");
	maintenance_fails = true;
	checker_maintain(f->checker, f->now.now_s);
	ask(f, "192.0.2.1", "a@b");
	assert_int_equal(f->batch->notices.n, 1);
	assert_string_equal(f->batch->notices.items[0].text,
	    "the file is gone; until the store works again, requests pass "
	    "(on_failure)");
	maintenance_fails = false;
	f->faulty.store.records = own;
}

/* After a failure, requests that write nothing do not show that the store works
 * again. The counts do, unless only a part was away. */
static void
test_counts_show_recovery(void **state)
{
	struct fixture *f = *state;
	struct err why;

	ask(f, "192.0.2.1", "a@b");
	f->faulty.is_away = true;
	ask(f, "192.0.2.1", "a@b");
	assert_true(checker_is_failing(f->checker, &why));
	checker_flush(f->checker, f->batch);
	assert_true(checker_is_failing(f->checker, &why));
	f->faulty.is_away = false;
	batch_clear(f->batch);
	checker_flush(f->checker, f->batch);
	assert_false(checker_is_failing(f->checker, &why));
	assert_notices(f, 1, NOTICE_STORE_RECOVERED, "works again");
	f->faulty.away_client = "192.0.2.0/24";
	ask(f, "192.0.2.1", "a@b");
	assert_true(checker_is_failing(f->checker, &why));
	checker_flush(f->checker, f->batch);
	assert_true(checker_is_failing(f->checker, &why));
}

/* A store that has more to do is asked again at once, unless its decisions
 * cannot be written: after a failure it may begin from the start. */
static void
test_more_maintenance(void **state)
{
	struct fixture *f = *state;
	const struct record_store_ops *own = f->faulty.store.records;
	struct record_store_ops ops = *own;

	ops.maintain = maintain;
	f->faulty.store.records = &ops;
	f->now.now_s = maintained_s = NOW;
	done = (struct record_maintenance){.has_more = true};
	assert_true(checker_maintain(f->checker, NOW));
	f->faulty.trim_fails = true;
	maintained_s = NOW + 2;
	assert_false(checker_maintain(f->checker, NOW + 2));
	f->faulty.trim_fails = false;
	maintained_s = NOW + 4;
	assert_true(checker_maintain(f->checker, NOW + 4));
	maintained_s = NOW;
	f->faulty.store.records = own;
}

/* At the end, the log says how many decisions were lost. */
static void
test_lost_decisions(void **state)
{
	struct fixture *f = *state;

	set(f, "decisions_keep", "1d");
	ask(f, "192.0.2.1", "a@b");
	ask(f, "192.0.2.2", "a@b");
	f->faulty.is_away = true;
	assert_int_equal(checker_write_decisions(f->checker), -1);
	batch_clear(f->batch);
	checker_flush(f->checker, f->batch);
	assert_true(f->batch->notices.n > 0);
	assert_int_equal(f->batch->notices.items[0].kind,
	    NOTICE_DECISIONS_LOST);
	assert_non_null(strstr(f->batch->notices.items[0].text,
	    "2 decisions are not kept in the database: "));
	f->faulty.is_away = false;
	batch_clear(f->batch);
	checker_flush(f->checker, f->batch);
	assert_int_equal(checker_write_decisions(f->checker), 0);
	batch_clear(f->batch);
	checker_flush(f->checker, f->batch);
	assert_notices(f, 0, 0, "");
}

static void
test_many_notices(void **state)
{
	struct fixture *f = *state;
	char text[NOTICE_SIZE + 100];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < NOTICES_MAX + 5; i++)
		notices_add(&f->batch->notices, NOTICE_PATTERN, text);
	assert_int_equal(f->batch->notices.n, NOTICES_MAX);
	assert_int_equal(strlen(f->batch->notices.items[0].text),
	    NOTICE_SIZE - 1);
	batch_clear(f->batch);
	assert_int_equal(f->batch->notices.n, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answers),
	    TEST(test_longest_texts),
	    TEST(test_trust_client_name),
	    TEST(test_failure),
	    TEST(test_failure_in_shadow),
	    TEST(test_no_room),
	    TEST(test_give_up),
	    TEST(test_fallback),
	    TEST(test_entries_are_read_again),
	    TEST(test_part_is_away),
	    TEST(test_entries_are_away),
	    TEST(test_entries_fail),
	    TEST(test_many_entries),
	    TEST(test_all_entries_are_left),
	    TEST(test_invalid_entry),
	    TEST(test_counts),
	    TEST(test_counts_are_away),
	    TEST(test_configure),
	    TEST(test_maintain),
	    TEST(test_never_returned),
	    TEST(test_counts_show_recovery),
	    TEST(test_more_maintenance),
	    TEST(test_lost_decisions),
	    TEST(test_many_notices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
