/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Random lists and random requests: list_each() visits the same entries in the
 * same order as the slow search of list_slow.h. The patterns are made of few
 * words, so that many match.
 *
 *   LIST_COMPARISONS=5000000 LIST_SEED=7 tests/lists/test_list_random
 *
 * A comparison is one search of one list.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lists/list.h"
#include "list_slow.h"

#define NOW         1000000000
#define COMPARISONS 200000
#define ENTRIES_MAX 24
#define SEARCHES    48 /* searches of one list */
#define HANG_S      60 /* limit for a search that does not end */

/* ---- Chance ---- */

static uint64_t seed = 88172645463325252ULL;

static unsigned
below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static bool
one_in(unsigned n)
{
	return below(n) == 0;
}

#define PICK(words) ((words)[below(ARRAY_LEN(words))])

static const char *const labels[] = {"a", "b", "aa", "A", "B", "x-a"};
static const char *const users[] = {
    "a", "b", "ab", "a+b", "A", "B+a", "a+b+a", "+a", "a+", "a++", "\"a@b\""};
static const char *const odd_domains[] = {".a", "..a", "a.", "a..b", ".", "..",
    "<>", "", "[10.0.0.1]", "a.b.", "\xc3"};
static const char *const regexes[] = {
    "/a/", "/^a/", "/A$/", "/^ab$/", "/x-a/", "/a@/", "/^$/", "/1/", "/zz/"};
static const char *const two_or_three_octets[] = {"10.0", "10.0.1", "128.10.0"};

static void
random_name(char *out)
{
	out[0] = '\0';
	for (unsigned n = 1 + below(4); n > 0; n--) {
		strcat(out, PICK(labels));
		strcat(out, n > 1 ? "." : "");
	}
}

/* A domain as any client can send it. */
static void
random_domain(char *out)
{
	if (one_in(6))
		strcpy(out, PICK(odd_domains));
	else
		random_name(out);
}

static void
random_address(char *out)
{
	static const unsigned octets[] = {0, 1, 10, 128, 255};

	if (one_in(3))
		sprintf(out, "2001:db8:%x::%x", PICK(octets), PICK(octets));
	else
		sprintf(out, "%s%u.%u.%u.%u", one_in(8) ? "::ffff:" : "",
		    one_in(9) ? 128 : 10, one_in(2) ? 0 : 10, PICK(octets),
		    PICK(octets));
}

/* ---- Patterns ---- */

static void
random_network(char *out)
{
	unsigned bits_max;

	if (one_in(6)) {
		strcpy(out, PICK(two_or_three_octets));
		return;
	}
	random_address(out);
	if (one_in(3))
		return;
	bits_max = strchr(out, ':') != NULL ? 128 : 32;
	sprintf(out + strlen(out), "/%u",
	    strncmp(out, "::ffff:", 7) == 0 ? 96 + below(33)
					    : below(bits_max + 1));
}

static void
random_pattern(enum list_kind kind, char *out)
{
	char name[64];

	random_name(name);
	if (one_in(8))
		strcpy(out, PICK(regexes));
	else if (one_in(4))
		sprintf(out, "%s%s", one_in(2) ? "." : "*.", name);
	else if (one_in(3))
		strcpy(out, name);
	else if (kind == LIST_CLIENT)
		random_network(out);
	else if (kind == LIST_SENDER && one_in(4))
		strcpy(out, "<>");
	else
		sprintf(out, "%s@%s", PICK(users), one_in(2) ? "" : name);
}

static void
add_random(struct list *list, unsigned line_n)
{
	char pattern[128];
	struct err err;
	struct list_entry entry = {
	    .kind = (enum list_kind)below(LIST_KINDS),
	    .effect = (enum list_effect)(1U << below(4)),
	    .expires_s = one_in(2) ? 0 : NOW - 1 + (int64_t)below(3),
	    .pattern = pattern,
	    .source = one_in(2) ? "f" : "g",
	    .line_n = line_n,
	};

	random_pattern(entry.kind, pattern);
	if (list_add(list, &entry, NULL, &err) != 0)
		fail_msg("%s: %s", pattern, err.text);
}

static struct list *
random_list(void)
{
	struct list *list = list_new();
	unsigned n = below(ENTRIES_MAX + 1);
	struct err err;

	assert_non_null(list);
	for (unsigned i = 0; i < n; i++)
		add_random(list, i);
	assert_int_equal(list_seal(list, &err), 0);
	return list;
}

/* ---- Requests ---- */

static void
random_mail_address(char *out)
{
	char domain[64];

	random_domain(domain);
	if (one_in(12))
		strcpy(out, one_in(2) ? "" : "#@[]");
	else if (one_in(12))
		strcpy(out, one_in(2) ? PICK(users) : domain);
	else
		sprintf(out, "%s@%s", PICK(users), domain);
}

