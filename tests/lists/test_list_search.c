/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The entries that match a request, and their order. test_list_random.c
 * compares the search with a slow one. */
#include "test.h"

#include <string.h>

#include "lists/list.h"

#define C     LIST_CLIENT
#define S     LIST_SENDER
#define R     LIST_RECIPIENT
#define NOW   1000000000
#define EMPTY ""

/*
 * patterns  of one kind, with the numbers 0, 1, ...
 * subject   a client's address and its name ("?" before a name that is not
 *           confirmed), or a sender, or a recipient
 * want      the numbers of the patterns that match, in the order of list_each()
 */
/* clang-format off */
static const struct {
	enum list_kind kind;
	const char *patterns, *subject, *want;
} rows[] = {
	/* Networks: the longest prefix first, in any order of patterns. */
	{ C, "192.0.2.1", "192.0.2.1", "0" },
	{ C, "192.0.2.1", "192.0.2.2", "" },
	{ C, "192.0.2.1/32 192.0.2.1", "192.0.2.1", "01" },
	{ C, "0.0.0.0/0 192.0.2.0/24 192.168 192.0.2 192.0.2.1", "192.0.2.1",
	  "4130" },
	{ C, "192.0.2.0/31 192.0.2.2/31 192.0.2.0/30", "192.0.2.2", "12" },
	{ C, "192.168", "192.168.77.1", "0" },
	{ C, "192.168", "192.169.0.0", "" },
	{ C, "192.0.2.77/24", "192.0.2.1", "0" },
	{ C, "128.0.0.0/1", "127.255.255.255", "" },
	{ C, "128.0.0.0/1", "128.0.0.0", "0" },
	{ C, "::/0 2001:db8::/32 2001:db8::/33 2001:db8::1", "2001:db8::1",
	  "3210" },
	{ C, "2001:db8::/127", "2001:db8::2", "" },
	{ C, "2001:db8::/65", "2001:db8::8000:0:0:0", "" },
	{ C, "2001:DB8::A", "2001:db8::a", "0" },
	/* An IPv4-mapped address is IPv4, in patterns and in requests. */
	{ C, "192.0.2.1 ::/0 0.0.0.0/0", "::ffff:192.0.2.1", "02" },
	{ C, "::ffff:192.0.2.1 ::ffff:192.0.2.0/120", "192.0.2.1", "01" },
	{ C, "::ffff:0.0.0.0/96", "198.51.100.1", "0" },
	{ C, "::/0", "192.0.2.1", "" },
	{ C, "0.0.0.0/0", "2001:db8::1", "" },
	{ C, "::192.0.2.1", "192.0.2.1", "" },
	{ C, "0.0.0.0/0 ::/0 example.org", "unknown mx.example.org", "2" },

	/* A name matches itself and its subdomains. */
	{ C, "example.org", "192.0.2.1 example.org", "0" },
	{ C, "example.org", "192.0.2.1 mx.example.org", "0" },
	{ C, "example.org", "192.0.2.1 a.b.c.example.org", "0" },
	{ C, "example.org", "192.0.2.1 notexample.org", "" },
	{ C, "example.org", "192.0.2.1 example.org.net", "" },
	{ C, "example.org", "192.0.2.1 example", "" },
	{ C, "example.org", "192.0.2.1 example.orga", "" },
	{ C, "example.org", "192.0.2.1 example.org.", "" },
	{ C, "example.org", "192.0.2.1 xample.org", "" },
	{ C, ".example.org", "192.0.2.1 example.org", "" },
	{ C, "*.example.org", "192.0.2.1 example.org", "" },
	{ C, ".example.org *.example.org", "192.0.2.1 mx.example.org", "01" },
	{ C, ".example.org", "192.0.2.1 notexample.org", "" },
	{ C, ".example.org", "192.0.2.1 a.notexample.org", "" },
	{ C, "org example.org .org mx.example.org", "192.0.2.1 mx.example.org",
	  "3102" },
	{ C, ".org org", "192.0.2.1 org", "1" },
	{ C, "Example.ORG", "192.0.2.1 MX.eXAMPLE.org", "0" },
	{ C, "1.2.0.192.example.org", "192.0.2.1 1.2.0.192.example.org", "0" },

	/* Only a confirmed name matches; the address always matches. */
	{ C, "example.org", "192.0.2.1 ?mx.example.org", "" },
	{ C, "/example/ org .org", "192.0.2.1 ?mx.example.org", "" },
	{ C, "/example/ 192.0.2", "192.0.2.1 ?mx.example.org", "1" },
	{ C, "/./ unknown", "192.0.2.1", "" },
	{ C, "/org/ org 192.0 /mx/ 192.0.2", "192.0.2.1 mx.org", "42103" },
	{ C, "/^mx[0-9]\\.org$/", "192.0.2.1 MX1.ORG", "0" },
	{ C, "/^mx[0-9]\\.org$/", "192.0.2.1 mx10.org", "" },
	{ C, "/192/", "192.0.2.1 mx.org", "" },

	/* Addresses: the whole documented order. */
	{ R, "/u/ org example.org u@ u+e@ u@example.org u+e@example.org",
	  "u+e@example.org", "6543210" },
	{ S, "u+e@example.org u@example.org u+e@ u@ example.org org /u/",
	  "u+e@example.org", "0123456" },
	{ S, "u+e@example.org u@example.org u+e@ u@ example.org org /u/",
	  "u@example.org", "13456" },
	{ R, "u@example.org", "v@example.org", "" },
	{ R, "u@example.org", "u@mx.example.org", "" },
	{ R, "u@example.org", "uu@example.org", "" },
	{ R, "u@ uu@", "uu@example.org", "1" },
	{ R, "User@Example.ORG", "uSER@eXAMPLE.org", "0" },
	/* The extension begins at the first plus, and is not empty. */
	{ R, "u@a.b u+e@a.b u+f@a.b u@ u+e@", "u+e@a.b", "1043" },
	{ R, "u@a.b u+e@a.b u+e+f@a.b", "u+e+f@a.b", "20" },
	{ R, "u+e@a.b", "u@a.b", "" },
	{ R, "u+e@", "u@a.b", "" },
	{ R, "+e@a.b e@a.b +@a.b @@a.b", "+e@a.b", "0" },
	{ R, "u@a.b u+@a.b u@", "u+@a.b", "1" },
	{ R, "u-e@a.b u@a.b", "u-e@a.b", "0" },
	/* No domain, an empty domain, several "@". */
	{ R, "postmaster@", "postmaster", "0" },
	{ R, "postmaster@", "PostMaster", "0" },
	{ R, "postmaster@", "postmaster+x", "0" },
	{ R, "postmaster@ postmaster+x@", "postmaster+x@", "10" },
	{ R, "postmaster@", "postmaster@", "0" },
	{ R, "postmaster@ postmaster postmaster@a.b", "postmaster", "0" },
	{ R, "/^postmaster$/ /@/", "postmaster", "0" },
	{ S, "a@b@c.d b@ b@c.d c.d a@b@", "a@b@c.d", "043" },
	{ R, "u@ a.b", "", "" },
	{ R, "/^$/", "", "0" },
	/* Domains. */
	{ S, "example.org", "u@example.org", "0" },
	{ S, "example.org", "u@a.example.org", "0" },
	{ S, "example.org", "u@notexample.org", "" },
	{ S, "example.org", "example.org@example.net", "" },
	{ S, "example.org", "example.org", "" },
	{ S, ".example.org", "u@example.org", "" },
	{ S, "org .example.org", "u@a.example.org", "10" },
	{ S, "\xc3\x84.org", "u@\xc3\x84.ORG", "0" },
	{ S, "\xc3\x84.org", "u@\xc3\xa4.org", "" },
	{ S, "u@[192.0.2.1]", "u@[192.0.2.1]", "0" },
	{ S, "192.0.2.1", "u@[192.0.2.1]", "" },
	{ S, "/Example\\.org$/", "U@EXAMPLE.ORG", "0" },

	/* The null sender, and qmail's double bounce. */
	{ S, "<>", "", "0" },
	{ S, "<>", "#@[]", "0" },
	{ S, "<>", "<>", "" },
	{ S, "<>", "#@[]x", "" },
	{ S, "<>", "u@<>", "" },
	{ S, "<>", "u@a.<>", "" },
	{ S, "<> <>", "", "01" },
	{ S, "u@ a.b", "", "" },
	{ S, "/#/ /./ /@/", "#@[]", "" },
	{ S, "/^$/ <>", "#@[]", "10" },
	{ S, "/^$/ <>", "", "10" },

	/* Equal patterns in the order in which they were added. */
	{ R, "a.b A.B a.b", "u@a.b", "012" },
	{ R, "a.b .a.b a.b *.a.b", "u@c.a.b", "0123" },
	{ R, "a.b .a.b a.b *.a.b", "u@a.b", "02" },
	{ R, "u@ U@ u@", "u@a.b", "012" },
	{ C, "192.0.2 192.0.2.0/24 192.0.2.9/24", "192.0.2.1", "012" },
	{ C, "/b/ /a/ /b/", "192.0.2.1 a.b", "012" },
	{ C, EMPTY, "192.0.2.1 a.b", "" },
	{ R, EMPTY, "u@a.b", "" },
};
/* clang-format on */

