/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Allocations of the daemon fail. A round is a whole run of the daemon without
 * its sockets: start, requests of all kinds, a reload, and requests again.
 * There is one round for every third allocation, in which this allocation
 * fails; with TORTURE in the environment there is one for each allocation. The
 * daemon must start or report an error. Each answer must be right or that of
 * on_failure. When there is memory again, all answers must be right.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mail/policy.h"
#include "mail/reply.h"
#include "daemon/dispatcher.h"
#include "daemon/reload.h"
#include "daemon/session.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "torture/bad_memory.h"
#include "torture/wrong_clock.h"

#define FOREVER UINT64_MAX

static char folder[64], uri[96], config_path[96], list_path[96];
static FILE *log_of_rounds;

/* ---- The requests ---- */

enum question {
	KNOWN,
	RETRY,
	LISTED_BY_FILE,
	LISTED_BY_REGEX,
	LISTED_BY_ENTRY,
	LISTED_BY_ENTRY_REGEX,
	UNKNOWN,
	QUESTIONS,
};

static const char *const senders[QUESTIONS] = {
    [KNOWN] = "known@example.net",
    [RETRY] = "retry@example.net",
    [LISTED_BY_FILE] = "a@file.example.net",
    [LISTED_BY_REGEX] = "a@regex.example.net",
    [LISTED_BY_ENTRY] = "a@entry.example.net",
    [LISTED_BY_ENTRY_REGEX] = "a@entry-regex.example.net",
    [UNKNOWN] = "unknown@example.net",
};

static size_t
write_request(enum question which, char *out, size_t size)
{
	return (size_t)snprintf(out, size,
	    "request=smtpd_access_policy\nprotocol_state=RCPT\n"
	    "client_address=192.0.2.1\nsender=%s\n"
	    "recipient=b@example.org\n\n",
	    senders[which]);
}

static struct key
key_of(enum question which)
{
	struct key triplet = {
	    .client = "192.0.2.0/24", .recipient = "b@example.org"};

	strcpy(triplet.sender, senders[which]);
	return triplet;
}

/* ---- A daemon ---- */

struct life {
	struct settings *settings; /* owned until there is a dispatcher */
	struct store *store;
	struct dispatcher *dispatcher;
};

static struct life life;
static struct session session;
static struct overrides overrides;
static const struct reload_source source = {config_path, &overrides};

static void
on_answer(void *owner, const char *reply, size_t reply_n)
{
	session_answer(owner, reply, reply_n);
}

static void
on_configured(struct settings *old, void *arg)
{
	(void)arg;
	settings_free(old);
}

static int
start(struct err *err)
{
	static const struct dispatcher_hooks hooks = {
	    on_answer, on_configured, NULL};
	const struct config *config;

	memset(&life, 0, sizeof(life));
	life.settings = reload_read(&source, err);
	if (life.settings == NULL)
		return -1;
	config = &life.settings->config;
	life.store = store_open(config->database, &config->store, err);
	if (life.store == NULL)
		return -1;
	life.dispatcher = dispatcher_new(life.store, life.settings,
	    DISPATCHER_INLINE, &hooks, err);
	if (life.dispatcher == NULL)
		return -1;
	life.settings = NULL;
	return dispatcher_start(life.dispatcher, err);
}

static void
finish(void)
{
	dispatcher_free(life.dispatcher);
	settings_free(life.settings);
	store_close(life.store);
}

static void
flush(void)
{
	dispatcher_flush(life.dispatcher);
	dispatcher_hand_over(life.dispatcher);
}

static void
reload(void)
{
	struct settings *settings;
	struct err err = {.text = ""};

	settings = reload_read(&source, &err);
	if (settings == NULL) {
		assert_string_not_equal(err.text, "");
		return;
	}
	dispatcher_configure(life.dispatcher, settings);
	dispatcher_hand_over(life.dispatcher);
}

/* Send all requests at once, and read the replies. */
static void
ask(char replies[QUESTIONS][REPLY_MAX])
{
	const char *octets;
	char input[SESSION_INPUT_SIZE];
	size_t n = 0;
	struct request request;
	struct err err;

	session_begin(&session);
	for (int i = 0; i < QUESTIONS; i++)
		n += write_request((enum question)i, input + n,
		    sizeof(input) - n);
	session_received(&session, input, n);
	while (session_next(&session, &request, &err) == SESSION_REQUEST)
		dispatcher_add(life.dispatcher, &session, &request,
		    dispatcher_failures_n(life.dispatcher));
	assert_int_equal(session.pending_n, QUESTIONS);
	dispatcher_hand_over(life.dispatcher);
	dispatcher_end_turn(life.dispatcher);
	assert_true(session_output(&session, &octets) > 0);
	for (int i = 0; i < QUESTIONS; i++) {
		const char *end = strstr(octets, "\n\n");

		assert_non_null(end);
		snprintf(replies[i], REPLY_MAX, "%.*s", (int)(end - octets),
		    octets);
		octets = end + 2;
	}
}

