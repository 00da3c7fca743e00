/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "config/option_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/duration.h"
#include "base/networks.h"
#include "config/endpoint.h"
#include "lists/pattern.h"
#include "mail/reply.h"

/* ---- Text, durations and numbers ---- */

static int
set_text(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	size_t n = strlen(value);

	if (n < (size_t)row->min)
		return err_set(err, "the value is empty");
	if (n >= (size_t)row->max)
		return err_set(err,
		    "the value is too long (write at most %" PRId64 " octets)",
		    row->max - 1);
	memcpy(member, value, n + 1);
	return 0;
}

static int
set_duration(const struct option_row *row, const char *value, int64_t unit_ms,
    void *member, struct err *err)
{
	char min[DURATION_TEXT_SIZE], max[DURATION_TEXT_SIZE];
	int64_t ms;

	if (duration_parse(value, &ms) != 0 || ms % unit_ms != 0)
		return err_set(err,
		    "not a duration: \"%s\" (write a number with the unit "
		    "%ss, m, h, d or w, such as %s)",
		    value, unit_ms == 1 ? "ms, " : "", row->fallback);
	if (ms / unit_ms < row->min || ms / unit_ms > row->max) {
		duration_format(row->min * unit_ms, min);
		duration_format(row->max * unit_ms, max);
		return err_set(err, "out of range: \"%s\" (write %s to %s)",
		    value, min, max);
	}
	*(int64_t *)member = ms / unit_ms;
	return 0;
}

/* The factor of a unit: 1 for "", 1000 for "k", and so on for "M" and "G".
 * Returns 0 for any other text. */
static int64_t
factor_of(const char *unit)
{
	if (unit[0] != '\0' && unit[1] != '\0')
		return 0;
	switch (unit[0]) {
	case '\0':
		return 1;
	case 'k':
		return 1000;
	case 'M':
		return 1000000;
	case 'G':
		return 1000000000;
	}
	return 0;
}

#define DIGITS_MAX 18 /* more may overflow an int64_t */

static int
parse_number(const struct option_row *row, const char *value, int64_t *out,
    struct err *err)
{
	size_t digits_n = strspn(value, "0123456789");
	int64_t factor = factor_of(value + digits_n), number;

	if (digits_n == 0 || factor == 0)
		return err_set(err,
		    "not a number: \"%s\" (write digits; k, M or G after them "
		    "means thousands, millions or billions)",
		    value);
	number = digits_n <= DIGITS_MAX ? strtoll(value, NULL, 10) : INT64_MAX;
	number = number <= row->max / factor ? number * factor : INT64_MAX;
	if (number < row->min || number > row->max)
		return err_set(err,
		    "out of range: \"%s\" (write %" PRId64 " to %" PRId64 ")",
		    value, row->min, row->max);
	*out = number;
	return 0;
}

static int
set_number(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	int64_t number = 0;

	if (parse_number(row, value, &number, err) != 0)
		return -1;
	*(unsigned *)member = (unsigned)number;
	return 0;
}

static int
set_octal(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	size_t digits_n = strspn(value, "01234567");
	int64_t number = strtoll(value, NULL, 8);

	if (digits_n == 0 || digits_n > 6 || value[digits_n] != '\0' ||
	    number < row->min || number > row->max)
		return err_set(err,
		    "not an octal mode: \"%s\" (write %04" PRIo64
		    " to %04" PRIo64 ")",
		    value, (uint64_t)row->min, (uint64_t)row->max);
	*(unsigned *)member = (unsigned)number;
	return 0;
}

/* ---- Words ---- */

/* Write the choices of a row: "pass, tempfail or close". */
static void
format_choices(const struct option_row *row, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; row->choices[i] != NULL; i++) {
		const char *before = i == 0       ? ""
		    : row->choices[i + 1] == NULL ? " or "
						  : ", ";

		n += (size_t)snprintf(out + n, size - n, "%s%s", before,
		    row->choices[i]);
	}
}

static int
set_choice(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	char choices[CONFIG_VALUE_SIZE];

	for (unsigned i = 0; row->choices[i] != NULL; i++)
		if (strcmp(row->choices[i], value) == 0) {
			*(unsigned *)member = i;
			return 0;
		}
	format_choices(row, choices, sizeof(choices));
	return err_set(err, "unknown value: \"%s\" (write %s)", value, choices);
}

/* Until when mail is not deferred: never, for ever or until a date. */
static int
set_mode(const char *value, void *member, struct err *err)
{
	static const char until[] = "shadow until ";
	int64_t until_s;

	if (strcmp(value, "enforce") == 0)
		until_s = 0;
	else if (strcmp(value, "shadow") == 0)
		until_s = INT64_MAX;
	else if (strncmp(value, until, strlen(until)) != 0 ||
	    date_parse(value + strlen(until), &until_s) != 0)
		return err_set(err,
		    "unknown value: \"%s\" (write enforce, shadow, or shadow "
		    "until a date such as 2027-01-31)",
		    value);
	*(int64_t *)member = until_s;
	return 0;
}

#define SEPARATORS ", \t"

/* Find the choice with the name "word" of n octets. Returns its bit, or 0 if
 * there is no such choice. */
