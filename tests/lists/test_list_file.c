/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The lines of a list file, and the messages for wrong lines. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list_file.h"

#define C LIST_CLIENT
#define S LIST_SENDER
#define R LIST_RECIPIENT

#define DELAY_MAX_S 86399

/* clang-format off */
static const struct {
	enum list_kind kind;
	const char *text;
	const char *want; /* "LINE:PATTERN SETTING," of each entry */
} good[] = {
	{ R, "", "" },
	{ R, "\n", "" },
	{ R, "\n\r\n \t\n   ", "" },
	{ R, "# nothing", "" },
	{ R, "#", "" },
	{ R, " \t# nothing\n#\n\t#x", "" },
	{ R, "a.b", "1:a.b off," },
	{ R, "a.b\n", "1:a.b off," },
	{ R, "a.b\r\n", "1:a.b off," },
	{ R, "a.b\r", "1:a.b off," },
	{ R, "a.b\r\n\r\nc.d\r\n", "1:a.b off,3:c.d off," },
	{ R, "a.b\nc.d", "1:a.b off,2:c.d off," },
	{ R, "# one\n\n  a.b  \n\tc.d\t#\n", "3:a.b off,4:c.d off," },
	{ R, "a.b#comment\nc.d #e.f", "1:a.b off,2:c.d off," },
	{ R, "a.b # \xc3\x84 \xff\n", "1:a.b off," },
	{ R, "a.b\na.b\nA.B", "1:a.b off,2:a.b off,3:a.b off," },
	{ R, "#a.b\n#c.d\ne.f", "3:e.f off," },

	/* A byte order mark. */
	{ C, "\xef\xbb\xbf" "a.b\nc.d\n", "1:a.b off,2:c.d off," },
	{ S, "\xef\xbb\xbf" "a@b.c\r\n", "1:a@b.c off," },
	{ R, "\xef\xbb\xbf" "a.b on\n", "1:a.b on," },
	{ R, "\xef\xbb\xbf" "# nothing\na.b", "2:a.b off," },
	{ C, "\xef\xbb\xbf", "" },

	/* Settings. */
	{ R, "a.b off", "1:a.b off," },
	{ R, "a.b on\n", "1:a.b on," },
	{ R, "a.b\tshadow # trial\r\n", "1:a.b shadow," },
	{ R, "a.b  \t delay=60s  ", "1:a.b delay=1m," },
	{ R, "a.b delay=0", "1:a.b delay=0," },
	{ R, "a.b delay=0s#x", "1:a.b delay=0," },
	{ R, "a.b delay=86399s", "1:a.b delay=86399s," },
	{ R, "a.b delay=1000ms", "1:a.b delay=1s," },
	{ R, "a.b delay=23h\nc.d", "1:a.b delay=23h,2:c.d off," },
	{ R, "on on\noff\nshadow shadow", "1:on on,2:off off,3:shadow shadow," },

	/* The examples of tardigrey-lists(5). */
	{ C, "# 2026-11: our branch office\n"
	  "198.51.100.0/24\n"
	  "2001:db8:40::/48\n"
	  "# 2026-11: the bank; its log-in codes run out after 5 minutes\n"
	  "mail.bank.example\n"
	  "# 2026-11: scanners, which never retry\n"
	  "/^scan[0-9]+\\.office\\.example\\.org$/\n",
	  "2:198.51.100.0/24 off,3:2001:db8:40::/48 off,"
	  "5:mail.bank.example off,"
	  "7:/^scan[0-9]+\\.office\\.example\\.org$/ off," },
	{ R, "example.org\n"
	  "info@example.org      on\n"
	  "example.net           shadow\n"
	  "orders@example.com    delay=60s\n",
	  "1:example.org off,2:info@example.org on,3:example.net shadow,"
	  "4:orders@example.com delay=1m," },

	/* Lines that postgrey(8) allows in its files: clients. */
	{ C, "domain.addr\n"
	  "192.0.2.1\n"
	  "192.0.2\n"
	  "192.168\n"
	  "192.0.2.0/24\n"
	  "2001:db8::1\n"
	  "2001:db8::/32\n"
	  "/regexp/\n"
	  "/^mx\\d+\\.example\\.com$/\n",
	  "1:domain.addr off,2:192.0.2.1 off,3:192.0.2.0/24 off,"
	  "4:192.168.0.0/16 off,5:192.0.2.0/24 off,6:2001:db8::1 off,"
	  "7:2001:db8::/32 off,8:/regexp/ off,"
	  "9:/^mx\\d+\\.example\\.com$/ off," },
	/* ... and recipients. */
	{ R, "# postgrey whitelist for mail recipients\n"
	  "# --------------------------------------\n"
	  "postmaster@\n"
	  "abuse@\n"
	  "domain.addr\n"
	  "name@\n"
	  "name@domain.addr\n"
	  "/regexp/\n",
	  "3:postmaster@ off,4:abuse@ off,5:domain.addr off,6:name@ off,"
	  "7:name@domain.addr off,8:/regexp/ off," },
	{ S, "<>\nuser@example.org\n", "1:<> off,2:user@example.org off," },
};

