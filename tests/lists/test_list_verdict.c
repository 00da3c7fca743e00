/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The rules of list_verdict.h. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list_verdict.h"

#define NOW 1000000000

/* The client, sender and recipient of every request in this file. */
static const char *const patterns[] = {
    "192.0.2.1", "s@example.net", "r@example.org"};

/*
 * An entry is written as letters. The first letter is the kind: c, s or r. The
 * second is the effect: w whitelist (off), g greylist (on), h shadow,
 * 6 delay=60s, 9 delay=90s. "~" before them means a wider pattern
 * (192.0.2.0/24, example.net, example.org). "!" before them means a pattern
 * that does not match.
 */
static const char *
pattern_of(enum list_kind kind, char mark)
{
	static const char *const wide[] = {
	    "192.0.2.0/24", "example.net", "example.org"};
	static const char *const others[] = {
	    "192.0.2.2", "o@example.net", "o@example.org"};

	return mark == '~' ? wide[kind]
	    : mark == '!'  ? others[kind]
			   : patterns[kind];
}

static enum list_kind
kind_of(char letter)
{
	return letter == 'c' ? LIST_CLIENT
	    : letter == 's'  ? LIST_SENDER
			     : LIST_RECIPIENT;
}

static void
set_effect(struct list_entry *entry, char letter)
{
	entry->effect = letter == 'w' ? LIST_WHITELIST
	    : letter == 'g'           ? LIST_GREYLIST
	    : letter == 'h'           ? LIST_SHADOW
				      : LIST_DELAY;
	if (entry->effect == LIST_DELAY)
		entry->delay_s = letter == '6' ? 60 : 90;
}

/* Make a list of entries such as "cw ~rg". Entry n has line number n. Returns
 * NULL for "-". */
static struct list *
list_of(const char *text, const char *source)
{
	struct list *list;
	struct err err;

	if (strcmp(text, "-") == 0)
		return NULL;
	list = list_new();
	assert_non_null(list);
	for (; *text != '\0'; text += 2 + (text[2] == ' ')) {
		struct list_entry entry = {.source = source};
		char mark = '\0';

		if (*text == '~' || *text == '!')
			mark = *text++;
		entry.kind = kind_of(text[0]);
		entry.pattern = pattern_of(entry.kind, mark);
		entry.line_n = (unsigned)list_n(list);
		set_effect(&entry, text[1]);
		if (list_add(list, &entry, NULL, &err) != 0)
			fail_msg("%s: %s", entry.pattern, err.text);
	}
	assert_int_equal(list_seal(list, &err), 0);
	return list;
}

static void
make_request(struct request *out)
{
	request_clear(out);
	netaddr_parse(patterns[LIST_CLIENT], &out->client);
	strcpy(out->sender, patterns[LIST_SENDER]);
	strcpy(out->recipient, patterns[LIST_RECIPIENT]);
}

/* The verdict as text: "pass e0", "greylist f2 shadow f0", "none", "unlisted",
 * "none 60 f0"; e: an entry of the store, f: a line of a file. */
static void
verdict_text(const struct list_verdict *list_verdict, char out[80])
{
	static const char *const hows[] = {
	    "none", "pass", "greylist", "unlisted"};
	const struct list_entry *e = list_verdict->entry,
				*r = list_verdict->recipient;
	char *end = out + sprintf(out, "%s", hows[list_verdict->how]);

	if (e != NULL)
		end += sprintf(end, " %s%u", e->source, e->line_n);
	if (list_verdict->shadow)
		end += sprintf(end, " shadow");
	if (list_verdict->delay_s >= 0)
		end += sprintf(end, " %d", (int)list_verdict->delay_s);
	if (r != NULL)
		sprintf(end, " by %s%u", r->source, r->line_n);
}

static void
rule(const char *entries, const char *files, bool listed, char out[80])
{
	static struct request request;
	struct lists lists = {
	    list_of(entries, "e"), list_of(files, "f"), listed};
	struct list_verdict list_verdict;

	make_request(&request);
	list_verdict = lists_verdict(&lists, &request, NOW);
	verdict_text(&list_verdict, out);
	list_free(lists.entries);
	list_free(lists.files);
}

/* ---- By hand ---- */

