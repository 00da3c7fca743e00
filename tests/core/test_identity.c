/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "core/identity.h"
#include "core/sender.h"

#define TRIPLETS (1U << IDENTITY_NETWORK | 1U << IDENTITY_POOL)

/* The keys of a request, in a form to be compared: "-" is one there is not. */
static const struct {
	const char *client, *name, *sender, *recipient;
	const char *keys[IDENTITIES];
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
    /* Somebody asks without a recipient. */
    {"192.0.2.7", "", "@b.example", "",
	{"192.0.2.0/24 @b.example ", "-", "192.0.2.7  ", "-"}},
};

static const char *
text_of(const struct triplet *key)
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
check_keys(const struct triplet keys[IDENTITIES], unsigned there,
    const char *const wanted[IDENTITIES])
{
	for (unsigned i = 0; i < IDENTITIES; i++) {
		bool is = (there & 1U << i) != 0;

		assert_string_equal(is ? text_of(&keys[i]) : "-", wanted[i]);
		if (is)
			assert_int_equal(identity_is_triplet(&keys[i]),
			    (TRIPLETS & 1U << i) != 0);
	}
}

static void
test_rows(void **state)
{
	const struct triplet_rules rules = {24, 64, SENDER_ALL, true};
	static struct triplet keys[IDENTITIES];
	struct request request;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		request_clear(&request);
		netaddr_parse(rows[i].client, &request.client);
		strcpy(request.client_name, rows[i].name);
		request.client_name_confirmed = rows[i].name[0] != '\0';
		strcpy(request.sender, rows[i].sender);
		strcpy(request.recipient, rows[i].recipient);
		check_keys(keys, identity_keys(&request, &rules, keys),
		    rows[i].keys);
	}
}

static void
test_without_pools(void **state)
{
	const struct triplet_rules rules = {24, 64, SENDER_ALL, false};
	static struct triplet keys[IDENTITIES];
	struct request request;

	(void)state;
	request_clear(&request);
	netaddr_parse("192.0.2.7", &request.client);
	strcpy(request.client_name, "mx.example.com");
	request.client_name_confirmed = true;
	assert_int_equal(identity_keys(&request, &rules, keys),
	    1U << IDENTITY_NETWORK | 1U << IDENTITY_ADDRESS);
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
