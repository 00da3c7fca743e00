/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Which entry counts: every combination of what the two sources may say of
 * the client, the sender and the recipient, against the rules as
 * tardigrey-lists(5) words them.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "core/ruling.h"

#define NOW 1000000000

/* What one source says: of the client and the sender nothing, whitelist,
 * greylist, or both; of the recipient nothing, off, on, shadow, or delay. */
enum says { NOTHING, WHITE, GREY, BOTH };
#define SAYS (BOTH + 1)

static const unsigned settings[] = {
    0, LIST_WHITELIST, LIST_GREYLIST, LIST_SHADOW, LIST_DELAY};

struct source {
	enum says client, sender;
	unsigned recipient; /* an effect, or 0 */
};

static void
add(struct list *list, enum list_kind kind, unsigned effect,
    const char *pattern, const char *source)
{
	const struct list_entry entry = {.kind = kind,
	    .effect = (enum list_effect)effect,
	    .delay_s = 60,
	    .pattern = pattern,
	    .source = source};
	struct err err;

	if (list_add(list, &entry, NULL, &err) != 0)
		fail_msg("%s: %s", pattern, err.text);
}

static struct list *
make_list(const struct source *says, const char *source)
{
	struct list *list = list_new();
	struct err err;

	/* A wider pattern beats a narrower one when it whitelists. */
	if (says->client == GREY || says->client == BOTH)
		add(list, LIST_CLIENT, LIST_GREYLIST, "192.0.2.1", source);
	if (says->client == WHITE || says->client == BOTH)
		add(list, LIST_CLIENT, LIST_WHITELIST, "192.0.2.0/24", source);
	if (says->sender == GREY || says->sender == BOTH)
		add(list, LIST_SENDER, LIST_GREYLIST, "a@example.net", source);
	if (says->sender == WHITE || says->sender == BOTH)
		add(list, LIST_SENDER, LIST_WHITELIST, "example.net", source);
	if (says->recipient != 0)
		add(list, LIST_RECIPIENT, says->recipient, "b@", source);
	assert_int_equal(list_seal(list, &err), 0);
	return list;
}

static bool
whites(const struct source *says, unsigned recipient)
{
	return says->client == WHITE || says->client == BOTH ||
	    says->sender == WHITE || says->sender == BOTH ||
	    recipient == LIST_WHITELIST;
}

static bool
greys(const struct source *says, unsigned recipient)
{
	return says->client >= GREY || says->sender >= GREY ||
	    recipient == LIST_GREYLIST;
}

/* The rules, one after the other. The recipient's setting is that of the
 * entries, or else of the files. */
static enum ruling_how
model(const struct source *entries, const struct source *files, bool listed)
{
	unsigned of_files = entries->recipient != 0 ? 0 : files->recipient;

	if (whites(entries, entries->recipient))
		return RULING_PASS;
	if (greys(entries, entries->recipient))
		return RULING_GREYLIST;
	if (whites(files, of_files))
		return RULING_PASS;
	if (greys(files, of_files))
		return RULING_GREYLIST;
	if (listed && entries->recipient == 0 && files->recipient == 0)
		return RULING_UNLISTED;
	return RULING_NONE;
}

static void
describe(const struct source *says, char *out)
{
	sprintf(out, "client %d sender %d recipient %u", says->client,
	    says->sender, says->recipient);
}

static void
compare(const struct source *entries, const struct source *files,
    struct lists *lists, const struct request *request)
{
	struct ruling ruling = lists_rule(lists, request, NOW);
	unsigned setting =
	    entries->recipient != 0 ? entries->recipient : files->recipient;
	enum ruling_how want = model(entries, files, lists->recipients_listed);
	char a[80], b[80];

	describe(entries, a);
	describe(files, b);
	if (ruling.how != want)
		fail_msg("entries: %s; files: %s; listed %d: got %d, not %d", a,
		    b, lists->recipients_listed, ruling.how, want);
	if ((ruling.entry != NULL) !=
		(want == RULING_PASS || want == RULING_GREYLIST) ||
	    ruling.shadow != (setting == LIST_SHADOW) ||
	    ruling.delay_s != (setting == LIST_DELAY ? 60 : -1) ||
	    (ruling.recipient != NULL) !=
		(ruling.shadow || ruling.delay_s == 60))
		fail_msg("entries: %s; files: %s: shadow %d delay %lld", a, b,
		    ruling.shadow, (long long)ruling.delay_s);
}

