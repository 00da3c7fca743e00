/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* What a list matches: a table, and a slow and obvious reference. [C15] */
#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/list.h"

#define NOW 1000000000

/* ---- A table ---- */

#define C LIST_CLIENT
#define S LIST_SENDER
#define R LIST_RECIPIENT

/* Names end in '!' where they are not confirmed. */
/* clang-format off */
static const struct {
	enum list_kind kind;
	const char *patterns; /* separated by blanks, in their order */
	const char *address, *name; /* or the mail address, and "" */
	const char *want;
} rows[] = {
	/* Networks: the longest prefix first. */
	{ C, "192.0.2.1", "192.0.2.1", "", "192.0.2.1" },
	{ C, "192.0.2.1", "192.0.2.2", "", "" },
	{ C, "192.0.2", "192.0.2.255", "", "192.0.2.0/24" },
	{ C, "192.0.2", "192.0.3.0", "", "" },
	{ C, "192.168", "192.168.200.1", "", "192.168.0.0/16" },
	{ C, "0.0.0.0/0 192.0.0.0/8 192.0.2.1", "192.0.2.1", "",
	  "192.0.2.1 192.0.0.0/8 0.0.0.0/0" },
	{ C, "0.0.0.0/0", "2001:db8::1", "", "" },
	{ C, "::/0", "192.0.2.1", "", "" },
	{ C, "2001:db8::/32 2001:db8::1", "2001:db8::1", "",
	  "2001:db8::1 2001:db8::/32" },
	{ C, "192.0.2.0/24", "::ffff:192.0.2.7", "", "192.0.2.0/24" },
	{ C, "::ffff:192.0.2.0/120", "192.0.2.7", "", "192.0.2.0/24" },
	{ C, "192.0.2.0/25 192.0.2.128/25", "192.0.2.128", "", "192.0.2.128/25" },
	{ C, "192.0.2.1 192.0.2.1", "192.0.2.1", "", "192.0.2.1 192.0.2.1" },

	/* Names: label boundaries, confirmed ones alone. */
	{ C, "example.org", "192.0.2.1", "example.org", "example.org" },
	{ C, "example.org", "192.0.2.1", "MX.Example.ORG", "example.org" },
	{ C, "example.org", "192.0.2.1", "notexample.org", "" },
	{ C, "example.org", "192.0.2.1", "not-example.org", "" },
	{ C, "example.org", "192.0.2.1", "example.org.evil", "" },
	{ C, "example.org", "192.0.2.1", "org", "" },
	{ C, "example.org", "192.0.2.1", "mx.example.org!", "" },
	{ C, ".example.org", "192.0.2.1", "mx.example.org", ".example.org" },
	{ C, ".example.org", "192.0.2.1", "a.b.example.org", ".example.org" },
	{ C, ".example.org", "192.0.2.1", "example.org", "" },
	{ C, "*.example.org", "192.0.2.1", "mx.example.org", ".example.org" },
	{ C, "org example.org mx.example.org", "192.0.2.1", "mx.example.org",
	  "mx.example.org example.org org" },
	{ C, ".example.org example.org", "192.0.2.1", "a.example.org",
	  ".example.org example.org" },
	{ C, "/^mx/ org 192.0.2.1", "192.0.2.1", "mx.org", "192.0.2.1 org /^mx/" },
	{ C, "/^mx/", "192.0.2.1", "mx.org!", "" },
	{ C, "/192/", "192.0.2.1", "mx.org", "" },
	{ C, "/^MX[0-9]$/", "192.0.2.1", "mx7", "/^MX[0-9]$/" },

	/* Mail addresses. */
	{ R, "joe@example.org", "joe@example.org", "", "joe@example.org" },
	{ R, "joe@example.org", "Joe@Example.Org", "", "joe@example.org" },
	{ R, "joe@example.org", "joe+x@example.org", "", "joe@example.org" },
	{ R, "joe@example.org", "joe+x+y@example.org", "", "joe@example.org" },
	{ R, "joe@example.org", "joe+@example.org", "", "" },
	{ R, "joe@example.org", "+joe@example.org", "", "" },
	{ R, "joe@example.org", "joel@example.org", "", "" },
	{ R, "joe@example.org", "joe@sub.example.org", "", "" },
	{ R, "joe+x@example.org", "joe+x@example.org", "", "joe+x@example.org" },
	{ R, "joe+x@example.org", "joe@example.org", "", "" },
	{ R, "joe@", "joe@anywhere.example", "", "joe@" },
	{ R, "joe@", "joe+x@anywhere.example", "", "joe@" },
	{ R, "joe@", "moejoe@anywhere.example", "", "" },
	{ R, "postmaster@", "Postmaster", "", "postmaster@" },
	{ R, "example.org", "joe@example.org", "", "example.org" },
	{ R, "example.org", "joe@mx.example.org", "", "example.org" },
	{ R, "example.org", "joe@notexample.org", "", "" },
	{ R, "example.org", "example.org", "", "" },
	{ R, ".example.org", "joe@example.org", "", "" },
	{ R, ".example.org", "joe@a.example.org", "", ".example.org" },
	{ R, "example.org", "a@example.org@b.example", "", "" },
	{ R, "b.example", "a@example.org@b.example", "", "b.example" },
	{ R, "/joe/ org a.org joe@ joe+x@ joe@a.org joe+x@a.org", "joe+x@a.org", "",
	  "joe+x@a.org joe@a.org joe+x@ joe@ a.org org /joe/" },
	{ R, "/^JOE@/", "Joe@example.org", "", "/^JOE@/" },
	{ R, "m\xc3\xbc.example", "a@M\xc3\xbc.example", "", "m\xc3\xbc.example" },
	{ R, "m\xc3\xbc.example", "a@m\xc3\x9c.example", "", "" },
	{ R, "joe@[192.0.2.1]", "joe@[192.0.2.1]", "", "joe@[192.0.2.1]" },
	{ S, "<>", "", "", "<>" },
	{ S, "<>", "#@[]", "", "<>" },
	{ S, "<>", "<>@example.org", "", "" },
	{ S, "example.org", "", "", "" },
	{ S, "/^$/", "", "", "/^$/" },
	{ S, "joe@", "", "", "" },
};
/* clang-format on */

