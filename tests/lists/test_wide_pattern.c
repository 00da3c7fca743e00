/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/wide_pattern.h"

#include <string.h>

#include "test.h"

#define C LIST_CLIENT
#define S LIST_SENDER
#define R LIST_RECIPIENT

static void
test_table(void **state)
{
	static const struct {
		enum list_kind kind;
		const char *text;
		const char *says; /* a part of the sentence; NULL: not wide */
	} rows[] = {
	    {C, "com", "com matches every client in a whole top-level domain"},
	    {C, ".com", "top-level"},
	    {S, "info", "(write user@ for a user)"},
	    {R, "info", "every recipient"},
	    {R, "info@", NULL},
	    {C, "co.uk", NULL},
	    {C, "0.0.0.0/0", "0.0.0.0/0 is a large network"},
	    {C, "10.0.0.0/7", "large"},
	    {C, "10.0.0.0/8", NULL},
	    {C, "2000::/31", "large"},
	    {C, "2001::/32", NULL},
	    {C, "/.*/", "/.*/ matches every client"},
	    {C, "/\\./", "every client"},
	    {C, "/^mail/", NULL},
	    {C, "/\\.example$/", NULL},
	    {S, "/^/", "every sender"},
	    {R, "/@/", "every recipient"},
	    {R, "/@?/", "every recipient"},
	    {R, "/^[^@]+@.*\\./", "every recipient"},
	    {R, "/^info@/", NULL},
	    {S, "/@example/", NULL},
	    {S, "<>", NULL},
	    {S, "a@b", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pattern pattern;
		struct err err;
		int rc;

		assert_int_equal(pattern_parse(rows[i].kind, rows[i].text,
				     &pattern, &err),
		    0);
		rc = wide_pattern_check(rows[i].kind, &pattern, &err);
		if (rc != (rows[i].says != NULL ? -1 : 0))
			fail_msg("%s: got %d", rows[i].text, rc);
		if (rc != 0 && strstr(err.text, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].text, err.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
