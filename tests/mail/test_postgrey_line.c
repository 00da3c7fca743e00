/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Decisions as postgrey logs them. tests/e2e/test_log_tools.py compares with a
 * real postgrey. [C75] */
#include "test.h"

#include <string.h>

#include "mail/postgrey_line.h"

#define CLIENT                                                     \
	"client_name=mail.example.net, client_address=192.0.2.7, " \
	"sender=a@example.net, recipient=b@example.org"

/* clang-format off */
static const struct {
	struct verdict verdict;
	const char *want; /* before CLIENT */
} rows[] = {
	{ { .action = ACTION_GREYLIST, .reason = REASON_NEW, .wait_s = 60 },
	  "action=greylist, reason=new, " },
	{ { .action = ACTION_GREYLIST, .reason = REASON_EARLY, .wait_s = 50,
	    .age_s = 10 },
	  "action=greylist, reason=early-retry (50s missing), " },
	{ { .action = ACTION_GREYLIST, .reason = REASON_EARLY, .wait_s = 60 },
	  "action=greylist, reason=new, " },
	{ { .action = ACTION_GREYLIST, .reason = REASON_LATE, .wait_s = 60,
	    .age_s = 99999 }, "action=greylist, reason=new, " },
	{ { .reason = REASON_RETRIED, .age_s = 61 },
	  "action=pass, reason=triplet found, delay=61, " },
	{ { .reason = REASON_RETRIED, .age_s = 61, .delay_noted = true },
	  "action=pass, reason=triplet found, " },
	{ { .reason = REASON_KNOWN, .age_s = 90 },
	  "action=pass, reason=triplet found, " },
	{ { .reason = REASON_CLIENT_WHITELIST },
	  "action=pass, reason=client whitelist, " },
	{ { .reason = REASON_RECIPIENT_WHITELIST },
	  "action=pass, reason=recipient whitelist, " },
	{ { .reason = REASON_AUTO_WHITELISTED },
	  "action=pass, reason=client AWL, " },
	{ { .reason = REASON_AUTHENTICATED },
	  "action=pass, reason=authenticated, " },
};
/* clang-format on */

static void
test_reasons(void **state)
{
	static struct request request;
	char line[LOG_LINE_SIZE], want[400];

	(void)state;
	request_clear(&request);
	strcpy(request.client_name, "mail.example.net");
	strcpy(request.client_address, "192.0.2.7");
	strcpy(request.sender, "a@example.net");
	strcpy(request.recipient, "b@example.org");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n =
		    postgrey_line_format(&request, &rows[i].verdict, line);

		strcpy(want, rows[i].want);
		strcat(want, CLIENT);
		assert_string_equal(line, want);
		assert_int_equal(n, strlen(line));
	}
}

/* Empty values are left out, and no value looks like a field. */
static void
test_values(void **state)
{
	static struct request request;
	const struct verdict verdict = {.reason = REASON_KNOWN};
	char line[LOG_LINE_SIZE];

	(void)state;
	request_clear(&request);
	strcpy(request.queue_id, "4F1A2");
	strcpy(request.client_address, "192.0.2.7");
	strcpy(request.recipient, "0");
	postgrey_line_format(&request, &verdict, line);
	assert_string_equal(line,
	    "4F1A2: action=pass, reason=triplet found, "
	    "client_address=192.0.2.7");
	strcpy(request.sender, "a, recipient=x");
	memset(request.recipient, 0xff, REQUEST_ADDRESS_MAX);
	memset(request.client_name, 0xff, REQUEST_TEXT_MAX);
	memset(request.queue_id, 0xff, REQUEST_TEXT_MAX);
	postgrey_line_format(&request, &verdict, line);
	assert_non_null(strstr(line, ", sender=a\\x2c\\x20recipient=x, "));
	assert_non_null(strstr(line, "..."));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reasons),
	    cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
