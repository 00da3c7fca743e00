/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_TEST_H
#define TARDIGREY_TESTS_TEST_H

/* cmocka.h needs these before it, in this order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* End a test that cannot run here. cmocka's skip() counts as a failure in the
 * Test Anything Protocol. */
#define SKIP_TEST(reason)                                 \
	do {                                              \
		print_message("# skipped: %s\n", reason); \
		return;                                   \
	} while (0)

#endif
