/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Which entries match a request, and in which order. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list.h"

#define C     LIST_CLIENT
#define S     LIST_SENDER
#define R     LIST_RECIPIENT
#define NOW   1000000000
#define EMPTY ""

/* ---- By hand ---- */

/*
 * The patterns of one kind, numbered from 0; what is asked: the address of a
 * client and its name ("?" before one that is not confirmed), or a sender or
 * recipient; the numbers of those that match, in their order.
 */
/* clang-format off */
static const struct {
	enum list_kind kind;
	const char *patterns, *subject, *want;
} rows[] = {
	/* Networks: the longest prefix first, however they were added. */
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
	/* An IPv4-mapped address is an IPv4 one, on both sides. */
	{ C, "192.0.2.1 ::/0 0.0.0.0/0", "::ffff:192.0.2.1", "02" },
	{ C, "::ffff:192.0.2.1 ::ffff:192.0.2.0/120", "192.0.2.1", "01" },
	{ C, "::ffff:0.0.0.0/96", "198.51.100.1", "0" },
	{ C, "::/0", "192.0.2.1", "" },
	{ C, "0.0.0.0/0", "2001:db8::1", "" },
	{ C, "::192.0.2.1", "192.0.2.1", "" },
	{ C, "0.0.0.0/0 ::/0 example.org", "unknown mx.example.org", "2" },

	/* Names at their dots. */
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

	/* Confirmed names alone; the address counts in any case. */
	{ C, "example.org", "192.0.2.1 ?mx.example.org", "" },
	{ C, "/example/ org .org", "192.0.2.1 ?mx.example.org", "" },
	{ C, "/example/ 192.0.2", "192.0.2.1 ?mx.example.org", "1" },
	{ C, "/./ unknown", "192.0.2.1", "" },
	{ C, "/org/ org 192.0 /mx/ 192.0.2", "192.0.2.1 mx.org", "42103" },
	{ C, "/^mx[0-9]\\.org$/", "192.0.2.1 MX1.ORG", "0" },
	{ C, "/^mx[0-9]\\.org$/", "192.0.2.1 mx10.org", "" },
	{ C, "/192/", "192.0.2.1 mx.org", "" },

	/* Addresses: the documented order, all of it. */
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
	/* Extensions: from the first plus, if there is something. */
	{ R, "u@a.b u+e@a.b u+f@a.b u@ u+e@", "u+e@a.b", "1043" },
	{ R, "u@a.b u+e@a.b u+e+f@a.b", "u+e+f@a.b", "20" },
	{ R, "u+e@a.b", "u@a.b", "" },
	{ R, "u+e@", "u@a.b", "" },
	{ R, "+e@a.b e@a.b +@a.b @@a.b", "+e@a.b", "0" },
	{ R, "u@a.b u+@a.b u@", "u+@a.b", "1" },
	{ R, "u-e@a.b u@a.b", "u-e@a.b", "0" },
	/* No domain, an empty one, several "@". */
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

	/* The null sender, and qmail's. */
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

	/* Equal ones as they were added. */
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
    const char *pattern, const char *source)
{
	struct list_entry entry = {
	    .kind = kind,
	    .effect = effect,
	    .pattern = pattern,
	    .source = source,
	    .line_n = (unsigned)list_n(list),
	    .index = 77, /* ignored */
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

/* Add words, each as a pattern of this kind. */
static struct list *
list_of(enum list_kind kind, const char *patterns)
{
	struct list *list = list_new();
	char text[512], *rest = NULL;

	assert_non_null(list);
	strcpy(text, patterns);
	for (char *word = strtok_r(text, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		add(list, kind, LIST_WHITELIST, word, "");
	seal(list);
	return list;
}

static void
ask_of(enum list_kind kind, const char *subject, struct request *out)
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

/* Entries visited, by their line_n. */
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

		ask_of(kind, rows[i].subject, &request);
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
	add(list, R, LIST_GREYLIST, "a.b", "");
	add(list, R, LIST_SHADOW, "u@a.b", "");
	add(list, R, LIST_DELAY, "a.b", "");
	add(list, R, LIST_WHITELIST, "u@", "");
	add(list, R, LIST_WHITELIST, "/u/", "");
	add(list, S, LIST_WHITELIST, "a.b", "");
	seal(list);
	ask_of(R, "u@a.b", &request);
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
	ask_of(R, "u@a.b", &request);
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

/* Everything is a copy, and equal patterns keep their own source and line. */
static void
test_sources(void **state)
{
	static const char *const sources[] = {"one", "two", "one", "", "two"};
	static struct request request;
	struct list *list = list_new();
	const struct list_entry *entry;
	char pattern[] = "Mx.A.B", source[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		strcpy(source, sources[i]);
		add(list, S, LIST_GREYLIST, pattern, source);
	}
	memset(pattern, 'x', sizeof(pattern));
	memset(source, 'x', sizeof(source));
	seal(list);
	assert_int_equal(list_n(list), ARRAY_LEN(sources));
	ask_of(S, "u@mx.a.b", &request);
	expect(list, S, LIST_GREYLIST, &request, NOW, "01234");
	for (unsigned i = 0; i < ARRAY_LEN(sources); i++) {
		entry = list_entry_at(list, i);
		assert_string_equal(entry->source, sources[i]);
		assert_string_equal(entry->pattern, "mx.a.b");
		assert_int_equal(entry->line_n, i);
		assert_int_equal(entry->index, i);
	}
	list_free(list);
}

static void
test_visit_ends(void **state)
{
	static struct request request;
	struct list *list = list_of(R, "u@a.b u@ a.b b /u/ /a/");

	(void)state;
	ask_of(R, "u@a.b", &request);
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
	ask_of(R, "u@a.b", &request);
	assert_int_equal(list_n(NULL), 0);
	for (int kind = 0; kind < LIST_KINDS; kind++)
		expect(NULL, (enum list_kind)kind, LIST_ANY_EFFECT, &request,
		    NOW, "");
	assert_null(list_overrun(NULL));
	list_free(NULL);
}

static void
test_add_fails(void **state)
{
	static const char *const bad[] = {
	    "", "a b", "/(/", "//", "a..b", "<>", "@a.b"};
	static struct request request;
	struct list *list = list_new();
	struct pattern parsed;
	struct err err;

	(void)state;
	add(list, R, LIST_WHITELIST, "a.b", "one");
	memset(&parsed, 'x', sizeof(parsed));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct list_entry entry = {.kind = R,
		    .effect = LIST_WHITELIST,
		    .pattern = bad[i],
		    .source = "two"};

		err.text[0] = '\0';
		assert_int_equal(list_add(list, &entry, &parsed, &err), -1);
		assert_non_null(strstr(err.text, "expected "));
		assert_int_equal(list_n(list), 1);
		assert_int_equal(parsed.text[0], 'x');
	}
	add(list, R, LIST_WHITELIST, "u@a.b", "one");
	seal(list);
	ask_of(R, "u@a.b", &request);
	expect(list, R, LIST_ANY_EFFECT, &request, NOW, "10");
	assert_string_equal(list_entry_at(list, 0)->source, "one");
	list_free(list);
}

static void
test_overrun(void **state)
{
	static struct request request;
	struct list *list = list_of(R, "/a/ /^(a|aa)+$/ a.b");

	(void)state;
	ask_of(R, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@a.b",
	    &request);
	assert_null(list_overrun(list));
	expect(list, R, LIST_ANY_EFFECT, &request, NOW, "20");
	assert_ptr_equal(list_overrun(list), list_entry_at(list, 1));
	assert_null(list_overrun(list));
	list_free(list);
}

/* ---- Against a slow reference ---- */

/*
 * The reference knows nothing of hashes or of struct pattern: it looks at each
 * entry of the list as its text was, and says how specific a match it is.
 */
struct ref {
	enum list_kind kind;
	enum list_effect effect;
	int64_t expires_s;
	char text[80]; /* in lower case */
	bool is_network;
	struct netaddr address;
	unsigned bits;
};

#define REFS_MAX  60
#define LISTS     1000
#define QUESTIONS 34 /* for each list, of each kind */

static uint32_t random_state;

static unsigned
random_below(unsigned n)
{
	random_state = random_state * 1664525U + 1013904223U;
	return (random_state >> 8) % n;
}

static const char *
pick(const char *const *words, size_t n)
{
	return words[random_below((unsigned)n)];
}

#define PICK(words) pick(words, ARRAY_LEN(words))

static void
random_address(char *out)
{
	static const char *const more[] = {"2001:db8::", "2001:db8::1",
	    "2001:db8:0:1::", "::ffff:10.0.0.1", "::ffff:10.1.0.0",
	    "2001::", "8000::"};

	if (random_below(3) == 0)
		strcpy(out, PICK(more));
	else
		sprintf(out, "10.%u.%u.%u", random_below(2), random_below(2),
		    random_below(3));
}

static void
random_name(char *out)
{
	static const char *const labels[] = {"a", "b", "ab", "A", "b-a"};
	unsigned n = 1 + random_below(4);

	*out = '\0';
	while (n-- > 0) {
		strcat(out, PICK(labels));
		if (n > 0)
			strcat(out, ".");
	}
}

static void
random_local(char *out)
{
	static const char *const users[] = {"u", "U", "v", "u+e", "u+f", "v+e",
	    "u+", "+e", "u+e+f", "u@v", "a"};

	strcpy(out, PICK(users));
}

/* Whether the address lies in the network, octet by octet. */
static bool
ref_in_network(const struct ref *ref, const struct netaddr *address)
{
	if (ref->address.family != address->family)
		return false;
	for (unsigned bit = 0; bit < ref->bits; bit++) {
		unsigned octet = bit / 8, mask = 0x80U >> bit % 8;

		if (((ref->address.octets[octet] ^ address->octets[octet]) &
			mask) != 0)
			return false;
	}
	return true;
}

static void
random_network(struct ref *ref)
{
	static const unsigned ipv4[] = {0, 7, 8, 15, 16, 23, 24, 30, 31, 32};
	static const unsigned ipv6[] = {0, 1, 16, 32, 63, 64, 127, 128};
	char address[40];
	bool mapped, v4;

	ref->is_network = true;
	random_address(address);
	assert_int_equal(netaddr_parse(address, &ref->address), 0);
	mapped = strncmp(address, "::ffff:", 7) == 0;
	v4 = mapped || strchr(address, ':') == NULL;
	ref->bits = v4 ? ipv4[random_below(ARRAY_LEN(ipv4))]
		       : ipv6[random_below(ARRAY_LEN(ipv6))];
	if (v4 && !mapped && (ref->bits == 16 || ref->bits == 24) &&
	    random_below(2) == 0)
		sprintf(ref->text, ref->bits == 16 ? "10.%u" : "10.%u.%u",
		    ref->address.octets[1], ref->address.octets[2]);
	else if (ref->bits == (v4 ? 32 : 128) && random_below(2) == 0)
		strcpy(ref->text, address);
	else
		sprintf(ref->text, "%s/%u", address,
		    ref->bits + (mapped ? 96 : 0));
}

static void
lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

/* An entry, and its pattern as written. */
static void
random_entry(struct ref *ref, char *written)
{
	static const enum list_effect effects[] = {
	    LIST_WHITELIST, LIST_GREYLIST, LIST_SHADOW, LIST_DELAY};
	static const char *const before[] = {"", "", ".", "*."};
	char name[40];

	memset(ref, 0, sizeof(*ref));
	ref->kind = (enum list_kind)random_below(LIST_KINDS);
	ref->effect = effects[random_below(4)];
	if (random_below(4) == 0)
		ref->expires_s = NOW - 1 + (int64_t)random_below(3);
	random_name(name);
	if (ref->kind == C && random_below(2) == 0) {
		random_network(ref);
	} else if (ref->kind == S && random_below(10) == 0) {
		strcpy(ref->text, "<>");
	} else if (ref->kind == C || random_below(3) == 0) {
		sprintf(ref->text, "%s%s", PICK(before), name);
	} else {
		random_local(ref->text);
		strcat(ref->text, "@");
		if (random_below(2) == 0)
			strcat(ref->text, name);
	}
	strcpy(written, ref->text);
	lower(ref->text);
}

/* How specific the match of a domain pattern is, 0: none. */
static unsigned
ref_domain(const char *pattern, const char *name)
{
	size_t name_n = strlen(name), n;
	bool below_only = false;

	if (pattern[0] == '*')
		pattern++;
	if (pattern[0] == '.') {
		below_only = true;
		pattern++;
	}
	n = strlen(pattern);
	if (n > name_n || strcmp(name + name_n - n, pattern) != 0)
		return 0;
	if (n == name_n ? below_only : name[name_n - n - 1] != '.')
		return 0;
	return (unsigned)n;
}

/* The same of a pattern with an "@", or of a domain. */
static unsigned
ref_mail(const char *pattern, const char *address)
{
	const char *at = strrchr(address, '@'), *domain, *plus;
	char user[80], whole[80];
	size_t local_n = at != NULL ? (size_t)(at - address) : strlen(address);

	domain = at != NULL ? at + 1 : "";
	if (strcmp(pattern, "<>") == 0)
		return 0;
	if (strchr(pattern, '@') == NULL)
		return ref_domain(pattern, domain);
	sprintf(whole, "%.*s", (int)local_n, address);
	strcpy(user, whole);
	plus = strchr(user, '+');
	if (plus != NULL && plus != user && plus[1] != '\0')
		user[plus - user] = '\0';
	/* From the end of the order to its beginning. */
	for (unsigned rank = 1; rank <= 4; rank++) {
		char key[160];

		sprintf(key, "%s@%s", rank == 2 || rank == 4 ? whole : user,
		    rank >= 3 ? domain : "");
		if (rank == 1 && strcmp(whole, user) == 0)
			continue;
		if (strcmp(key, pattern) == 0)
			return 1000 * rank;
	}
	return 0;
}

/* One question in lower case. */
struct ref_subject {
	struct netaddr client;
	bool confirmed;
	char name[80], sender[80], recipient[80];
};

static unsigned
ref_match(const struct ref *ref, const struct ref_subject *subject)
{
	if (ref->is_network)
		return ref_in_network(ref, &subject->client) ? 1000 + ref->bits
							     : 0;
	if (ref->kind == C)
		return subject->confirmed ? ref_domain(ref->text, subject->name)
					  : 0;
	if (ref->kind == R)
		return ref_mail(ref->text, subject->recipient);
	if (subject->sender[0] == '\0' || strcmp(subject->sender, "#@[]") == 0)
		return strcmp(ref->text, "<>") == 0;
	return ref_mail(ref->text, subject->sender);
}

/* All that match, the most specific first. */
static void
ref_each(const struct ref *refs, size_t refs_n, enum list_kind kind,
    unsigned effects, int64_t now_s, const struct ref_subject *subject,
    struct visited *out)
{
	unsigned ranks[REFS_MAX];

	out->n = 0;
	for (unsigned i = 0; i < refs_n; i++) {
		const struct ref *ref = &refs[i];
		unsigned rank = ref->kind == kind ? ref_match(ref, subject) : 0;
		size_t at = out->n;

		if (rank == 0 || (ref->effect & effects) == 0 ||
		    (ref->expires_s > 0 && now_s > ref->expires_s))
			continue;
		for (; at > 0 && ranks[at - 1] < rank; at--) {
			ranks[at] = ranks[at - 1];
			out->numbers[at] = out->numbers[at - 1];
		}
		ranks[at] = rank;
		out->numbers[at] = i;
		out->n++;
	}
}

static void
random_mail(char *out)
{
	random_local(out);
	if (random_below(10) == 0)
		return;
	strcat(out, "@");
	random_name(out + strlen(out));
}

static void
random_request(struct request *request, struct ref_subject *subject)
{
	char address[40];

	request_clear(request);
	random_address(address);
	if (random_below(20) != 0)
		netaddr_parse(address, &request->client);
	request->client_name_confirmed = random_below(4) != 0;
	random_name(request->client_name);
	random_mail(request->recipient);
	random_mail(request->sender);
	if (random_below(8) == 0)
		strcpy(request->sender, random_below(2) == 0 ? "" : "#@[]");
	subject->client = request->client;
	subject->confirmed = request->client_name_confirmed;
	strcpy(subject->name, request->client_name);
	strcpy(subject->sender, request->sender);
	strcpy(subject->recipient, request->recipient);
	lower(subject->name);
	lower(subject->sender);
	lower(subject->recipient);
}

static size_t
random_list(struct list *list, struct ref *refs)
{
	size_t n = random_below(REFS_MAX + 1);
	struct err err;

	for (unsigned i = 0; i < n; i++) {
		char written[80];
		struct list_entry entry = {.source = "", .line_n = i};

		random_entry(&refs[i], written);
		entry.kind = refs[i].kind;
		entry.effect = refs[i].effect;
		entry.expires_s = refs[i].expires_s;
		entry.pattern = written;
		if (list_add(list, &entry, NULL, &err) != 0)
			fail_msg("%s: %s", written, err.text);
	}
	seal(list);
	return n;
}

/* Returns how many entries match. */
static size_t
compare(struct list *list, const struct ref *refs, size_t refs_n,
    enum list_kind kind)
{
	static struct request request;
	struct ref_subject subject;
	struct visited got = {.n = 0}, want = {.n = 0};
	unsigned effects = random_below(3) == 0 ? random_below(16) : 15;
	int64_t now_s = NOW - 1 + (int64_t)random_below(3);
	const struct list_entry *first;

	random_request(&request, &subject);
	ref_each(refs, refs_n, kind, effects, now_s, &subject, &want);
	list_each(list, kind, effects, &request, now_s, visit, &got);
	first = list_find(list, kind, effects, &request, now_s);
	if (got.n != want.n ||
	    memcmp(got.numbers, want.numbers, got.n * sizeof(unsigned)) != 0)
		fail_msg("%s of %s (%d), <%s>, <%s>: got %zu, want %zu; "
			 "first %s, want %s",
		    list_kind_word(kind), subject.name, subject.confirmed,
		    subject.sender, subject.recipient, got.n, want.n,
		    first != NULL ? first->pattern : "-",
		    want.n > 0 ? refs[want.numbers[0]].text : "-");
	assert_int_equal(first != NULL, want.n > 0);
	if (first != NULL)
		assert_int_equal(first->line_n, want.numbers[0]);
	return got.n;
}

static void
test_reference(void **state)
{
	static struct ref refs[REFS_MAX];
	size_t questions_n = 0, some_n = 0, many_n = 0;

	(void)state;
	random_state = 20261121;
	for (unsigned i = 0; i < LISTS; i++) {
		struct list *list = list_new();
		size_t n = random_list(list, refs);

		for (unsigned j = 0; j < QUESTIONS * LIST_KINDS; j++) {
			size_t found_n = compare(list, refs, n,
			    (enum list_kind)(j % LIST_KINDS));

			questions_n++;
			some_n += found_n > 0;
			many_n += found_n > 1;
		}
		list_free(list);
	}
	/* Else it would prove little. */
	assert_true(some_n > questions_n / 4);
	assert_true(many_n > questions_n / 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_effects),
	    cmocka_unit_test(test_expiry),
	    cmocka_unit_test(test_sources),
	    cmocka_unit_test(test_visit_ends),
	    cmocka_unit_test(test_null_list),
	    cmocka_unit_test(test_add_fails),
	    cmocka_unit_test(test_overrun),
	    cmocka_unit_test(test_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