/* ---- Right answers ---- */

static bool
is_failure(const char *reply)
{
	return strstr(reply, "4.3.0") != NULL;
}

static bool
is_greylisted(const char *reply)
{
	return strstr(reply, "Greylisted") != NULL;
}

static bool
is_right(enum question which, const char *reply)
{
	return which == UNKNOWN ? is_greylisted(reply)
				: strcmp(reply, "action=DUNNO") == 0;
}

/* The triplet that was deferred is in the store. */
static void
assert_stored(void)
{
	struct key triplet = key_of(UNKNOWN);
	struct store_answer answer = {.found = false};
	struct err err;

	assert_int_equal(life.store->records->lookup(life.store, &triplet, 1,
			     &answer, &err),
	    STORE_OK);
	assert_true(answer.found);
}

static void
fail_at(uint64_t first, uint64_t fail_n, const char *what, const char *reply)
{
	fail_msg("allocation %llu and %llu more: %s: %s",
	    (unsigned long long)first, (unsigned long long)(fail_n - 1), what,
	    reply);
}

static void
check_replies(char replies[QUESTIONS][REPLY_MAX], uint64_t first,
    uint64_t fail_n, bool may_fail)
{
	for (int i = 0; i < QUESTIONS; i++)
		if (!is_right((enum question)i, replies[i]) &&
		    !(may_fail && is_failure(replies[i])))
			fail_at(first, fail_n, senders[i], replies[i]);
}

/* ---- A round ---- */

static void
add_row(struct store *store, enum question which, int64_t passed_s)
{
	struct key triplet = key_of(which);
	int64_t now_s = clock_now_s();
	struct store_change change = {
	    .key = &triplet,
	    .change = {CHANGE_MERGE, {0},
		{now_s - 600, now_s - 600, passed_s, now_s + 80000, 1, 0, 0}},
	};
	struct err err;

	assert_int_equal(store->records->apply(store, &change, 1, &err),
	    STORE_OK);
}

static void
forget_row(struct store *store, const struct key *triplet)
{
	struct store_change change = {
	    .key = triplet,
	    .change = {.how = CHANGE_FORGET},
	};
	struct err err;

	assert_int_equal(store->records->apply(store, &change, 1, &err),
	    STORE_OK);
}

/* Prepare the store for the next round, as if no client had retried. */
static void
forget_round(struct store *store)
{
	const struct key unknown = key_of(UNKNOWN);
	const struct key retry = key_of(RETRY);
	const struct key auto_whitelist = {
	    .kind = KEY_AUTO_WHITELIST_ADDRESS, .client = "192.0.2.1"};

	forget_row(store, &unknown);
	forget_row(store, &retry);
	forget_row(store, &auto_whitelist);
	add_row(store, RETRY, 0);
}

static void
add_entry(struct store *store, const char *pattern)
{
	struct store_entry entry = {
	    .kind = LIST_SENDER, .effect = LIST_WHITELIST};
	struct err err;

	strcpy(entry.pattern, pattern);
	assert_int_equal(store->lists->put_entries(store, &entry, 1, &err),
	    STORE_OK);
}

static void
fill(struct store *store)
{
	add_row(store, KNOWN, clock_now_s() - 300);
	add_row(store, RETRY, 0);
	add_entry(store, "entry.example.net");
	add_entry(store, "/@entry-regex\\./");
}

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
remove_database(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(path, sizeof(path), "%s/db%s", folder, ends[i]);
		unlink(path);
	}
}

static void
make_database(void)
{
	const struct store_options options = {
	    .timeout_ms = 20, .durability = DURABILITY_OFF};
	struct err err;
	struct store *store;

	remove_database();
	store = store_open(uri, &options, &err);
	assert_non_null(store);
	fill(store);
	store_close(store);
}

/* Let allocations fail, and hide the log. */
static void
break_memory(uint64_t first, uint64_t fail_n)
{
	FILE *ours = stderr;

	stderr = log_of_rounds;
	log_of_rounds = ours;
	*bad_memory = (struct bad_memory){.first = first, .fail_n = fail_n};
}

static void
mend_memory(void)
{
	FILE *log = stderr;

	bad_memory->first = 0;
	stderr = log_of_rounds;
	log_of_rounds = log;
}

/* Advance the clock by more than 200 ms, so that the lists are read again if
 * they have changed. */
static void
time_passes(void)
{
	wrong_clock->monotonic_s++;
}

static void
live(char first[QUESTIONS][REPLY_MAX], char second[QUESTIONS][REPLY_MAX])
{
	ask(first);
	flush();
	reload();
	time_passes();
	ask(second);
}

