/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Which pools may be auto-whitelisted for the domain of a free mail provider.
 * [C5] */
#include "test.h"

#include <string.h>

#include "mail/free_mail.h"
#include "mail/pool.h"

/* Names of sending hosts, as in logs, and a domain of their provider. */
static const struct {
	const char *domain, *host;
} own[] = {
    {"gmail.com", "mail-wr1-f54.google.com"},
    {"googlemail.com", "mail-ed1-x52c.google.com"},
    {"hotmail.com", "mail-am6eur05on2045.outbound.protection.outlook.com"},
    {"outlook.com", "mail-db8eur05olkn2104.outbound.protection.outlook.com"},
    {"yahoo.co.uk", "sonic301-21.consmr.mail.ir2.yahoo.com"},
    {"aol.com", "sonic311-15.consmr.mail.bf2.yahoo.com"},
    {"icloud.com", "pv50p00im-zteg10011501.me.com"},
    {"gmx.de", "mout.gmx.net"},
    {"web.de", "mout.web.de"},
    {"t-online.de", "mailout07.t-online.de"},
    {"wanadoo.fr", "smtp-25.smtpout.orange.fr"},
    {"free.fr", "smtp4-g21.free.fr"},
    {"bk.ru", "smtp16.i.mail.ru"},
    {"yandex.ru", "forward101o.mail.yandex.net"},
    {"163.com", "m15-113.126.com"},
    {"proton.me", "mail-4317.protonmail.ch"},
    {"zoho.com", "sender4-op-o12.zoho.com"},
};

static void
test_own_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		struct request request;
		char pool[POOL_SIZE];

		request_clear(&request);
		netaddr_parse("192.0.2.1", &request.client);
		strcpy(request.client_name, own[i].host);
		request.client_name_confirmed = true;
		if (!pool_of(&request, pool))
			fail_msg("%s: no pool", own[i].host);
		if (free_mail_is_foreign(own[i].domain, pool))
			fail_msg("%s from %s", own[i].domain, pool);
		assert_true(free_mail_is_foreign(own[i].domain, "example.com"));
	}
}

static void
test_rows(void **state)
{
	(void)state;
	assert_true(free_mail_is_foreign("gmail.com", "outlook.com"));
	assert_true(free_mail_is_foreign("gmail.com", "gmail.com"));
	assert_false(free_mail_is_foreign("example.com", "google.com"));
	assert_false(free_mail_is_foreign("notgmail.com", "example.com"));
	assert_false(free_mail_is_foreign("mail.gmail.com", "example.com"));
	assert_false(free_mail_is_foreign("", "example.com"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_own_hosts),
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