static void
add(struct list *list, enum list_kind kind, const char *pattern,
    enum list_effect effect, int64_t expires_s)
{
	const struct list_entry entry = {.kind = kind,
	    .effect = effect,
	    .expires_s = expires_s,
	    .pattern = pattern,
	    .source = "f"};
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

static void
set_client(struct request *request, const char *address, const char *name)
{
	size_t n = strlen(name);

	request_clear(request);
	assert_int_equal(netaddr_parse(address, &request->client), 0);
	strcpy(request->client_name, name);
	request->client_name_confirmed = n > 0 && name[n - 1] != '!';
	if (n > 0 && name[n - 1] == '!')
		request->client_name[n - 1] = '\0';
}

static void
set_question(struct request *request, enum list_kind kind, const char *address,
    const char *name)
{
	switch (kind) {
	case LIST_CLIENT:
		set_client(request, address, name);
		break;
	case LIST_SENDER:
		request_clear(request);
		strcpy(request->sender, address);
		break;
	case LIST_RECIPIENT:
		request_clear(request);
		strcpy(request->recipient, address);
		break;
	}
}

static bool
append(struct list_entry *entry, void *arg)
{
	char *got = arg;

	strcat(got, got[0] != '\0' ? " " : "");
	strcat(got, entry->pattern);
	return true;
}

static void
test_rows(void **state)
{
	static struct request request;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct list *list = list_new();
		char patterns[256], got[256] = "", *rest = patterns;

		strcpy(patterns, rows[i].patterns);
		for (char *word = strtok_r(patterns, " ", &rest); word != NULL;
		     word = strtok_r(NULL, " ", &rest))
			add(list, rows[i].kind, word, LIST_WHITELIST, 0);
		seal(list);
		set_question(&request, rows[i].kind, rows[i].address,
		    rows[i].name);
		list_each(list, rows[i].kind, LIST_ANY_EFFECT, &request, NOW,
		    append, got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s on %s %s: got %s", rows[i].patterns,
			    rows[i].address, rows[i].name, got);
		list_free(list);
	}
}

/* ---- The rest of the promises ---- */

static void
test_effects_and_expiry(void **state)
{
	static struct request request;
	struct list *list = list_new();

	(void)state;
	add(list, C, "192.0.2.1", LIST_WHITELIST, NOW);
	add(list, C, "192.0.2.0/24", LIST_GREYLIST, 0);
	add(list, S, "192.0.2.1", LIST_WHITELIST, 0); /* another kind */
	seal(list);
	set_client(&request, "192.0.2.1", "");
	assert_string_equal(list_find(list, C, LIST_ANY_EFFECT, &request, NOW)
				->pattern,
	    "192.0.2.1");
	assert_string_equal(list_find(list, C, LIST_GREYLIST, &request, NOW)
				->pattern,
	    "192.0.2.0/24");
	assert_string_equal(list_find(list, C, LIST_ANY_EFFECT, &request,
				NOW + 1)
				->pattern,
	    "192.0.2.0/24");
	assert_null(list_find(list, C, LIST_WHITELIST, &request, NOW + 1));
	assert_null(list_find(list, C, LIST_SHADOW, &request, NOW));
	assert_null(list_find(list, S, LIST_ANY_EFFECT, &request, NOW));
	list_free(list);
}

