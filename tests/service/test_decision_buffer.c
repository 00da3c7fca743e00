/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Decisions on their way to the store. [C74] */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "service/decision_buffer.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define NOW    1000000000
#define KEEP_S 1000
#define MAX    100000

static struct store *memory;
static struct store_faulty faulty;
static struct decision_buffer *buffer;
static char found[400];
static int found_n;

static int
set_up(void **state)
{
	const struct store_options options = {.timeout_ms = 1};
	struct err err;

	(void)state;
	memory = store_open("memory:", &options, &err);
	buffer = decision_buffer_new();
	if (memory == NULL || buffer == NULL)
		return -1;
	store_faulty_init(&faulty, memory);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	decision_buffer_free(buffer);
	store_close(memory);
	return 0;
}

static void
add(enum reason reason, const char *line, int64_t now_s)
{
	const struct verdict verdict = {.reason = reason};

	decision_buffer_add(buffer, &verdict, line, strlen(line), now_s);
}

static enum store_rc
maintain(int64_t keep_s, int64_t now_s)
{
	struct err err;

	return decision_buffer_maintain(buffer, &faulty.store, keep_s, MAX,
	    now_s, &err);
}

static void
note(const struct kept_decision *decision, void *arg)
{
	(void)arg;
	found_n++;
	if (strlen(found) < 300)
		snprintf(found + strlen(found), 100, "%d %.80s\n",
		    (int)(decision->time_s - NOW), decision->line);
}

/* Read what the store has. Returns the number, and sets "found". */
static int
read_store(void)
{
	int64_t position = 0;
	bool done = false;
	struct err err;

	found[0] = '\0';
	found_n = 0;
	while (!done)
		assert_int_equal(memory->decisions->read(memory, &position, 7,
				     note, NULL, &done, &err),
		    STORE_OK);
	return found_n;
}

/* A few decisions are written once a second, many at once. */
static void
test_written(void **state)
{
	(void)state;
	add(REASON_NEW, "a", NOW);
	assert_int_equal(maintain(KEEP_S, NOW), STORE_OK);
	assert_int_equal(read_store(), 1);
	add(REASON_KNOWN, "b", NOW);
	assert_int_equal(maintain(KEEP_S, NOW), STORE_OK);
	assert_int_equal(read_store(), 1);
	assert_int_equal(maintain(KEEP_S, NOW + 1), STORE_OK);
	read_store();
	assert_string_equal(found, "0 a\n0 b\n");
	for (int i = 0; i < 64; i++)
		add(REASON_KNOWN, "c", NOW + 1);
	assert_int_equal(maintain(KEEP_S, NOW + 1), STORE_OK);
	assert_int_equal(read_store(), 66);
}

/* 500 decisions a second are kept. Deferrals take 400 at most. */
static void
test_flood(void **state)
{
	struct err err;

	(void)state;
	for (int i = 0; i < 10000; i++)
		add(REASON_NEW, "new", NOW);
	for (int i = 0; i < 90; i++)
		add(REASON_KNOWN, "known", NOW);
	for (int i = 0; i < 20; i++)
		add(REASON_KNOWN, "more", NOW);
	add(REASON_KNOWN, "next", NOW + 1);
	assert_int_equal(decision_buffer_left_out_n(buffer), 9600 + 10);
	assert_int_equal(decision_buffer_write_all(buffer, &faulty.store,
			     KEEP_S, NOW + 1, &err),
	    STORE_OK);
	assert_int_equal(read_store(), 502);
	assert_int_equal(memory->decisions->trim(memory, 0, 2, 1000, &err),
	    STORE_OK);
	read_store();
	assert_string_equal(found, "0 left_out=9610\n1 next\n");
}

/* If the store fails, the decisions wait. If it has no room, they are lost. The
 * buffer is bounded. */
static void
test_store_fails(void **state)
{
	char line[6000];
	struct err err;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	faulty.apply_fails = true;
	for (int i = 0; i < 1000; i++) {
		add(REASON_KNOWN, line, NOW + i);
		assert_int_equal(maintain(KEEP_S, NOW + i), STORE_FAILED);
	}
	assert_true(decision_buffer_left_out_n(buffer) > 900);
	faulty.apply_fails = false;
	assert_int_equal(decision_buffer_write_all(buffer, &faulty.store,
			     KEEP_S, NOW + 1000, &err),
	    STORE_OK);
	assert_true(read_store() > 40);
	faulty.has_no_room = true;
	add(REASON_KNOWN, "lost", NOW + 2000);
	assert_int_equal(maintain(KEEP_S, NOW + 2000), STORE_OK);
	faulty.has_no_room = false;
	add(REASON_KNOWN, "kept", NOW + 2001);
	assert_int_equal(maintain(KEEP_S, NOW + 2001), STORE_OK);
	assert_int_equal(maintain(KEEP_S, NOW + 2002), STORE_OK);
	read_store();
	assert_non_null(strstr(found, "2001 kept\n"));
	assert_null(strstr(found, "lost"));
}

/* If the part of the store that has the decisions is away, they wait. */
static void
test_part_is_away(void **state)
{
	struct err err;

	(void)state;
	faulty.counts_are_away = true;
	add(REASON_KNOWN, "a", NOW);
	assert_int_equal(maintain(KEEP_S, NOW), STORE_PARTLY);
	assert_int_equal(decision_buffer_write_all(buffer, &faulty.store,
			     KEEP_S, NOW, &err),
	    STORE_PARTLY);
	faulty.counts_are_away = false;
	assert_int_equal(maintain(KEEP_S, NOW + 1), STORE_OK);
	read_store();
	assert_string_equal(found, "0 a\n");
}

/* If another process writes, the decisions wait. */
static void
test_locked(void **state)
{
	struct err err;

	(void)state;
	faulty.is_locked = true;
	add(REASON_KNOWN, "a", NOW);
	assert_int_equal(maintain(KEEP_S, NOW), STORE_OK);
	assert_int_equal(read_store(), 0);
	faulty.is_locked = false;
	assert_int_equal(maintain(KEEP_S, NOW + 1), STORE_OK);
	read_store();
	assert_string_equal(found, "0 a\n");
	faulty.is_locked = true;
	add(REASON_KNOWN, "b", NOW + 1);
	assert_int_equal(decision_buffer_write_all(buffer, &faulty.store,
			     KEEP_S, NOW + 1, &err),
	    STORE_OK);
	assert_int_equal(read_store(), 2);
	assert_int_equal(decision_buffer_left_out_n(buffer), 0);
}

/* Old decisions go, and all of them with decisions_keep = 0. */
static void
test_trimmed(void **state)
{
	(void)state;
	add(REASON_KNOWN, "a", NOW);
	add(REASON_KNOWN, "b", NOW + 1);
	assert_int_equal(maintain(KEEP_S, NOW + KEEP_S), STORE_OK);
	assert_int_equal(read_store(), 2);
	assert_int_equal(maintain(KEEP_S, NOW + KEEP_S + 1), STORE_OK);
	read_store();
	assert_string_equal(found, "1 b\n");
	assert_int_equal(maintain(0, NOW + KEEP_S + 2), STORE_OK);
	assert_int_equal(read_store(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_written),
	    TEST(test_flood),
	    TEST(test_store_fails),
	    TEST(test_part_is_away),
	    TEST(test_locked),
	    TEST(test_trimmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