static void
add(struct list *list, enum list_kind kind, enum list_effect effect,
    const char *pattern)
{
	struct list_entry entry = {
	    .kind = kind,
	    .effect = effect,
	    .pattern = pattern,
	    .source = "",
	    .line_n = (unsigned)list_n(list),
	};
	struct err err;

	if (list_add(list, &entry, NULL, &err) != 0)
		fail_msg("%s: %s", pattern, err.text);
}

static void
seal(struct list *list)
{
	struct err err;

	assert_int_equal(list_seal(list, &err), 0);
}

/* A list of words, each a pattern of one kind. */
static struct list *
list_of(enum list_kind kind, const char *patterns)
{
	struct list *list = list_new();
	char text[512], *rest = NULL;

	assert_non_null(list);
	strcpy(text, patterns);
	for (char *word = strtok_r(text, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		add(list, kind, LIST_WHITELIST, word);
	seal(list);
	return list;
}

static void
request_with(enum list_kind kind, const char *subject, struct request *out)
{
	char text[256], *name;

	request_clear(out);
	strcpy(text, subject);
	if (kind == S)
		strcpy(out->sender, subject);
	if (kind == R)
		strcpy(out->recipient, subject);
	if (kind != C)
		return;
	name = strchr(text, ' ');
	if (name != NULL) {
		*name++ = '\0';
		out->client_name_confirmed = *name != '?';
		strcpy(out->client_name, name + (*name == '?'));
	} else {
		strcpy(out->client_name, "unknown");
	}
	if (netaddr_parse(text, &out->client) != 0)
		assert_string_equal(text, "unknown");
}

/* The line numbers of visited entries. */
struct visited {
	unsigned numbers[64];
	size_t n, stop_at; /* 0: never */
};

static bool
visit(const struct list_entry *entry, void *arg)
{
	struct visited *visited = arg;

	assert_true(visited->n < ARRAY_LEN(visited->numbers));
	visited->numbers[visited->n++] = entry->line_n;
	return visited->n != visited->stop_at;
}

static void
visited_text(const struct visited *visited, char *out)
{
	for (size_t i = 0; i < visited->n; i++)
		*out++ = (char)('0' + visited->numbers[i]);
	*out = '\0';
}

static void
test_rows(void **state)
{
	static struct request request;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum list_kind kind = rows[i].kind;
		struct list *list = list_of(kind, rows[i].patterns);
		struct visited visited = {.n = 0};
		char got[80];

		request_with(kind, rows[i].subject, &request);
		list_each(list, kind, LIST_ANY_EFFECT, &request, NOW, visit,
		    &visited);
		visited_text(&visited, got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s among %s: got \"%s\"", rows[i].subject,
			    rows[i].patterns, got);
		list_free(list);
	}
}

static void
expect(struct list *list, enum list_kind kind, unsigned effects,
    const struct request *request, int64_t now_s, const char *want)
{
	struct visited visited = {.n = 0};
	const struct list_entry *first =
	    list_find(list, kind, effects, request, now_s);
	char got[80];

	list_each(list, kind, effects, request, now_s, visit, &visited);
	visited_text(&visited, got);
	assert_string_equal(got, want);
	if (*want == '\0')
		assert_null(first);
	else
		assert_ptr_equal(first,
		    list_entry_at(list, (size_t)(*want - '0')));
}

static void
test_effects(void **state)
{
	static struct request request;
	struct list *list = list_new();

	(void)state;
	add(list, R, LIST_GREYLIST, "a.b");
	add(list, R, LIST_SHADOW, "u@a.b");
	add(list, R, LIST_DELAY, "a.b");
	add(list, R, LIST_WHITELIST, "u@");
	add(list, R, LIST_WHITELIST, "/u/");
	add(list, S, LIST_WHITELIST, "a.b");
	seal(list);
	request_with(R, "u@a.b", &request);
	expect(list, R, LIST_ANY_EFFECT, &request, NOW, "13024");
	expect(list, R, LIST_WHITELIST, &request, NOW, "34");
	expect(list, R, LIST_GREYLIST, &request, NOW, "0");
	expect(list, R, LIST_GREYLIST | LIST_DELAY, &request, NOW, "02");
	expect(list, R, LIST_SHADOW, &request, NOW, "1");
	expect(list, R, 0, &request, NOW, "");
	expect(list, S, LIST_ANY_EFFECT, &request, NOW, "");
	expect(list, C, LIST_ANY_EFFECT, &request, NOW, "");
	list_free(list);
}

static void
test_expiry(void **state)
{
	static const int64_t expires_s[] = {0, NOW - 1, NOW, NOW + 1, 1};
	static const char *const patterns[] = {"a.b", "/a/", "u@a.b"};
	static struct request request;

	(void)state;
	request_with(R, "u@a.b", &request);
	for (size_t p = 0; p < ARRAY_LEN(patterns); p++) {
		struct list *list = list_new();
		struct list_entry entry = {.kind = R,
		    .effect = LIST_WHITELIST,
		    .pattern = patterns[p],
		    .source = ""};
		struct err err;

		for (unsigned i = 0; i < ARRAY_LEN(expires_s); i++) {
			entry.expires_s = expires_s[i];
			entry.line_n = i;
			assert_int_equal(list_add(list, &entry, NULL, &err), 0);
		}
		seal(list);
		expect(list, R, LIST_ANY_EFFECT, &request, 0, "01234");
		expect(list, R, LIST_ANY_EFFECT, &request, NOW - 1, "0123");
		expect(list, R, LIST_ANY_EFFECT, &request, NOW, "023");
		expect(list, R, LIST_ANY_EFFECT, &request, NOW + 1, "03");
		expect(list, R, LIST_ANY_EFFECT, &request, NOW + 2, "0");
		list_free(list);
	}
}

static void
test_visit_ends(void **state)
{
	static struct request request;
	struct list *list = list_of(R, "u@a.b u@ a.b b /u/ /a/");

	(void)state;
	request_with(R, "u@a.b", &request);
	for (size_t i = 1; i <= 6; i++) {
		struct visited visited = {.stop_at = i};

		list_each(list, R, LIST_ANY_EFFECT, &request, NOW, visit,
		    &visited);
		assert_int_equal(visited.n, i);
	}
	list_free(list);
}

static void
test_null_list(void **state)
{
	static struct request request;

	(void)state;
	request_with(R, "u@a.b", &request);
	assert_int_equal(list_n(NULL), 0);
	for (int kind = 0; kind < LIST_KINDS; kind++)
		expect(NULL, (enum list_kind)kind, LIST_ANY_EFFECT, &request,
		    NOW, "");
	assert_null(list_overrun(NULL));
	list_free(NULL);
}

static void
test_overrun(void **state)
{
	static struct request request;
	struct list *list = list_of(R, "/a/ /^(a|aa)+$/ a.b");

	(void)state;
	request_with(R, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@a.b",
	    &request);
	assert_null(list_overrun(list));
	expect(list, R, LIST_ANY_EFFECT, &request, NOW, "20");
	assert_ptr_equal(list_overrun(list), list_entry_at(list, 1));
	assert_null(list_overrun(list));
	list_free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_effects),
	    cmocka_unit_test(test_expiry),
	    cmocka_unit_test(test_visit_ends),
	    cmocka_unit_test(test_null_list),
	    cmocka_unit_test(test_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
