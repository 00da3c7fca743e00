/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* redis_format() writes what redisFormatCommand() of hiredis writes. */
#include "test.h"

#include <hiredis/hiredis.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "store/redis/redis_format.h"

static struct redis_text text;

static void
check(const char *format, ...)
{
	size_t before_n = text.n;
	char *expected;
	va_list ap;
	int n;

	va_start(ap, format);
	assert_int_equal(redis_format(&text, format, ap), 0);
	va_end(ap);
	va_start(ap, format);
	n = redisvFormatCommand(&expected, format, ap);
	va_end(ap);
	assert_true(n > 0);
	assert_int_equal(text.n - before_n, n);
	assert_memory_equal(text.octets + before_n, expected, n);
	redisFreeCommand(expected);
}

static void
test_same_as_hiredis(void **state)
{
	(void)state;
	check("PING");
	check("GET %s", "a");
	check("GET %s", "");
	check("SET %s %s", "with blanks in it", "\r\n$1\r\n");
	check("DEL %b", "a\0b", (size_t)3);
	check("DEL %b", "", (size_t)0);
	check("EVALSHA %s 2 %b %s %lld %lld", "0123", "x\0y", (size_t)3, "k",
	    LLONG_MIN, LLONG_MAX);
	check("ZRANGEBYSCORE %s %lld (%lld LIMIT 0 2", "z", 0LL, -1LL);
	check("HINCRBY %s %s:%s:%lld %lld", "h", "a", "b", 10LL, 99LL);
}

static void
test_long_values(void **state)
{
	static char large[100000];

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	for (int i = 0; i < 10; i++)
		check("SET %s %b", large, large, (size_t)i * 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_as_hiredis),
	    cmocka_unit_test(test_long_values),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	free(text.octets);
	return rc;
}