static unsigned
choice_bit(const struct option_row *row, const char *word, size_t n)
{
	for (unsigned i = 0; row->choices[i] != NULL; i++)
		if (strlen(row->choices[i]) == n &&
		    strncmp(row->choices[i], word, n) == 0)
			return 1U << i;
	return 0;
}

/* Set the bits of several choices; "none" sets no bit. */
static int
set_words(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	const char *rest = value + strspn(value, SEPARATORS);
	bool is_none = strcmp(value, "none") == 0;
	unsigned bits = 0;

	while (*rest != '\0' && !is_none) {
		size_t n = strcspn(rest, SEPARATORS);
		unsigned bit = choice_bit(row, rest, n);

		if (bit == 0)
			return err_set(err,
			    "unknown word: \"%.*s\" (write none, or some of: "
			    "%s)",
			    (int)n, rest, row->fallback);
		bits |= bit;
		rest += n + strspn(rest + n, SEPARATORS);
	}
	if (bits == 0 && !is_none)
		return err_set(err,
		    "the value is empty (write none, or some of: %s)",
		    row->fallback);
	*(unsigned *)member = bits;
	return 0;
}

/* ---- Endpoints and files ---- */

static int
set_endpoints(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	struct endpoint_list list = {.n = 0};

	if ((value[0] != '\0' || row->min > 0) &&
	    endpoint_list_parse(value, &list, err) != 0)
		return -1;
	memcpy(member, &list, sizeof(list));
	return 0;
}

/* File names are separated by commas or blanks. Store each with its NUL. */
static int
set_files(const char *value, void *member, struct err *err)
{
	struct config_files files = {.n = 0};
	char *to = files.text;

	for (value += strspn(value, SEPARATORS); *value != '\0';
	     value += strspn(value, SEPARATORS)) {
		size_t n = strcspn(value, SEPARATORS);

		if (*value != '/')
			return err_set(err, "not an absolute path: \"%.*s\"",
			    (int)n, value);
		if (files.n++ == CONFIG_FILES_MAX)
			return err_set(err, "too many files (write at most %d)",
			    CONFIG_FILES_MAX);
		memcpy(to, value, n);
		to += n + 1;
		value += n;
	}
	*(struct config_files *)member = files;
	return 0;
}

const char *
config_files_item(const struct config_files *files, size_t i)
{
	const char *name = files->text;

	while (i-- > 0)
		name += strlen(name) + 1;
	return name;
}

/* ---- Networks ---- */

/* The shortest prefixes. A shorter one must be a mistake. */
#define IPV4_PREFIX_MIN 8
#define IPV6_PREFIX_MIN 16

static int
parse_network(const char *word, struct network *out, struct err *err)
{
	struct pattern pattern;
	unsigned min;

	if (pattern_parse(LIST_CLIENT, word, &pattern, err) != 0 ||
	    pattern.type != PATTERN_NETWORK)
		return err_set(err,
		    "not an address or a network: \"%s\" (write it like "
		    "192.0.2.1, 192.0.2.0/24 or 2001:db8::/32)",
		    word);
	if (pattern.had_host_bits)
		return err_set(err, "not a network: \"%s\" (write %s)", word,
		    pattern.text);
	min = pattern.network.family == NETADDR_IPV4 ? IPV4_PREFIX_MIN
						     : IPV6_PREFIX_MIN;
	if (pattern.prefix_bits < min)
		return err_set(err,
		    "the network is too large: \"%s\" (write a prefix of at "
		    "least /%u)",
		    word, min);
	*out = (struct network){pattern.network, pattern.prefix_bits};
	return 0;
}

static int
set_networks(const char *value, void *member, struct err *err)
{
	struct networks networks = {.n = 0};
	char word[CONFIG_VALUE_SIZE];

	for (value += strspn(value, SEPARATORS); *value != '\0';
	     value += strspn(value, SEPARATORS)) {
		size_t n = strcspn(value, SEPARATORS);

		memcpy(word, value, n);
		word[n] = '\0';
		value += n;
		if (networks.n == NETWORKS_MAX)
			return err_set(err,
			    "too many networks (write at most %d)",
			    NETWORKS_MAX);
		if (parse_network(word, &networks.items[networks.n++], err) !=
		    0)
			return -1;
	}
	*(struct networks *)member = networks;
	return 0;
}

int
option_value_set(const struct option_row *row, const char *value, void *member,
    struct err *err)
{
	switch (row->type) {
	case OPTION_TEXT:
		return set_text(row, value, member, err);
	case OPTION_SECONDS:
		return set_duration(row, value, 1000, member, err);
	case OPTION_MILLISECONDS:
		return set_duration(row, value, 1, member, err);
	case OPTION_NUMBER:
		return set_number(row, value, member, err);
	case OPTION_SIZE:
		return parse_number(row, value, member, err);
	case OPTION_OCTAL:
		return set_octal(row, value, member, err);
	case OPTION_CHOICE:
		return set_choice(row, value, member, err);
	case OPTION_MODE:
		return set_mode(value, member, err);
	case OPTION_WORDS:
		return set_words(row, value, member, err);
	case OPTION_ENDPOINTS:
		return set_endpoints(row, value, member, err);
	case OPTION_REPLY:
		return reply_template_parse(value, member, err);
	case OPTION_FILES:
		return set_files(value, member, err);
	case OPTION_NETWORKS:
		return set_networks(value, member, err);
	}
	return err_set(err, "unknown option type");
}