static void
assert_recovered(uint64_t first, uint64_t fail_n)
{
	char replies[QUESTIONS][REPLY_MAX];

	time_passes();
	ask(replies);
	check_replies(replies, first, fail_n, false);
	reload();
	time_passes();
	ask(replies);
	check_replies(replies, first, fail_n, false);
}

static uint64_t
step(void)
{
	return getenv("TORTURE") != NULL ? 1 : 3;
}

/* Run a round in which fail_n allocations fail, from the one with the number
 * "first" on. Returns how many have failed. */
static uint64_t
play(uint64_t first, uint64_t fail_n)
{
	char early[QUESTIONS][REPLY_MAX];
	char later[QUESTIONS][REPLY_MAX];
	struct err err = {.text = ""};
	uint64_t failed_n;
	int rc;

	break_memory(first, fail_n);
	rc = start(&err);
	if (rc == 0 && strcmp(uri, "memory:") == 0) {
		uint64_t from = bad_memory->first;

		bad_memory->first = 0; /* allocations of fill() must not fail */
		fill(life.store);
		bad_memory->first = from;
	}
	if (rc == 0)
		live(early, later);
	mend_memory();
	failed_n = bad_memory->failed_n;
	if (rc != 0) {
		if (err.text[0] == '\0')
			fail_at(first, fail_n, "start", "no error text");
		finish();
		return failed_n;
	}
	check_replies(early, first, fail_n, true);
	check_replies(later, first, fail_n, true);
	if (is_greylisted(early[UNKNOWN]) || is_greylisted(later[UNKNOWN]))
		assert_stored();
	break_memory(0, 0);
	assert_recovered(first, fail_n);
	mend_memory();
	forget_round(life.store);
	finish();
	return failed_n;
}

/* Run the rounds, until one has fewer allocations. */
static uint64_t
play_all(uint64_t fail_n, void (*prepare)(void))
{
	uint64_t first = 1, failed_n = 0, n;

	prepare();
	do {
		n = play(first, fail_n);
		failed_n += n;
		first += step();
	} while (n > 0);
	return failed_n;
}

static void
play_in_all_ways(uint64_t least_n, void (*prepare)(void))
{
	uint64_t once_n = play_all(1, prepare);
	uint64_t forever_n = play_all(FOREVER, prepare);

	assert_true(once_n > least_n / step());
	print_message("# %llu allocations failed one at a time, %llu together "
		      "with all later ones\n",
	    (unsigned long long)once_n, (unsigned long long)forever_n);
}

/* ---- The tests ---- */

static int
set_up(void **state)
{
	struct err err;

	(void)state;
	overrides.n = 0;
	overrides_add(&overrides, "on_failure=tempfail", &err);
	strcpy(folder, "/tmp/tardigrey-memory-XXXXXX");
	log_of_rounds = fopen("/dev/null", "w");
	return mkdtemp(folder) != NULL && log_of_rounds != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	fclose(log_of_rounds);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void
write_settings(const char *database)
{
	char text[512];

	strcpy(uri, database);
	snprintf(config_path, sizeof(config_path), "%s/conf", folder);
	snprintf(list_path, sizeof(list_path), "%s/senders", folder);
	snprintf(text, sizeof(text),
	    "database = %s\ndurability = off\nwhitelist_senders = %s\n", uri,
	    list_path);
	write_text(config_path, text);
	write_text(list_path, "file.example.net\n/@regex\\./\n");
}

static void
test_sqlite(void **state)
{
	char database[96];

	(void)state;
	snprintf(database, sizeof(database), "sqlite:%s/db", folder);
	write_settings(database);
	play_in_all_ways(500, make_database);
}

static void
prepare_nothing(void)
{
}

static void
test_memory(void **state)
{
	(void)state;
	write_settings("memory:");
	play_in_all_ways(20, prepare_nothing);
}

/* The first start creates the database. If an allocation fails, the start
 * reports an error, and the next start succeeds. */
static void
test_first_start(void **state)
{
	char database[96];
	struct err err = {.text = ""};
	uint64_t first = 0;

	(void)state;
	snprintf(database, sizeof(database), "sqlite:%s/db", folder);
	write_settings(database);
	do {
		int rc;

		remove_database();
		first += step();
		break_memory(first, 1);
		rc = start(&err);
		mend_memory();
		if (rc != 0 && err.text[0] == '\0')
			fail_at(first, 1, "start", "no error text");
		finish();
		if (rc == 0)
			continue;
		assert_int_equal(start(&err), 0);
		finish();
	} while (bad_memory->failed_n > 0);
	assert_true(first > 100);
	print_message("# %llu allocations failed\n",
	    (unsigned long long)((first - 1) / step()));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sqlite, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_first_start, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