static const struct {
	enum list_kind kind;
	const char *text, *where, *gist;
} bad[] = {
	{ R, "a..b", "lists/x:1: ", "not a recipient pattern: \"a..b\" (write user@" },
	{ R, "\n# a\na.b\n\na..b\nc..d\n", "lists/x:5: ", "\"a..b\"" },
	{ R, "\r\n\r\na..b", "lists/x:3: ", "not a recipient pattern" },
	{ C, "192.0.2.1\n192\n", "lists/x:2: ", "write 192.0.0.0/8" },
	{ C, "192.0.2.", "lists/x:1: ", "(write it without the dot)" },
	{ C, "2001:db8:", "lists/x:1: ", "2001:db8::/32" },
	{ C, "a.b c.d", "lists/x:1: ", "too many words (write one pattern; a comment" },
	{ C, "a.b off", "lists/x:1: ", "too many words (write one pattern; a comment" },
	{ S, "a.b on", "lists/x:1: ", "too many words (write one pattern; a comment" },
	{ R, "a.b on off", "lists/x:1: ", "(write one pattern and one setting; a comment" },
	{ R, "a.b c.d", "lists/x:1: ", "unknown setting: \"c.d\" (write off, on, all, suspicious," },
	{ R, "a.b ON", "lists/x:1: ", "unknown setting: \"ON\"" },
	{ R, "a.b delay", "lists/x:1: ", "unknown setting: \"delay\"" },
	{ R, "a.b delay= 60s", "lists/x:1: ", "(write one pattern and one setting; a comment" },
	{ R, "a.b delay=", "lists/x:1: ", "from 0 to 86399s" },
	{ R, "a.b shadow-until=", "lists/x:1: ", "not a date: \"\" (write it like shadow-until=" },
	{ R, "a.b shadow-until=2027-02-29", "lists/x:1: ", "not a date: \"2027-02-29\"" },
	{ R, "a.b delay=60", "lists/x:1: ", "not a delay from 0 to 86399s: \"60\"" },
	{ R, "a.b delay=-60s", "lists/x:1: ", "(write it like delay=60s; it must be less" },
	{ R, "a.b delay=1500ms", "lists/x:1: ", "(write it like delay=60s; it must be less" },
	{ R, "a.b delay=86400s", "lists/x:1: ", "less than retry_window" },
	{ R, "a.b delay=86399001ms", "lists/x:1: ", "(write it like delay=60s; it must be less" },
	{ R, "a.b delay=99999999999999999999s", "lists/x:1: ", "from 0 to" },
	{ C, "a.b\n/(/", "lists/x:2: ", "not a regular expression: " },
	{ C, "/a b/", "lists/x:1: ", "too many words (write one pattern;" },
	{ C, "/a#b/", "lists/x:1: ", "between two slashes" },
	{ C, "a.b\x01", "lists/x:1: ", "a control character" },
	{ R, "a.b\n# \x1b[2J", "lists/x:2: ", "a control character" },
	{ R, "a.b\x7f", "lists/x:1: ", "a control character" },
	{ R, "a.b\r\r\n", "lists/x:1: ", "a control character" },
	{ R, "a.b\rc.d\n", "lists/x:1: ", "a control character" },
	{ R, "a.b\v", "lists/x:1: ", "a control character" },
	{ C, "\xef\xbb", "lists/x:1: ", "a host name that is not ASCII" },
	{ C, "\xef\xbb\xbf" "a..b\n", "lists/x:1: ", "pattern: \"a..b\"" },
	{ C, "c.d\n\xef\xbb\xbf" "a.b\n", "lists/x:2: ",
	  "a host name that is not ASCII" },
	{ C, "\xef\xbb\xbf\xef\xbb\xbf" "a.b\n", "lists/x:1: ",
	  "a host name that is not ASCII" },
};
/* clang-format on */

static struct list_file
file_of(enum list_kind kind)
{
	return (struct list_file){.name = "lists/x",
	    .kind = kind,
	    .effect = LIST_WHITELIST,
	    .delay_max_s = DELAY_MAX_S};
}

