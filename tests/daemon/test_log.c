/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "torture/wrong_clock.h"

static FILE *log_file, *real_stderr;

static int
set_up(void **state)
{
	(void)state;
	real_stderr = stderr;
	log_file = stderr = tmpfile();
	return log_file != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	stderr = real_stderr;
	return fclose(log_file);
}

/* The lines of the log without their prefixes. */
static const char *
text_of_log(void)
{
	static char text[4096];
	char line[1024];
	size_t n = 0;

	log_flush();
	rewind(log_file);
	text[0] = '\0';
	while (fgets(line, sizeof(line), log_file) != NULL) {
		const char *at = strstr(line, "]: ");

		assert_non_null(at);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", at + 3);
	}
	return text;
}

static void
test_lines(void **state)
{
	(void)state;
	log_info("one %d", 1);
	log_warning("%s", "a\nb\x7f");
	log_error("%s", "three");
	log_decision("four");
	assert_string_equal(text_of_log(), "one 1\na?b?\nthree\nfour\n");
}

static void
test_one_a_minute(void **state)
{
	struct log_repeat repeat = {.level = LOG_LEVEL_ERROR};

	(void)state;
	for (int i = 0; i < 4; i++)
		log_repeated(&repeat, "%d", i);
	wrong_clock->monotonic_s += 61;
	for (int i = 4; i < 6; i++)
		log_repeated(&repeat, "%d", i);
	wrong_clock->monotonic_s += 61;
	log_repeated(&repeat, "6");
	wrong_clock->monotonic_s += 61;
	log_repeated(&repeat, "7");
	assert_string_equal(text_of_log(),
	    "0\n"
	    "4 (and 3 times since the last such message)\n"
	    "6 (and 1 times since the last such message)\n"
	    "7\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_one_a_minute, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
