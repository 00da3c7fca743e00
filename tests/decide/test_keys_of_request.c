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
	{"192.0.2.0/24 a@b.example c@example.org", "-", "192.0.2.7  ", "-"}},
    {"2001:db8::7", "", "", "c@example.org",
	{"2001:db8::/64 <> c@example.org", "-", "2001:db8::/64  ", "-"}},
    {"192.0.2.7", "mx.example.com", "A@B.example", "c@example.org",
	{"192.0.2.0/24 a@b.example c@example.org",
	    "example.com a@b.example c@example.org", "192.0.2.7  ",
	    "example.com @b.example "}},
    {"192.0.2.7", "mx.example.com", "", "c@example.org",
	{"192.0.2.0/24 <> c@example.org", "example.com <> c@example.org",
	    "192.0.2.7  ", "-"}},
    {"192.0.2.7", "mx.example.com", "root", "c@example.org",
	{"192.0.2.0/24 root c@example.org", "example.com root c@example.org",
	    "192.0.2.7  ", "-"}},
    /* A request without a recipient. */
    {"192.0.2.7", "", "@b.example", "",
	{"192.0.2.0/24 @b.example ", "-", "192.0.2.7  ", "-"}},
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_without_pools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