/* All entries, as in good[].want. */
static void
list_text(struct list *list, char *out)
{
	*out = '\0';
	for (size_t i = 0; i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);
		char setting[LIST_SETTING_SIZE];

		list_setting_format(entry->effect, entry->delay_s, setting);
		out += sprintf(out, "%u:%s %s,", entry->line_n, entry->pattern,
		    setting);
		assert_string_equal(entry->source, "lists/x");
		assert_int_equal(entry->expires_s, 0);
	}
}

static void
test_good(void **state)
{
	char got[2000];
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct list *list = list_new();
		struct list_file file = file_of(good[i].kind);

		if (list_file_parse(list, &file, good[i].text,
			strlen(good[i].text), &err) != 0)
			fail_msg("%s: %s", good[i].text, err.text);
		list_text(list, got);
		if (strcmp(got, good[i].want) != 0)
			fail_msg("%s: got %s", good[i].text, got);
		list_free(list);
	}
}

static void
test_bad(void **state)
{
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct list *list = list_new();
		struct list_file file = file_of(bad[i].kind);

		err.text[0] = '\0';
		if (list_file_parse(list, &file, bad[i].text,
			strlen(bad[i].text), &err) != -1)
			fail_msg("%s: taken", bad[i].text);
		if (strncmp(err.text, bad[i].where, strlen(bad[i].where)) !=
			0 ||
		    strstr(err.text, bad[i].gist) == NULL)
			fail_msg("%s: %s", bad[i].text, err.text);
		list_free(list);
	}
}

/* A line without a setting has the effect of its file. */
static void
test_effect(void **state)
{
	static const char text[] = "a.b\nc.d";

	(void)state;
	for (int kind = 0; kind < LIST_KINDS; kind++) {
		struct list *list = list_new();
		struct list_file file = file_of((enum list_kind)kind);
		struct err err;

		file.effect = LIST_GREYLIST;
		assert_int_equal(list_file_parse(list, &file, text,
				     strlen(text), &err),
		    0);
		assert_int_equal(list_n(list), 2);
		assert_int_equal(list_entry_at(list, 0)->kind, kind);
		assert_int_equal(list_entry_at(list, 1)->effect, LIST_GREYLIST);
		list_free(list);
	}
}

/* ---- Lengths and octets ---- */

/* Parse text_n octets in memory of exactly that size. Returns the result of
 * list_file_parse(), and the number of entries in *n_out. */
static int
parse_octets(const char *text, size_t text_n, size_t *n_out, struct err *err)
{
	struct list *list = list_new();
	struct list_file file = file_of(R);
	char *copy = malloc(text_n + (text_n == 0));
	int rc;

	assert_non_null(copy);
	memcpy(copy, text, text_n);
	rc = list_file_parse(list, &file, copy, text_n, err);
	*n_out = list_n(list);
	free(copy);
	list_free(list);
	return rc;
}

/* A line of n octets ("a.b" and a comment), then "end". */
static int
parse_line_of(size_t n, const char *end, struct err *err)
{
	char *text = malloc(n + 16);
	size_t entries_n;
	int rc;

	assert_non_null(text);
	memset(text, 'x', n);
	memcpy(text, "a.b #", 5);
	strcpy(text + n, end);
	rc = parse_octets(text, n + strlen(end), &entries_n, err);
	if (rc == 0)
		assert_int_equal(entries_n, strstr(end, "c.d") ? 2 : 1);
	free(text);
	return rc;
}

static void
test_lengths(void **state)
{
	static const char *const ends[] = {"", "\n", "\r\n", "\r", "\nc.d"};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		assert_int_equal(parse_line_of(1000, ends[i], &err), 0);
		assert_int_equal(parse_line_of(1001, ends[i], &err), -1);
		assert_string_equal(err.text,
		    "lists/x:1: the line is too long (write at most 1000 octets)");
		assert_int_equal(parse_line_of(1 << 20, ends[i], &err), -1);
		assert_non_null(strstr(err.text, "at most 1000 octets"));
	}
}

