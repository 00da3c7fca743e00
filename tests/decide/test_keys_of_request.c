/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "decide/key.h"
#include "mail/sender_key.h"

#define TRIPLETS (1U << KEY_TRIPLET_NETWORK | 1U << KEY_TRIPLET_POOL)

/* Requests, and their keys as texts. "-" means that the key does not exist. */
static const struct {
	const char *client, *name, *sender, *recipient;
	const char *keys[KEY_KINDS];
} rows[] = {
    {"192.0.2.7", "", "A@b.example", "C@example.org",
	{"192.0.2.0/24 a@b.example c@example.org", "-", "192.0.2.7  ", "-", "-",
	    " a@b.example c@example.org", "-"}},
    {"2001:db8::7", "", "", "c@example.org",
	{"2001:db8::/64 <> c@example.org", "-", "2001:db8::/64  ", "-", "-",
	    "-", "-"}},
    {"192.0.2.7", "mx.example.com", "A@B.example", "c@example.org",
	{"192.0.2.0/24 a@b.example c@example.org",
	    "example.com a@b.example c@example.org", "192.0.2.7  ",
	    "example.com @b.example ", "example.com @b.example 192.0.2.0/24",
	    " a@b.example c@example.org", "-"}},
    {"2001:db8::7", "mx.example.com", "A@B.example", "c@example.org",
	{"2001:db8::/64 a@b.example c@example.org",
	    "example.com a@b.example c@example.org", "2001:db8::/64  ",
	    "example.com @b.example ", "example.com @b.example 2001:db8::/64",
	    " a@b.example c@example.org", "-"}},
    {"192.0.2.7", "mx.example.com", "", "c@example.org",
	{"192.0.2.0/24 <> c@example.org", "example.com <> c@example.org",
	    "192.0.2.7  ", "-", "-", "-", "-"}},
    {"192.0.2.7", "mx.example.com", "root", "c@example.org",
	{"192.0.2.0/24 root c@example.org", "example.com root c@example.org",
	    "192.0.2.7  ", "-", "-", "-", "-"}},
    /* A request without a recipient. */
    {"192.0.2.7", "", "@b.example", "",
	{"192.0.2.0/24 @b.example ", "-", "192.0.2.7  ", "-", "-", "-", "-"}},
    /* The domain of the sender and the client are of one pool. */
    {"192.0.2.7", "mx.example.com", "a+x@B.example.com", "C+y@example.org",
	{"192.0.2.0/24 a@b.example.com c+y@example.org",
	    "example.com a@b.example.com c+y@example.org", "192.0.2.7  ",
	    "example.com @b.example.com ",
	    "example.com @b.example.com 192.0.2.0/24",
	    " a@b.example.com c@example.org", "example.com  c@example.org"}},
    {"192.0.2.7", "mx.example.com", "a@notexample.com", "c@example.org",
	{"192.0.2.0/24 a@notexample.com c@example.org",
	    "example.com a@notexample.com c@example.org", "192.0.2.7  ",
	    "example.com @notexample.com ",
	    "example.com @notexample.com 192.0.2.0/24",
	    " a@notexample.com c@example.org", "-"}},
};

static const char *
text_of(const struct key *key)
{
	static char text[sizeof(*key) + 2];

	strcpy(text, key->client);
	strcat(text, " ");
	strcat(text, key->sender);
	strcat(text, " ");
	strcat(text, key->recipient);
	return text;
}

static void
check_keys(const struct key keys[KEY_KINDS], unsigned made,
    const char *const wanted[KEY_KINDS])
{
	for (unsigned i = 0; i < KEY_KINDS; i++) {
		bool is_made = (made & 1U << i) != 0;

		assert_string_equal(is_made ? text_of(&keys[i]) : "-",
		    wanted[i]);
		if (is_made)
			assert_int_equal(keys[i].kind, i);
		if (is_made)
			assert_int_equal(key_kind_is_triplet(keys[i].kind),
			    (TRIPLETS & 1U << i) != 0);
	}
}

