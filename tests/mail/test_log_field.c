/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* A line of the log gives back the values of the request. */
#include "test.h"

#include <string.h>

#include "mail/log_field.h"

/* clang-format off */
static const struct {
	const char *line, *name;
	const char *want; /* NULL: not there */
} rows[] = {
	{ "action=pass, reason=known", "action", "pass" },
	{ "action=pass, reason=known", "reason", "known" },
	{ "action=pass, reason=known", "sender", NULL },
	{ "action=pass, reason=known", "eason", NULL },
	{ "action=pass, reason=known", "actio", NULL },
	{ "sender=, recipient=b", "sender", "" },
	{ "sender=a=b, recipient=b", "sender", "a=b" },
	{ "sender=recipient=x, recipient=b", "recipient", "b" },
	{ "sender=a\\x2c\\x20b\\x5cx2c, x=1", "sender", "a, b\\x2c" },
	{ "sender=\\xff\\x0a", "sender", "\xff\n" },
	{ "sender=\\x00\\xzz\\x1", "sender", "\\x00\\xzz\\x1" },
	{ "", "sender", NULL },
};
/* clang-format on */

static void
test_fields(void **state)
{
	char text[LOG_FIELD_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool found = log_field(rows[i].line, rows[i].name, text);

		if (found != (rows[i].want != NULL) ||
		    strcmp(text, found ? rows[i].want : "") != 0)
			fail_msg("%s of \"%s\": \"%s\"", rows[i].name,
			    rows[i].line, text);
	}
}

/* Any octets, and any length. */
static void
test_written_and_read(void **state)
{
	static struct request request;
	const struct verdict verdict = {.reason = REASON_NEW};
	char line[LOG_LINE_SIZE], text[LOG_FIELD_SIZE];

	(void)state;
	request_clear(&request);
	for (int i = 1; i < 256; i++)
		request.client_name[i - 1] = (char)i;
	memset(request.sender, 'a', 600);
	memset(request.recipient, 0xff, 600);
	log_line_format(&request, &verdict, line);
	assert_true(log_field(line, "client_name", text));
	assert_memory_equal(text, request.client_name, 100);
	assert_true(log_field(line, "sender", text));
	assert_int_equal(strlen(text), LOG_LINE_VALUE_MAX);
	assert_true(log_field(line, "recipient", text));
	assert_true(log_field(line, "state", text));
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_written_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