/* clang-format off */
static const struct {
	const char *entries, *files;
	bool listed;
	const char *want;
} rows[] = {
	{ "-", "-", false, "none" },
	{ "-", "-", true, "unlisted" },
	{ "", "", true, "unlisted" },
	{ "-", "cw", false, "pass f0" },
	{ "sg", "-", false, "greylist e0" },

	/* The store before the files; in each, whitelists before greylists. */
	{ "cg", "cw", false, "greylist e0" },
	{ "cg sw", "cg", false, "pass e1" },
	{ "cw", "cg sg rg", false, "pass e0" },
	{ "", "cg sg rw", false, "pass f2" },
	{ "rg", "cw sw", false, "greylist e0" },

	/* How specific a pattern is counts only for recipients. */
	{ "", "cg ~cw", false, "pass f1" },
	{ "", "sg ~sw", false, "pass f1" },
	{ "", "~rw rg", false, "greylist f1" },
	{ "", "~rg rw", false, "pass f1" },
	{ "~rg", "rw", false, "greylist e0" },
	{ "~rw", "rg", false, "pass e0" },

	/* Equal patterns of the recipient: off before on, shadow and delay. */
	{ "rg rw", "", false, "pass e1" },
	{ "rw rg", "", false, "pass e0" },
	{ "", "rg rw", false, "pass f1" },
	{ "", "r6 rh rw", false, "pass f2" },
	{ "rg rw", "rg", true, "pass e1" },
	{ "rg", "rw", false, "greylist e0" },
	{ "rg ~rw", "", false, "greylist e0" },
	{ "~rg ~rw !rw", "", false, "pass e1" },
	{ "rg ~rg ~rw", "", false, "greylist e0" },
	{ "cg rg rw", "", false, "pass e2" },
	{ "", "rg rh", false, "greylist f0" },
	{ "", "~cw cw", false, "pass f1" },

	/* If several entries whitelist: client, sender, recipient. */
	{ "", "rw sw cw", false, "pass f2" },
	{ "", "rg sg cg", false, "greylist f2" },
	{ "", "rw sw", false, "pass f1" },

	/* Shadow and delay apply with every rule that greylists. */
	{ "", "rh", false, "none shadow by f0" },
	{ "", "r6 cg", false, "greylist f1 60 by f0" },
	{ "cg", "rh", false, "greylist e0 shadow by f0" },
	{ "r9", "rg", false, "none 90 by e0" },
	{ "~r9", "rw", false, "none 90 by e0" },
	{ "~r9", "cg rw", false, "greylist f0 90 by e0" },
	{ "", "rh ~r6", false, "none shadow by f0" },
	{ "", "~rh r6", false, "none 60 by f1" },
	{ "!rw", "rh", false, "none shadow by f0" },

	/* greylist_recipients = listed. */
	{ "", "rg", true, "greylist f0" },
	{ "", "rw", true, "pass f0" },
	{ "", "rh", true, "none shadow by f0" },
	{ "r6", "", true, "none 60 by e0" },
	{ "", "cg", true, "greylist f0" },
	{ "sg", "", true, "greylist e0" },
	{ "!cg", "!rg !sw", true, "unlisted" },
};
/* clang-format on */

