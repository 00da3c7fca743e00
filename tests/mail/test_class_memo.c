/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The memo never says anything else than client_class_of(). */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/class_memo.h"

static struct class_memo *memo;

static int
set_up(void **state)
{
	(void)state;
	memo = class_memo_new();
	return memo != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	class_memo_free(memo);
	return 0;
}

static enum client_class
check(const char *address, const char *name, bool confirmed)
{
	static struct request request;
	enum client_class got;

	request_clear(&request);
	netaddr_parse(address, &request.client);
	strcpy(request.client_name, name);
	request.client_name_confirmed = confirmed;
	got = class_memo_find(memo, &request);
	if (got != client_class_of(&request))
		fail_msg("%s %s: %s", address, name, client_class_word(got));
	return got;
}

static void
check_again(const char *address, const char *name)
{
	check(address, name, true);
	check(address, name, false);
	check(address, name, true);
}

static void
test_some(void **state)
{
	(void)state;
	check_again("192.0.2.7", "mx1.example.com");
	check_again("192.0.2.8", "mx1.example.com");
	check_again("192.0.2.7", "MX1.example.com");
	check_again("192.0.2.7", "");
	check_again("192.0.2.7", "dyn1.example.com");
	/* The name is generic only for one of the addresses. */
	check_again("198.51.100.7", "mail-51-100-7.example.com");
	check_again("192.0.2.1", "mail-51-100-7.example.com");
	/* Two families with the same octets. */
	check_again("32.1.13.184", "mail-32-1-13.example.com");
	check_again("2001:db8::", "mail-32-1-13.example.com");
}

/* More clients than the memo has places: places are used again. */
static void
test_many(void **state)
{
	char address[NETADDR_TEXT_SIZE], name[64];
	unsigned named_n = 0;

	(void)state;
	for (unsigned i = 0; i < 3 * CLASS_MEMO_CLIENTS; i++) {
		snprintf(address, sizeof(address), "10.%u.%u.%u", i >> 16,
		    i >> 8 & 255, i & 255);
		snprintf(name, sizeof(name), "%s.example%u.net",
		    i % 3 == 0 ? "mx" : "dyn", i % 1000);
		named_n += check(address, name, true) == CLASS_NAMED;
	}
	assert_int_equal(named_n, CLASS_MEMO_CLIENTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_some, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