static struct source
source_of(unsigned i)
{
	return (struct source){(enum says)(i % SAYS),
	    (enum says)(i / SAYS % SAYS), settings[i / SAYS / SAYS]};
}

#define SOURCES (SAYS * SAYS * ARRAY_LEN(settings))

static void
set_up(struct request *request)
{
	request_clear(request);
	netaddr_parse("192.0.2.1", &request->client);
	strcpy(request->sender, "a@example.net");
	strcpy(request->recipient, "b@example.org");
}

static void
test_all(void **state)
{
	static struct request request;

	(void)state;
	set_up(&request);
	for (unsigned i = 0; i < SOURCES; i++)
		for (unsigned j = 0; j < SOURCES; j++) {
			struct source entries = source_of(i);
			struct source files = source_of(j);
			struct lists lists = {make_list(&entries, ""),
			    make_list(&files, "f"), false};

			compare(&entries, &files, &lists, &request);
			lists.recipients_listed = true;
			compare(&entries, &files, &lists, &request);
			list_free(lists.entries);
			list_free(lists.files);
		}
}

/* The most specific pattern is the recipient's setting. */
static void
test_most_specific(void **state)
{
	static const struct {
		const char *recipient;
		enum ruling_how want;
	} rows[] = {
	    {"joe@example.org", RULING_PASS},
	    {"boss@example.org", RULING_GREYLIST},
	    {"boss+x@example.org", RULING_GREYLIST},
	    {"postmaster@example.org", RULING_PASS},
	    {"joe@lab.example.org", RULING_NONE},
	    {"joe@a.lab.example.org", RULING_NONE},
	    {"joe@example.com", RULING_NONE},
	};
	struct list *list = list_new();
	struct lists lists = {.files = list};
	static struct request request;
	struct err err;

	(void)state;
	add(list, LIST_RECIPIENT, LIST_WHITELIST, "example.org", "f");
	add(list, LIST_RECIPIENT, LIST_GREYLIST, "boss@example.org", "f");
	add(list, LIST_RECIPIENT, LIST_DELAY, "lab.example.org", "f");
	assert_int_equal(list_seal(list, &err), 0);
	set_up(&request);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		strcpy(request.recipient, rows[i].recipient);
		if (lists_rule(&lists, &request, NOW).how != rows[i].want)
			fail_msg("%s", rows[i].recipient);
	}
	list_free(list);
}

static void
test_no_lists(void **state)
{
	static const struct lists none;
	static struct request request;
	struct ruling ruling;

	(void)state;
	set_up(&request);
	ruling = lists_rule(&none, &request, NOW);
	assert_int_equal(ruling.how, RULING_NONE);
	assert_null(ruling.entry);
	assert_int_equal(ruling.delay_s, -1);
	ruling_count(&ruling, NOW);
}

/* What decided is counted; a setting too, unless nothing came of it. */
static void
test_counting(void **state)
{
	struct source says = {GREY, NOTHING, LIST_DELAY};
	static struct request request;
	struct lists lists = {.files = make_list(&says, "f")};
	struct ruling ruling;

	(void)state;
	set_up(&request);
	ruling = lists_rule(&lists, &request, NOW);
	assert_int_equal(ruling.entry->hits_n, 0);
	ruling_count(&ruling, NOW);
	ruling_count(&ruling, NOW + 1);
	assert_int_equal(ruling.entry->hits_n, 2);
	assert_int_equal(ruling.entry->last_hit_s, NOW + 1);
	assert_int_equal(ruling.recipient->hits_n, 2);
	ruling.how = RULING_PASS;
	ruling_count(&ruling, NOW + 2);
	assert_int_equal(ruling.entry->hits_n, 3);
	assert_int_equal(ruling.recipient->hits_n, 2);
	list_free(lists.files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_most_specific),
	    cmocka_unit_test(test_no_lists),
	    cmocka_unit_test(test_counting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