static void
test_octets(void **state)
{
	size_t n = 77;
	struct err err;

	(void)state;
	assert_int_equal(parse_octets("", 0, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(parse_octets("a.b\nc.d", 5, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(parse_octets("a.b\0\n", 5, &n, &err), -1);
	assert_string_equal(err.text,
	    "lists/x:1: the line has a control character");
	assert_int_equal(parse_octets("a.b\n#\0", 6, &n, &err), -1);
	assert_non_null(strstr(err.text, "lists/x:2: "));
	assert_int_equal(parse_octets("\0", 1, &n, &err), -1);
	/* Each other octet, in a comment. */
	for (int octet = 1; octet < 256; octet++) {
		char text[] = {'#', (char)octet, 'x'};
		bool bad_one =
		    (octet < ' ' && octet != '\t' && octet != '\n') ||
		    octet == 0x7f;

		/* After "\n", "x" is the next line. */
		assert_int_equal(parse_octets(text, 3, &n, &err),
		    bad_one ? -1 : 0);
		assert_int_equal(n, octet == '\n');
	}
}

/* ---- Lines with a warning ---- */

static void
test_warnings(void **state)
{
	static const struct {
		const char *text;
		unsigned two_octets, host_bits;
		const char *network;
		unsigned wide;
	} notes[] = {
	    {"", 0, 0, "", 0},
	    {"192.0.2\n192.0.2.0/24\n192.168.0.0/16\na.b", 0, 0, "", 0},
	    {"a.b\n192.168\n10.1\n", 2, 0, "", 0},
	    {"#192.168\n\n10.1", 3, 0, "", 0},
	    {"192.0.2.77/24\n10.1.1.1/8", 0, 1, "192.0.2.0/24", 0},
	    {"a.b\n2001:db8::1/32\n192.168\n192.0.2.1/24\n10.1", 3, 2,
		"2001:db8::/32", 0},
	    {"a.b\n.com\ninfo\n", 0, 0, "", 2},
	    {"a.b\n/com/\ninfo\n", 0, 0, "", 3},
	    {"a.b\n/.*/\n/^/", 0, 0, "", 2},
	    {"8.0.0.0/8\n2.0.0.0/7\n", 0, 0, "", 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
		struct list *list = list_new();
		struct list_file file = file_of(C);
		struct err err;

		/* Values of an earlier call. */
		file.two_octets_line = file.host_bits_line = 77;
		file.wide_line = 77;
		assert_int_equal(list_file_parse(list, &file, notes[i].text,
				     strlen(notes[i].text), &err),
		    0);
		assert_int_equal(file.two_octets_line, notes[i].two_octets);
		assert_int_equal(file.host_bits_line, notes[i].host_bits);
		assert_int_equal(file.wide_line, notes[i].wide);
		if (notes[i].host_bits != 0)
			assert_string_equal(file.host_bits_network,
			    notes[i].network);
		list_free(list);
	}
}

/* ---- Settings alone ---- */

static void
test_settings(void **state)
{
	static const struct {
		const char *text;
		enum list_effect effect;
		int64_t delay_s;
		const char *want;
	} settings[] = {
	    {"off", LIST_WHITELIST, 0, "off"},
	    {"on", LIST_GREYLIST, 0, "on"},
	    {"shadow", LIST_SHADOW, 0, "shadow"},
	    {"delay=0", LIST_DELAY, 0, "delay=0"},
	    {"delay=1s", LIST_DELAY, 1, "delay=1s"},
	    {"delay=60s", LIST_DELAY, 60, "delay=1m"},
	    {"delay=90s", LIST_DELAY, 90, "delay=90s"},
	    {"delay=23h", LIST_DELAY, 82800, "delay=23h"},
	    {"delay=86399s", LIST_DELAY, DELAY_MAX_S, "delay=86399s"},
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		struct list_entry first = {.delay_s = 0}, again = {0};
		char text[LIST_SETTING_SIZE];

		assert_int_equal(list_setting_parse(settings[i].text,
				     DELAY_MAX_S, &first, &err),
		    0);
		assert_int_equal(first.effect, settings[i].effect);
		assert_int_equal(first.delay_s, settings[i].delay_s);
		list_setting_format(first.effect, first.delay_s, text);
		assert_string_equal(text, settings[i].want);
		assert_int_equal(list_setting_parse(text, DELAY_MAX_S, &again,
				     &err),
		    0);
		assert_int_equal(again.effect, first.effect);
		assert_int_equal(again.delay_s, first.delay_s);
	}
}

static void
test_settings_refused(void **state)
{
	static const char *const texts[] = {"", "Off", "o", "offf", "off ",
	    "delay", "delay=", "delay=61s", "delay=-1s", "delay=1", "DELAY=1s",
	    "delay=1ms", "delay=60001ms", "delay=2m", "shadow=1"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct list_entry entry = {
		    .effect = LIST_SHADOW, .delay_s = 77};
		struct err err;

		if (list_setting_parse(texts[i], 60, &entry, &err) != -1)
			fail_msg("%s: taken", texts[i]);
		assert_non_null(strstr(err.text, "(write "));
		assert_int_equal(entry.effect, LIST_SHADOW);
		assert_int_equal(entry.delay_s, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_effect),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_octets),
	    cmocka_unit_test(test_warnings),
	    cmocka_unit_test(test_settings),
	    cmocka_unit_test(test_settings_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