static void
test_rows(void **state)
{
	const struct key_rules rules = {24, 64, SENDER_ALL, true};
	static struct key keys[KEY_KINDS];
	struct request request;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		request_clear(&request);
		netaddr_parse(rows[i].client, &request.client);
		strcpy(request.client_name, rows[i].name);
		request.client_name_confirmed = rows[i].name[0] != '\0';
		strcpy(request.sender, rows[i].sender);
		strcpy(request.recipient, rows[i].recipient);
		check_keys(keys, keys_of_request(&request, &rules, keys),
		    rows[i].keys);
	}
}

static void
test_without_pools(void **state)
{
	const struct key_rules rules = {24, 64, SENDER_ALL, false};
	static struct key keys[KEY_KINDS];
	struct request request;

	(void)state;
	request_clear(&request);
	netaddr_parse("192.0.2.7", &request.client);
	strcpy(request.client_name, "mx.example.com");
	request.client_name_confirmed = true;
	assert_int_equal(keys_of_request(&request, &rules, keys),
	    1U << KEY_TRIPLET_NETWORK | 1U << KEY_AUTO_WHITELIST_ADDRESS);
}

/* The keys that our mail makes, for answers to "ours" from "theirs". */
static const struct {
	const char *theirs, *ours;
	const char *exact, *domain; /* NULL: no key */
} pairs[] = {
    {"Bob@Mail.Example.com", "Alice@our.example",
	" bob@mail.example.com alice@our.example",
	"example.com  alice@our.example"},
    /* The parts that change are removed on both sides. */
    {"bob+list@example.com", "prvs=0123abcdef=alice+x@our.example",
	" bob@example.com alice@our.example", "example.com  alice@our.example"},
    {"bob@example.com", "list-bounces+bob=example.com@our.example",
	" bob@example.com list-bounces@our.example",
	"example.com  list-bounces@our.example"},
    /* An address that a forwarder has rewritten: the exact key has the original
     * one, but the hosts are those of the forwarder. */
    {"SRS0=abcd=XY=example.com=bob@forwarder.example", "alice@our.example",
	" bob@example.com alice@our.example",
	"forwarder.example  alice@our.example"},
    /* No pool. */
    {"bob@[192.0.2.1]", "alice@our.example",
	" bob@[192.0.2.1] alice@our.example", NULL},
    {"bob@com", "alice@our.example", " bob@com alice@our.example", NULL},
    /* The domain of a subdomain is another one. */
    {"bob@sub.our.example", "alice@our.example",
	" bob@sub.our.example alice@our.example",
	"our.example  alice@our.example"},
    /* One domain. */
    {"bob@OUR.example", "alice@our.example", NULL, NULL},
    {"alice@our.example", "alice@our.example", NULL, NULL},
    {"SRS0=abcd=XY=our.example=bob@forwarder.example", "alice@our.example",
	NULL, NULL},
    /* No address. */
    {"", "alice@our.example", NULL, NULL},
    {"bob@example.com", "", NULL, NULL},
    {"#@[]", "alice@our.example", NULL, NULL},
    {"bob@example.com", "#@[]", NULL, NULL},
    {"bob", "alice@our.example", NULL, NULL},
    {"bob@example.com", "alice", NULL, NULL},
    {"@example.com", "alice@our.example", NULL, NULL},
    {"bob@", "alice@our.example", NULL, NULL},
};

static void
test_correspondents(void **state)
{
	struct key_rules rules = {24, 64, SENDER_ALL, true};
	static struct key keys[KEY_KINDS];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *wanted[KEY_KINDS] = {"-", "-", "-", "-", "-",
		    pairs[i].exact != NULL ? pairs[i].exact : "-",
		    pairs[i].domain != NULL ? pairs[i].domain : "-"};

		rules.pools = 1;
		check_keys(keys,
		    keys_of_correspondent(pairs[i].theirs, pairs[i].ours,
			&rules, keys),
		    wanted);
		rules.pools = 0;
		wanted[KEY_CORRESPONDENT_DOMAIN] = "-";
		check_keys(keys,
		    keys_of_correspondent(pairs[i].theirs, pairs[i].ours,
			&rules, keys),
		    wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_without_pools),
	    cmocka_unit_test(test_correspondents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
