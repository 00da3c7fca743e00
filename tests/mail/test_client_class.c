/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <string.h>

#include "mail/client_class.h"
#include "mail/pool.h"

/* clang-format off */
static const struct {
	const char *address, *name; /* confirmed */
	enum client_class want;
} rows[] = {
	/* Mail servers. */
	{ "192.0.2.7", "mail.example.net", CLASS_NAMED },
	{ "192.0.2.7", "MAIL.Example.NET", CLASS_NAMED },
	{ "209.85.221.54", "mail-wr1-f54.google.com", CLASS_NAMED },
	{ "40.107.22.45", "mail-am6eur05on2045.outbound.protection.outlook.com",
	  CLASS_NAMED },
	{ "2a00:1450:4864:20::52c", "mail-ed1-x52c.google.com", CLASS_NAMED },
	{ "192.0.2.7", "mail.corp.internal", CLASS_NAMED },
	/* The name does not need a pool. */
	{ "192.0.2.7", "github.io", CLASS_NAMED },
	/* Access lines, rented machines. */
	{ "79.193.162.179", "p4fc1a2b3.dip0.t-ipconnect.de",
	  CLASS_SUSPICIOUS },
	{ "192.0.2.7", "host-192-0-2-7.example.net", CLASS_SUSPICIOUS },
	{ "192.0.2.7", "vmi123456.contaboserver.net", CLASS_SUSPICIOUS },
	{ "192.0.2.7", "public-gprs12345.centertel.pl", CLASS_SUSPICIOUS },
	/* No host name. */
	{ "192.0.2.7", "", CLASS_SUSPICIOUS },
	{ "192.0.2.7", "192.0.2.7", CLASS_SUSPICIOUS },
	{ "192.0.2.7", "mail..example.net", CLASS_SUSPICIOUS },
	{ "192.0.2.7", "mail.example.net.", CLASS_SUSPICIOUS },
	{ "192.0.2.7", "mail example.net", CLASS_SUSPICIOUS },
};
/* clang-format on */

static struct request *
request_from(const char *address, const char *name)
{
	static struct request request;

	request_clear(&request);
	assert_int_equal(netaddr_parse(address, &request.client), 0);
	strcpy(request.client_name, name);
	request.client_name_confirmed = true;
	return &request;
}

static void
test_rows(void **state)
{
	char pool[POOL_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct request *request =
		    request_from(rows[i].address, rows[i].name);

		if (client_class_of(request) != rows[i].want)
			fail_msg("%s", rows[i].name);
		/* Only a named client shares a pool. */
		if (pool_of(request, pool) && rows[i].want != CLASS_NAMED)
			assert_int_equal(strlen(pool), strlen(rows[i].name));
	}
}

static void
test_not_confirmed(void **state)
{
	struct request *request = request_from("192.0.2.7", "mail.example.net");

	(void)state;
	request->client_name_confirmed = false;
	assert_int_equal(client_class_of(request), CLASS_SUSPICIOUS);
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(client_class_word(CLASS_UNKNOWN), "");
	assert_string_equal(client_class_word(CLASS_NAMED), "named");
	assert_string_equal(client_class_word(CLASS_SUSPICIOUS), "suspicious");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_not_confirmed),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