static void
random_request(struct request *request)
{
	char address[64];

	request_clear(request);
	random_address(address);
	if (!one_in(20))
		assert_int_equal(netaddr_parse(address, &request->client), 0);
	random_domain(request->client_name);
	request->client_name_confirmed = !one_in(4);
	random_mail_address(request->sender);
	random_mail_address(request->recipient);
}

/* ---- Comparing ---- */

struct order {
	size_t n;
	unsigned lines[ENTRIES_MAX + 1];
};

static bool
note(const struct list_entry *entry, void *arg)
{
	struct order *order = arg;

	assert_true(order->n < ENTRIES_MAX);
	order->lines[order->n++] = entry->line_n;
	return true;
}

static bool
is_behind(const struct slow_match *a, const struct slow_match *b)
{
	return a->class != b->class ? a->class > b->class
				    : a->length < b->length;
}

/* All entries that match, the most specific first. */
static void
expect(struct list *list, enum list_kind kind, unsigned effects,
    const struct request *request, struct order *out)
{
	struct slow_match ranks[ENTRIES_MAX];

	for (size_t i = 0; i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);
		struct slow_match match =
		    slow_match(entry->kind, entry->pattern, request);
		size_t at = out->n;

		if (!match.matches || entry->kind != kind ||
		    (entry->effect & effects) == 0 ||
		    (entry->expires_s != 0 && entry->expires_s < NOW))
			continue;
		for (; at > 0 && is_behind(&ranks[at - 1], &match); at--) {
			ranks[at] = ranks[at - 1];
			out->lines[at] = out->lines[at - 1];
		}
		ranks[at] = match;
		out->lines[at] = (unsigned)i;
		out->n++;
	}
}

static void
print_order(const char *what, struct list *list, const struct order *order)
{
	print_message("# %s:", what);
	for (size_t i = 0; i < order->n; i++)
		print_message(" %u:%s", order->lines[i],
		    list_entry_at(list, order->lines[i])->pattern);
	print_message("\n");
}

static void
explain(struct list *list, enum list_kind kind, const struct request *request,
    const struct order *want, const struct order *got)
{
	char address[NETADDR_TEXT_SIZE];

	netaddr_format(&request->client, address);
	for (size_t i = 0; i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);

		print_message("# %zu %s %s effect %d expires %lld\n", i,
		    list_kind_word(entry->kind), entry->pattern, entry->effect,
		    (long long)entry->expires_s);
	}
	print_order("wanted", list, want);
	print_order("got", list, got);
	fail_msg("%s: client %s \"%s\"%s sender \"%s\" recipient \"%s\"",
	    list_kind_word(kind), address, request->client_name,
	    request->client_name_confirmed ? "" : " (unconfirmed)",
	    request->sender, request->recipient);
}

static size_t
compare(struct list *list, enum list_kind kind, const struct request *request)
{
	unsigned effects = one_in(3) ? 1 + below(15) : LIST_ANY_EFFECT;
	struct order want = {.n = 0}, got = {.n = 0};
	const struct list_entry *first;

	expect(list, kind, effects, request, &want);
	list_each(list, kind, effects, request, NOW, note, &got);
	if (want.n != got.n ||
	    memcmp(want.lines, got.lines, want.n * sizeof(want.lines[0])) != 0)
		explain(list, kind, request, &want, &got);
	first = list_find(list, kind, effects, request, NOW);
	assert_int_equal(first != NULL, want.n > 0);
	if (first != NULL)
		assert_int_equal(first->line_n, want.lines[0]);
	return want.n;
}

static unsigned long long
number_of(const char *variable, unsigned long long otherwise)
{
	const char *text = getenv(variable);

	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void
test_random(void **state)
{
	static struct request request;
	unsigned long long comparisons_n =
	    number_of("LIST_COMPARISONS", COMPARISONS);
	unsigned long long done_n = 0, matches_n = 0;

	(void)state;
	seed ^= number_of("LIST_SEED", 0) * 0x9e3779b97f4a7c15ULL;
	while (done_n < comparisons_n) {
		struct list *list = random_list();

		for (unsigned i = 0; i < SEARCHES; i++, done_n++) {
			random_request(&request);
			matches_n += compare(list,
			    (enum list_kind)(done_n % LIST_KINDS), &request);
		}
		assert_null(list_overrun(list));
		list_free(list);
	}
	print_message("# %llu comparisons, %llu matches\n", done_n, matches_n);
	assert_true(matches_n > done_n / 4); /* else the test shows little */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	};

	alarm(HANG_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