static void
test_empty(void **state)
{
	static struct request request;
	struct list *list = list_new();

	(void)state;
	set_client(&request, "192.0.2.1", "mx.example.org");
	strcpy(request.sender, "a@b");
	seal(list);
	for (int kind = 0; kind < LIST_KINDS; kind++) {
		assert_null(list_find(list, (enum list_kind)kind,
		    LIST_ANY_EFFECT, &request, NOW));
		assert_null(list_find(NULL, (enum list_kind)kind,
		    LIST_ANY_EFFECT, &request, NOW));
	}
	assert_int_equal(list_n(list), 0);
	assert_int_equal(list_n(NULL), 0);
	list_free(list);
	list_free(NULL);
}

/* What is refused leaves the list as it was. */
static void
test_refused(void **state)
{
	static const char *const bad[] = {"192.0.2.256", "/(/", "a b", ""};
	struct list *list = list_new();
	struct pattern parsed = {.text = "untouched"};
	struct err err;

	(void)state;
	add(list, C, "192.0.2.1", LIST_WHITELIST, 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct list_entry entry = {
		    .kind = C, .pattern = bad[i], .source = "g"};

		assert_int_equal(list_add(list, &entry, &parsed, &err), -1);
		assert_int_equal(list_n(list), 1);
		assert_string_equal(parsed.text, "untouched");
	}
	seal(list);
	list_free(list);
}