static void
test_rows(void **state)
{
	char got[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rule(rows[i].entries, rows[i].files, rows[i].listed, got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("(%s) (%s) %d: got %s", rows[i].entries,
			    rows[i].files, rows[i].listed, got);
	}
}

/* ---- All combinations ---- */

/* The entries that a list can have for the client or the sender, and for the
 * recipient. ' ' means no entry. 'b' means both a greylist entry and a
 * whitelist entry. */
static const char sides[] = " wgb";
static const char recipients[] = " wgh6b";

/* The entries of one list as letters; ' ' for none. */
struct said {
	char client, sender, recipient;
};

/* Write the text for list_of(), and the line number of each entry. */
static void
said_text(const struct said *said, char out[32])
{
	char *end = out;

	*end = '\0';
	if (said->client == 'b')
		end += sprintf(end, "cg cw ");
	else if (said->client != ' ')
		end += sprintf(end, "c%c ", said->client);
	if (said->sender == 'b')
		end += sprintf(end, "sg sw ");
	else if (said->sender != ' ')
		end += sprintf(end, "s%c ", said->sender);
	if (said->recipient == 'b')
		sprintf(end, "rg rw ");
	else if (said->recipient != ' ')
		sprintf(end, "r%c ", said->recipient);
}

static bool
says(char said, char what)
{
	return said == what || said == 'b';
}

/* Apply rules 1 and 2, or 3 and 4, to one list. "recipient" is the recipient's
 * setting, or ' ' if the setting comes from the other list. Returns the effect
 * and sets *by to the kind of the entry that decided. Returns '\0' if no rule
 * applies. */
static char
model_source(const struct said *said, char recipient, char *by)
{
	for (const char *what = "wg"; *what != '\0'; what++) {
		*by = says(said->client, *what) ? 'c'
		    : says(said->sender, *what) ? 's'
		    : recipient == *what        ? 'r'
						: '\0';
		if (*by != '\0')
			return *what;
	}
	return '\0';
}

/* Write the verdict as letters: effect, list and kind of the entry that
 * decided, then the recipient's setting if it is shadow or a delay, and the
 * list of that setting. '-' means none. */
static void
model(const struct said *entries, const struct said *files, bool listed,
    char out[8])
{
	bool first_has = entries->recipient != ' ';
	char setting = first_has ? entries->recipient : files->recipient;
	char by = '\0', source = 'e', what;

	if (setting == 'b')
		setting = 'w';
	what = model_source(entries, first_has ? setting : ' ', &by);
	if (what == '\0') {
		source = 'f';
		what = model_source(files, first_has ? ' ' : setting, &by);
	}
	strcpy(out, "------");
	if (what != '\0')
		sprintf(out, "%c%c%c---", what, source, by);
	else if (listed && setting == ' ')
		out[0] = 'u';
	if (setting == 'h' || setting == '6') {
		out[3] = setting;
		out[4] = first_has ? 'e' : 'f';
	}
}

static void
as_model(const struct list_verdict *list_verdict, char out[8])
{
	static const char hows[] = "-wgu", kinds[] = "csr";

	strcpy(out, "------");
	out[0] = hows[list_verdict->how];
	if (list_verdict->entry != NULL) {
		out[1] = list_verdict->entry->source[0];
		out[2] = kinds[list_verdict->entry->kind];
		assert_int_equal(list_verdict->entry->effect,
		    list_verdict->how == LIST_VERDICT_PASS ? LIST_WHITELIST
							   : LIST_GREYLIST);
	}
	if (list_verdict->recipient != NULL) {
		assert_int_equal(list_verdict->recipient->kind, LIST_RECIPIENT);
		out[4] = list_verdict->recipient->source[0];
	}
	assert_true(list_verdict->delay_s == -1 || list_verdict->delay_s == 60);
	if (list_verdict->shadow || list_verdict->delay_s == 60)
		out[3] = list_verdict->shadow ? 'h' : '6';
}

#define SIDES      (sizeof(sides) - 1)
#define RECIPIENTS (sizeof(recipients) - 1)
#define SAID       (SIDES * SIDES * RECIPIENTS)

static void
said_number(size_t i, struct said *out)
{
	out->client = sides[i % SIDES];
	out->sender = sides[i / SIDES % SIDES];
	out->recipient = recipients[i / SIDES / SIDES];
}

static void
compare(struct list *const lists[2], const struct said *entries,
    const struct said *files, const struct request *request)
{
	for (int listed = 0; listed < 2; listed++) {
		struct lists lists_now = {lists[0], lists[1], listed != 0};
		struct list_verdict list_verdict =
		    lists_verdict(&lists_now, request, NOW);
		char got[8], want[8];

		as_model(&list_verdict, got);
		model(entries, files, listed != 0, want);
		if (strcmp(got, want) != 0)
			fail_msg("entries %c%c%c, files %c%c%c, %d: got %s, "
				 "want %s",
			    entries->client, entries->sender,
			    entries->recipient, files->client, files->sender,
			    files->recipient, listed, got, want);
	}
}

static void
test_all(void **state)
{
	static struct request request;
	static struct list *lists[2][SAID];
	struct said entries, files;
	char text[32];

	(void)state;
	make_request(&request);
	for (size_t i = 0; i < SAID; i++) {
		said_number(i, &entries);
		said_text(&entries, text);
		/* Without entries, use an empty list and a NULL list. */
		lists[0][i] = list_of(text, "e");
		lists[1][i] = list_of(*text != '\0' ? text : "-", "f");
	}
	for (size_t i = 0; i < SAID; i++)
		for (size_t j = 0; j < SAID; j++) {
			struct list *const pair[2] = {lists[0][i], lists[1][j]};

			said_number(i, &entries);
			said_number(j, &files);
			compare(pair, &entries, &files, &request);
		}
	for (size_t i = 0; i < 2 * SAID; i++)
		list_free(lists[i / SAID][i % SAID]);
}

/* An expired entry does not count; then a wider pattern of the recipient
 * decides. */
static void
test_expired(void **state)
{
	static struct request request;
	struct list *list = list_new();
	struct lists lists = {list, NULL, true};
	struct list_entry entry = {.kind = LIST_RECIPIENT,
	    .effect = LIST_WHITELIST,
	    .expires_s = NOW,
	    .pattern = patterns[LIST_RECIPIENT],
	    .source = ""};
	struct list_verdict list_verdict;
	struct err err;

	(void)state;
	make_request(&request);
	assert_int_equal(list_add(list, &entry, NULL, &err), 0);
	entry.pattern = "example.org";
	entry.effect = LIST_GREYLIST;
	entry.expires_s = NOW + 1;
	assert_int_equal(list_add(list, &entry, NULL, &err), 0);
	assert_int_equal(list_seal(list, &err), 0);
	list_verdict = lists_verdict(&lists, &request, NOW);
	assert_int_equal(list_verdict.how, LIST_VERDICT_PASS);
	list_verdict = lists_verdict(&lists, &request, NOW + 1);
	assert_int_equal(list_verdict.how, LIST_VERDICT_GREYLIST);
	list_verdict = lists_verdict(&lists, &request, NOW + 2);
	assert_int_equal(list_verdict.how, LIST_VERDICT_UNLISTED);
	list_free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_expired),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
