/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "import/foreign.h"
#include "mail/sender_key.h"

#define NOW_S     1000000
#define WRITTEN_S (NOW_S - 10)
#define WINDOW_S  86400
#define KEEP_S    500000

static const struct foreign_rules rules = {
    .keys = {24, 64, SENDER_ALL, 1},
    .greylist = {.delay_s = 60, .retry_window_s = WINDOW_S, .keep_s = KEEP_S},
};

#define TRIPLET(address, from, to, first, last, passed)                      \
	{                                                                    \
		.kind = FOREIGN_TRIPLET, .client = address, .sender = from,  \
		.recipient = to, .first_seen_s = first, .last_seen_s = last, \
		.passed_s = passed,                                          \
	}
#define CLIENT(address, first, last, retries)                                  \
	{                                                                      \
		.kind = FOREIGN_CLIENT, .client = address,                     \
		.first_seen_s = first, .last_seen_s = last, .passed_s = first, \
		.retries_n = retries,                                          \
	}

static void
test_rows(void **state)
{
	static const struct {
		struct foreign foreign;
		enum key_kind kind;
		const char *client, *sender, *recipient;
		struct record record;
	} rows[] = {
	    /* A waiting triplet keeps its age. */
	    {TRIPLET("192.0.2.0", "A+x@Example.NET", "B@example.org", 999000,
		 999900, 0),
		KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@example.net",
		"b@example.org",
		{999000, 999900, 0, 999000 + WINDOW_S, 1, 0, 0}},
	    {TRIPLET("192.0.2", "", "b@example.org", 999000, 999000, 0),
		KEY_TRIPLET_NETWORK, "192.0.2.0/24", "<>", "b@example.org",
		{999000, 999000, 0, 999000 + WINDOW_S, 1, 0, 0}},
	    {TRIPLET("192.0.2.64/26", "", "b@example.org", 999000, 999000, 0),
		KEY_TRIPLET_NETWORK, "192.0.2.0/24", "<>", "b@example.org",
		{999000, 999000, 0, 999000 + WINDOW_S, 1, 0, 0}},
	    {CLIENT("192.0.2.7/32", 600000, 700000, 5),
		KEY_AUTO_WHITELIST_ADDRESS, "192.0.2.7", "", "",
		{600000, 700000, 600000, 700000 + KEEP_S, 0, 5, 0}},
	    {TRIPLET("2001:db8:0:1:0:0:0:0", "a@example.net", "b@example.org",
		 600000, 700000, 600300),
		KEY_TRIPLET_NETWORK, "2001:db8:0:1::/64", "a@example.net",
		"b@example.org",
		{600000, 700000, 600300, 700000 + KEEP_S, 1, 1, 0}},
	    {CLIENT("192.0.2.7", 600000, 700000, 5), KEY_AUTO_WHITELIST_ADDRESS,
		"192.0.2.7", "", "",
		{600000, 700000, 600000, 700000 + KEEP_S, 0, 5, 0}},
	    /* The first four groups, as sqlgrey writes them. */
	    {CLIENT("2001:0db8:0001:0002", 600000, 700000, 2),
		KEY_AUTO_WHITELIST_ADDRESS, "2001:db8:1:2::/64", "", "",
		{600000, 700000, 600000, 700000 + KEEP_S, 0, 2, 0}},
	    {TRIPLET("2001:0db8:0001:0002", "", "b@example.org", 999000, 999000,
		 0),
		KEY_TRIPLET_NETWORK, "2001:db8:1:2::/64", "<>", "b@example.org",
		{999000, 999000, 0, 999000 + WINDOW_S, 1, 0, 0}},
	    /* A /64 is one host here. */
	    {CLIENT("2001:db8:1:2::/64", 600000, 700000, 5),
		KEY_AUTO_WHITELIST_ADDRESS, "2001:db8:1:2::/64", "", "",
		{600000, 700000, 600000, 700000 + KEEP_S, 0, 5, 0}},
	    {CLIENT("2001:db8:1:2::7/128", 600000, 700000, 5),
		KEY_AUTO_WHITELIST_ADDRESS, "2001:db8:1:2::/64", "", "",
		{600000, 700000, 600000, 700000 + KEEP_S, 0, 5, 0}},
	    /* A time after the file was written counts as this time. */
	    {TRIPLET("192.0.2.1", "a@example.net", "b@example.org",
		 WRITTEN_S + 1, WRITTEN_S + 2, WRITTEN_S + 3),
		KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@example.net",
		"b@example.org",
		{WRITTEN_S, WRITTEN_S, WRITTEN_S, WRITTEN_S + KEEP_S, 1, 1, 0}},
	    /* The last second of its life. */
	    {TRIPLET("192.0.2.1", "a@example.net", "b@example.org", 100,
		 NOW_S - KEEP_S, 200),
		KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@example.net",
		"b@example.org", {100, NOW_S - KEEP_S, 200, NOW_S, 1, 1, 0}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static struct store_row row;

		assert_int_equal(foreign_row(&rows[i].foreign, &rules,
				     WRITTEN_S, NOW_S, &row),
		    FOREIGN_TAKEN);
		assert_int_equal(row.key.kind, rows[i].kind);
		assert_string_equal(row.key.client, rows[i].client);
		assert_string_equal(row.key.sender, rows[i].sender);
		assert_string_equal(row.key.recipient, rows[i].recipient);
		assert_true(record_same(&row.record, &rows[i].record));
		assert_int_equal(row.record.expires_s,
		    rows[i].record.expires_s);
		assert_int_equal(row.record.deferred_n,
		    rows[i].record.deferred_n);
		assert_int_equal(row.record.passed_n, rows[i].record.passed_n);
	}
}

static void
test_skipped(void **state)
{
	static const struct {
		struct foreign foreign;
		enum foreign_result why;
	} rows[] = {
	    {TRIPLET("192.0.2.1", "a@example.net", "b@example.org",
		 NOW_S - WINDOW_S - 1, NOW_S, 0),
		FOREIGN_EXPIRED},
	    {TRIPLET("192.0.2.1", "a@example.net", "b@example.org", 100,
		 NOW_S - KEEP_S - 1, 200),
		FOREIGN_EXPIRED},
	    {CLIENT("192.0.2.1", 100, NOW_S - KEEP_S - 1, 2), FOREIGN_EXPIRED},
	    {TRIPLET("unknown", "a@example.net", "b@example.org", NOW_S, NOW_S,
		 0),
		FOREIGN_NO_ADDRESS},
	    {CLIENT("192.0", NOW_S, NOW_S, 2), FOREIGN_NO_ADDRESS},
	    {CLIENT("192.0.2", NOW_S, NOW_S, 2), FOREIGN_NETWORK},
	    {CLIENT("192.0.2.0/24", NOW_S, NOW_S, 2), FOREIGN_NETWORK},
	    {CLIENT("192.0.2.0/33", NOW_S, NOW_S, 2), FOREIGN_NO_ADDRESS},
	    {CLIENT("2001:db8:1::/63", NOW_S, NOW_S, 2), FOREIGN_NETWORK},
	    {CLIENT("::ffff:192.0.2.0/120", NOW_S, NOW_S, 2), FOREIGN_NETWORK},
	    {CLIENT("2001:0db8:0001", NOW_S, NOW_S, 2), FOREIGN_NO_ADDRESS},
	    {CLIENT("2001:0db8:0001:0002:0003", NOW_S, NOW_S, 2),
		FOREIGN_NO_ADDRESS},
	    {CLIENT("2001:0db8:0001:", NOW_S, NOW_S, 2), FOREIGN_NO_ADDRESS},
	    /* With "::" it would be an IPv4 address. */
	    {CLIENT("0064:ff9b:0000:0000", NOW_S, NOW_S, 2),
		FOREIGN_NO_ADDRESS},
	    {TRIPLET("192.0.2.1", "a@example.net", "", NOW_S, NOW_S, 0),
		FOREIGN_NO_MAIL},
	    {TRIPLET("192.0.2.1", "a@example.net", "b@", NOW_S, NOW_S, 0),
		FOREIGN_NO_MAIL},
	    {TRIPLET("192.0.2.1", "a", "b@example.org", NOW_S, NOW_S, 0),
		FOREIGN_NO_MAIL},
	    {TRIPLET("192.0.2.1", "@example.net", "b@example.org", NOW_S, NOW_S,
		 0),
		FOREIGN_NO_MAIL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static struct store_row row;

		assert_int_equal(foreign_row(&rows[i].foreign, &rules,
				     WRITTEN_S, NOW_S, &row),
		    rows[i].why);
	}
}

static void
test_entries(void **state)
{
	static const struct {
		enum list_kind list;
		const char *pattern, *canonical;
	} rows[] = {
	    {LIST_CLIENT, "192.0.2", "192.0.2.0/24"},
	    {LIST_SENDER, "A@Example.net", "a@example.net"},
	    {LIST_RECIPIENT, "example.org", "example.org"},
	    /* Too wide, or no pattern. */
	    {LIST_CLIENT, "0.0.0.0/0", NULL},
	    {LIST_SENDER, "com", NULL},
	    {LIST_RECIPIENT, "", NULL},
	    {LIST_CLIENT, "a b", NULL},
	    {LIST_CLIENT, "10.0.0.0-255", NULL},
	    {LIST_SENDER, "*@example.net", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct foreign foreign;

		if (foreign_entry(rows[i].list, true, rows[i].pattern,
			&foreign) == FOREIGN_NO_ENTRY) {
			assert_null(rows[i].canonical);
			continue;
		}
		assert_int_equal(foreign.kind, FOREIGN_ENTRY);
		assert_int_equal(foreign.list, rows[i].list);
		assert_true(foreign.whitelists);
		assert_string_equal(foreign.pattern, rows[i].canonical);
	}
}

static void
test_masked(void **state)
{
	static const struct foreign masked =
	    TRIPLET("192.0.2.1", "a-#@example.net", "b@example.org", 1, 2, 3);
	static const struct foreign plain =
	    TRIPLET("192.0.2.1", "a@example.net", "b-#@example.org", 1, 2, 3);
	static const struct foreign client = CLIENT("192.0.2.1", 1, 2, 3);

	(void)state;
	assert_true(foreign_is_masked(&masked));
	assert_false(foreign_is_masked(&plain));
	assert_false(foreign_is_masked(&client));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_skipped),
	    cmocka_unit_test(test_entries),
	    cmocka_unit_test(test_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