static void
test_overrun_is_named(void **state)
{
	static struct request request;
	struct list *list = list_new();

	(void)state;
	add(list, C, "/^(a+)+$/", LIST_WHITELIST, 0);
	seal(list);
	set_client(&request, "192.0.2.1", "mx.example");
	assert_null(list_find(list, C, LIST_ANY_EFFECT, &request, NOW));
	assert_null(list_overrun(list));
	set_client(&request, "192.0.2.1",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	assert_null(list_find(list, C, LIST_ANY_EFFECT, &request, NOW));
	assert_string_equal(list_overrun(list)->pattern, "/^(a+)+$/");
	assert_null(list_overrun(list));
	list_free(list);
}

/* ---- A slow and obvious reference ---- */

/* Whether "name" is "domain" or below it; the same without regard to case. */
static bool
ends_in_domain(const char *name, const char *domain, bool only_below)
{
	size_t n = strlen(name), m = strlen(domain);

	if (n == m)
		return !only_below && strcasecmp(name, domain) == 0;
	return n > m && name[n - m - 1] == '.' &&
	    strcasecmp(name + n - m, domain) == 0;
}

static bool
in_network(const char *address, const char *network)
{
	uint8_t a[16] = {0}, b[16] = {0};
	char base[64];
	int bits, family = strchr(network, ':') != NULL ? AF_INET6 : AF_INET;

	bits = family == AF_INET6 ? 128 : 32;
	strcpy(base, network);
	if (strchr(base, '/') != NULL) {
		bits = atoi(strchr(base, '/') + 1);
		*strchr(base, '/') = '\0';
	}
	if (inet_pton(family, address, a) != 1 ||
	    inet_pton(family, base, b) != 1)
		return false;
	for (int i = 0; i < bits; i++)
		if (((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

static bool
reference_client(const char *pattern, const char *address, const char *name)
{
	if (strspn(pattern, "0123456789./") == strlen(pattern) ||
	    strchr(pattern, ':') != NULL)
		return in_network(address, pattern);
	if (name[0] == '\0')
		return false;
	return pattern[0] == '.' ? ends_in_domain(name, pattern + 1, true)
				 : ends_in_domain(name, pattern, false);
}

/* "user" of a pattern against the local part, with or without its
 * extension. */
static bool
same_user(const char *user, size_t user_n, const char *local, size_t local_n)
{
	const char *plus;

	if (user_n == local_n && strncasecmp(user, local, user_n) == 0)
		return true;
	plus = memchr(local, '+', local_n);
	return plus != NULL && plus != local && plus + 1 < local + local_n &&
	    (size_t)(plus - local) == user_n &&
	    strncasecmp(user, local, user_n) == 0;
}

static bool
reference_mail(const char *pattern, const char *address)
{
	const char *at = strrchr(address, '@');
	const char *pattern_at = strrchr(pattern, '@');
	size_t local_n = at != NULL ? (size_t)(at - address) : strlen(address);

	if (pattern_at == NULL)
		return at != NULL &&
		    (pattern[0] == '.'
			    ? ends_in_domain(at + 1, pattern + 1, true)
			    : ends_in_domain(at + 1, pattern, false));
	if (!same_user(pattern, (size_t)(pattern_at - pattern), address,
		local_n))
		return false;
	return pattern_at[1] == '\0' ||
	    (at != NULL && strcasecmp(pattern_at, at) == 0);
}

/* ---- Random lists and questions ---- */

static unsigned
below(unsigned n)
{
	static uint64_t seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static const char *
pick(const char *const words[], size_t n)
{
	return words[below((unsigned)n)];
}
#define PICK(words) pick(words, ARRAY_LEN(words))

static const char *const labels[] = {"a", "b", "aa", "ab", "A", "x-a", "a1"};
static const char *const users[] = {
    "a", "b", "ab", "a+b", "B", "a+b+a", "+a", "a+"};

static void
random_name(char *out)
{
	out[0] = '\0';
	for (unsigned n = 1 + below(4); n > 0; n--) {
		strcat(out, PICK(labels));
		strcat(out, n > 1 ? "." : "");
	}
}

static void
random_address(char *out)
{
	if (below(3) == 0)
		sprintf(out, "2001:db8:%u::%u", below(3), below(3));
	else
		sprintf(out, "10.%u.%u.%u", below(2), below(3), below(4));
}

static void
random_client_pattern(char *out)
{
	char name[64];

	random_name(name);
	switch (below(5)) {
	case 0:
		random_address(out);
		break;
	case 1:
		random_address(out);
		sprintf(out + strlen(out), "/%u",
		    strchr(out, ':') != NULL ? below(129) : below(33));
		break;
	case 2:
		sprintf(out, ".%s", name);
		break;
	default:
		strcpy(out, name);
		break;
	}
}

static void
random_mail_pattern(char *out)
{
	char name[64];

	random_name(name);
	switch (below(4)) {
	case 0:
		sprintf(out, "%s@%s", PICK(users), name);
		break;
	case 1:
		sprintf(out, "%s@", PICK(users));
		break;
	case 2:
		sprintf(out, ".%s", name);
		break;
	default:
		strcpy(out, name);
		break;
	}
}

static void
random_question(struct request *request, char *address)
{
	char name[64];

	random_address(address);
	random_name(name);
	set_client(request, address, below(4) == 0 ? "" : name);
	random_name(name);
	if (below(8) == 0)
		strcpy(request->recipient, PICK(users));
	else
		sprintf(request->recipient, "%s@%s", PICK(users), name);
}

#define ENTRIES_MAX 60

struct found {
	const struct list *list;
	unsigned n;
	bool is[ENTRIES_MAX];
};

static bool
note(struct list_entry *entry, void *arg)
{
	struct found *found = arg;

	if (found->is[entry->line_n])
		fail_msg("%s: visited twice", entry->pattern);
	found->is[entry->line_n] = true;
	found->n++;
	return true;
}

static void
compare(struct list *list, const struct request *request, const char *address)
{
	for (int kind = LIST_CLIENT; kind <= LIST_RECIPIENT; kind += 2) {
		struct found found = {.list = list};

		list_each(list, (enum list_kind)kind, LIST_ANY_EFFECT, request,
		    NOW, note, &found);
		for (size_t i = 0; i < list_n(list); i++) {
			const struct list_entry *entry = list_entry_at(list, i);
			bool want = entry->kind == (enum list_kind)kind &&
			    (kind == LIST_CLIENT
				    ? reference_client(entry->pattern, address,
					  request->client_name)
				    : reference_mail(entry->pattern,
					  request->recipient));

			if (found.is[i] != want)
				fail_msg("%s on %s %s %s: got %d",
				    entry->pattern, address,
				    request->client_name, request->recipient,
				    found.is[i]);
		}
	}
}

/* 4,000 lists, 20 questions each. */
static void
test_against_reference(void **state)
{
	static struct request request;
	char address[64];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct list *list = list_new();
		unsigned n = below(ENTRIES_MAX);

		for (unsigned line_n = 0; line_n < n; line_n++) {
			char pattern[128];
			struct err err;
			struct list_entry entry = {.effect = LIST_WHITELIST,
			    .pattern = pattern,
			    .source = "f",
			    .line_n = line_n};

			entry.kind = below(2) == 0 ? C : R;
			if (entry.kind == C)
				random_client_pattern(pattern);
			else
				random_mail_pattern(pattern);
			if (list_add(list, &entry, NULL, &err) != 0)
				fail_msg("%s: %s", pattern, err.text);
		}
		seal(list);
		for (int j = 0; j < 20; j++) {
			random_question(&request, address);
			compare(list, &request, address);
		}
		list_free(list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_effects_and_expiry),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_overrun_is_named),
	    cmocka_unit_test(test_against_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
