/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The rows of the option table. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "config/value_text.h"

/* clang-format off */
/* The index of a choice is the value of its enum. */
static const struct {
	const char *name, *word;
	int value;
} choices[] = {
	{ "null_sender", "rcpt", NULL_SENDER_RCPT },
	{ "null_sender", "data", NULL_SENDER_DATA },
	{ "null_sender", "pass", NULL_SENDER_PASS },
	{ "stress", "ignore", STRESS_IGNORE },
	{ "stress", "pass", STRESS_PASS },
	{ "once_per_message", "no", 0 },
	{ "once_per_message", "yes", 1 },
	{ "on_failure", "pass", ON_FAILURE_PASS },
	{ "on_failure", "tempfail", ON_FAILURE_TEMPFAIL },
	{ "on_failure", "close", ON_FAILURE_CLOSE },
	{ "durability", "normal", DURABILITY_NORMAL },
	{ "durability", "full", DURABILITY_FULL },
	{ "durability", "off", DURABILITY_OFF },
	{ "on_corruption", "replace", CORRUPTION_REPLACE },
	{ "on_corruption", "refuse", CORRUPTION_REFUSE },
	{ "greylist_recipients", "all", RECIPIENTS_ALL },
	{ "greylist_recipients", "listed", RECIPIENTS_LISTED },
	{ "log", "syslog", LOG_TO_SYSLOG },
	{ "log", "stderr", LOG_TO_STDERR },
	{ "log_format", "tardigrey", LOG_FORMAT_TARDIGREY },
	{ "log_format", "postgrey", LOG_FORMAT_POSTGREY },
	{ "log_never_returned", "no", 0 },
	{ "log_never_returned", "yes", 1 },
};
/* clang-format on */

static void
check_help(const struct option_row *row)
{
	size_t n = strlen(row->help);

	if (n < 10 || row->help[n - 1] != '.' ||
	    strpbrk(row->help, "\n\t") != NULL)
		fail_msg("%s: help \"%s\"", row->name, row->help);
}

/* Every row has a name, a default and a line of help. */
static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);

		assert_non_null(row->name);
		assert_true(row->name[0] != '\0');
		assert_int_equal(strspn(row->name,
				     "abcdefghijklmnopqrstuvwxyz0123456789_"),
		    strlen(row->name));
		assert_non_null(row->fallback);
		assert_non_null(row->help);
		check_help(row);
		assert_int_equal(row_of(row->name), i);
	}
}

static void
test_row_find(void **state)
{
	static const char *const unknown[] = {
	    "", "dela", "delays", "Delay", "delay ", "DELAY", "x"};

	(void)state;
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		assert_int_equal(config_row_find(config_row(i)->name), i);
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		assert_int_equal(config_row_find(unknown[i]), CONFIG_OPTIONS);
}

static void
test_choices(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		static struct config config;
		struct err err;
		char got[VALUE_TEXT_SIZE], want[16];

		config_defaults(&config);
		if (config_set(&config, choices[i].name, choices[i].word, "",
			&err) != 0)
			fail_msg("%s", err.text);
		snprintf(want, sizeof(want), "%d", choices[i].value);
		value_text(&config, row_of(choices[i].name), got, sizeof(got));
		if (strcmp(got, want) != 0)
			fail_msg("%s = %s: got %s", choices[i].name,
			    choices[i].word, got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_row_find),
	    cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
