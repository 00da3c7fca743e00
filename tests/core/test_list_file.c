/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* List files: tardigrey-lists(5), Files and SETTINGS. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/list_file.h"

#define X100                                                 \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X900 X100 X100 X100 X100 X100 X100 X100 X100 X100

#define TEXT(text) text, sizeof(text) - 1

/* clang-format off */
/* Wanted: LINE:PATTERN=SETTING of each entry; or the error. */
static const struct {
	enum list_kind kind;
	const char *text;
	size_t n;
	const char *want;
} files[] = {
	{ LIST_CLIENT, TEXT(""), "" },
	{ LIST_CLIENT, TEXT("\n\n  \n\t\n"), "" },
	{ LIST_CLIENT, TEXT("# only\n  # comments #\n"), "" },
	{ LIST_CLIENT, TEXT("a.example"), "1:a.example=off" },
	{ LIST_CLIENT, TEXT("a.example\nb.example\n"),
	  "1:a.example=off 2:b.example=off" },
	{ LIST_CLIENT, TEXT("\r\n \tA.Example \t\r\n"), "2:a.example=off" },
	{ LIST_CLIENT, TEXT("a.example # why\nb.example# why\n#c.example\n"),
	  "1:a.example=off 2:b.example=off" },
	{ LIST_CLIENT, TEXT("/^a#b/\n"), "f:1: expected a regular expression "
	  "between" },
	{ LIST_CLIENT, TEXT("/^a\\x23b/\n"), "1:/^a\\x23b/=off" },
	{ LIST_CLIENT, TEXT("a.example off\n"), "f:1: expected one pattern, and" },
	{ LIST_SENDER, TEXT("<>\na@b.example\n"), "1:<>=off 2:a@b.example=off" },
	{ LIST_RECIPIENT,
	  TEXT("a@ off\nb@ on\nc@\tshadow\nd@  delay=90s # x\ne@\n"),
	  "1:a@=off 2:b@=on 3:c@=shadow 4:d@=delay=90s 5:e@=off" },
	{ LIST_RECIPIENT, TEXT("a@ delay=0\n"), "1:a@=delay=0" },
	{ LIST_RECIPIENT, TEXT("a@ delay=86399s\n"), "1:a@=delay=86399s" },
	{ LIST_RECIPIENT, TEXT("a@ delay=1d\n"), "f:1: expected delay= with a "
	  "time from 0 to 86399s" },
	{ LIST_RECIPIENT, TEXT("a@ delay=\n"), "f:1: expected delay=" },
	{ LIST_RECIPIENT, TEXT("a@ delay=60\n"), "f:1: expected delay=" },
	{ LIST_RECIPIENT, TEXT("a@ delay=1500ms\n"), "f:1: expected delay=" },
	{ LIST_RECIPIENT, TEXT("a@ Off\n"), "f:1: expected off, on, shadow or" },
	{ LIST_RECIPIENT, TEXT("a@ off on\n"),
	  "f:1: expected one pattern and one setting" },
	{ LIST_RECIPIENT, TEXT("off\n"), "1:off=off" },

	/* Faults name their line. */
	{ LIST_CLIENT, TEXT("ok.example\n\n192.0.2.256\n"), "f:3: expected" },
	{ LIST_CLIENT, TEXT("ok.example\n/(/"), "f:2: expected a regular" },
	{ LIST_CLIENT, TEXT("a\0b\n"), "f:1: expected text" },
	{ LIST_CLIENT, TEXT("ok.example\na\033[2J\n"), "f:2: expected text" },
	{ LIST_CLIENT, TEXT("# \x01\n"), "f:1: expected text" },
	{ LIST_CLIENT, TEXT("a.example\rb.example\n"), "f:1: expected text" },
	{ LIST_CLIENT, TEXT("# " X900 X100), "f:1: expected a line of at most" },
	{ LIST_CLIENT, TEXT("# " X900 "98 octets more" "\n"), "" },
	{ LIST_CLIENT, TEXT("\xff\xfe\n"), "f:1: expected a host name in ASCII" },
};
/* clang-format on */

static void
describe(struct list *list, char *out)
{
	out[0] = '\0';
	for (size_t i = 0; i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);
		char setting[LIST_SETTING_SIZE];

		assert_string_equal(entry->source, "f");
		list_setting_format(entry->effect, entry->delay_s, setting);
		sprintf(out + strlen(out), "%s%u:%s=%s", i > 0 ? " " : "",
		    entry->line_n, entry->pattern, setting);
	}
}

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct list_file file = {.name = "f",
		    .kind = files[i].kind,
		    .effect = LIST_WHITELIST,
		    .delay_max_s = 86399};
		struct list *list = list_new();
		struct err err = {""};
		char got[1024];

		if (list_file_parse(list, &file, files[i].text, files[i].n,
			&err) == 0)
			describe(list, got);
		else
			snprintf(got, sizeof(got), "%.*s",
			    (int)strlen(files[i].want), err.text);
		if (strcmp(got, files[i].want) != 0)
			fail_msg("file %zu: wanted %s, got %s%s", i,
			    files[i].want, got, err.text);
		list_free(list);
	}
}

/* A line of a megabyte is refused at once; so is one of 1001 octets. */
static void
test_long_lines(void **state)
{
	static char text[1 << 20];
	struct list_file file = {.name = "f", .effect = LIST_WHITELIST};
	struct err err;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (int i = 0; i < 3; i++) {
		static const size_t lengths[] = {
		    LIST_LINE_MAX, LIST_LINE_MAX + 1, sizeof(text)};
		struct list *list = list_new();

		text[0] = '#';
		assert_int_equal(list_file_parse(list, &file, text, lengths[i],
				     &err),
		    i == 0 ? 0 : -1);
		list_free(list);
	}
}

/* The first of each kind is worth a word, with its line. */
static void
test_oddities(void **state)
{
	static const char text[] = "192.0.2.0/24\n172.16\n172.17\n"
				   "192.0.2.77/24\n2001:db8::1/32\n";
	struct list_file file = {.name = "f", .effect = LIST_WHITELIST};
	struct list *list = list_new();
	struct err err;

	(void)state;
	assert_int_equal(list_file_parse(list, &file, text, sizeof(text) - 1,
			     &err),
	    0);
	assert_int_equal(file.two_octets_line, 2);
	assert_int_equal(file.host_bits_line, 4);
	assert_string_equal(file.host_bits_network, "192.0.2.0/24");
	assert_int_equal(list_file_parse(list, &file, "10.1.2\n", 7, &err), 0);
	assert_int_equal(file.two_octets_line, 0);
	assert_int_equal(file.host_bits_line, 0);
	list_free(list);
}

static void
test_settings(void **state)
{
	static const char *const settings[] = {
	    "off", "on", "shadow", "delay=0", "delay=90s", "delay=2h"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		struct list_entry entry = {.delay_s = 0};
		char again[LIST_SETTING_SIZE];
		struct err err;

		assert_int_equal(list_setting_parse(settings[i], 86399, &entry,
				     &err),
		    0);
		list_setting_format(entry.effect, entry.delay_s, again);
		assert_string_equal(again, settings[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_long_lines),
	    cmocka_unit_test(test_oddities),
	    cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
