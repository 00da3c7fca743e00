/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is a list file, parsed as each of the three kinds. The text of an
 * accepted pattern must parse to the same pattern. A search must find the same
 * entries as list_slow.h. The requests have the text of each pattern, and each
 * line of the input, as client, sender and recipient. If a line is refused, the
 * message must name it, and the lines before it must be in the list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list_file.h"
#include "list_slow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_NAME    "etc/t.list"
#define NOW          1000000000
#define DELAY_MAX_S  86399
#define SEARCHES_MAX 24 /* of one input, so that large inputs are not slow */
#define OVERRUNS_MAX 3

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_list: line %d: not true: %s\n", line, claim);
	abort();
}

/* ---- Reading ---- */

static struct list_file
file_of(enum list_kind kind)
{
	return (struct list_file){
	    .name = FILE_NAME,
	    .kind = kind,
	    .effect = LIST_GREYLIST,
	    .delay_max_s = DELAY_MAX_S,
	};
}

static unsigned
lines_of(const uint8_t *data, size_t size)
{
	unsigned n = 1;

	for (size_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

/* Check "etc/t.list:LINE: what". Returns LINE. */
static unsigned long
check_err(const char *text)
{
	unsigned long line;
	char *end;

	CHECK(strncmp(text, FILE_NAME ":", sizeof(FILE_NAME)) == 0);
	text += sizeof(FILE_NAME);
	CHECK(*text >= '1' && *text <= '9');
	line = strtoul(text, &end, 10);
	CHECK(strncmp(end, ": ", 2) == 0 && end[2] != '\0');
	return line;
}

/* After an error, the list has the lines before the wrong line. */
static void
check_lines_before(struct list *list, enum list_kind kind, const uint8_t *data,
    size_t size, unsigned long line)
{
	struct list_file file = file_of(kind);
	struct list *before = list_new();
	struct err err;
	size_t n = 0;

	for (unsigned long i = 1; i < line; i++) {
		while (n < size && data[n] != '\n')
			n++;
		n++;
	}
	CHECK(n <= size);
	CHECK(list_file_parse(before, &file, (const char *)data, n, &err) == 0);
	CHECK(list_n(before) == list_n(list));
	list_free(before);
}

/* ---- What was read ---- */

static void
check_pattern(const struct list_entry *entry)
{
	struct pattern pattern, again;
	struct err err;

	CHECK(strlen(entry->pattern) < PATTERN_SIZE);
	CHECK(pattern_parse(entry->kind, entry->pattern, &pattern, &err) == 0);
	CHECK(strcmp(pattern.text, entry->pattern) == 0);
	CHECK(!pattern.had_host_bits && !pattern.was_two_octets);
	CHECK(pattern_parse(entry->kind, pattern.text, &again, &err) == 0);
	CHECK(again.type == pattern.type);
	CHECK(again.prefix_bits == pattern.prefix_bits);
	CHECK(memcmp(&again.network, &pattern.network, sizeof(again.network)) ==
	    0);
	CHECK((pattern.type == PATTERN_REGEX) == (entry->pattern[0] == '/'));
	CHECK(pattern.type != PATTERN_NETWORK || entry->kind == LIST_CLIENT);
	CHECK(pattern.type != PATTERN_NULL_SENDER ||
	    entry->kind == LIST_SENDER);
}

static void
check_setting(const struct list_entry *entry)
{
	struct list_entry again = {.delay_s = 0};
	char text[LIST_SETTING_SIZE];
	struct err err;

	CHECK(entry->effect == LIST_GREYLIST || entry->kind == LIST_RECIPIENT);
	CHECK(entry->delay_s >= 0 && entry->delay_s <= DELAY_MAX_S);
	CHECK(entry->delay_s == 0 || entry->effect == LIST_DELAY);
	list_setting_format(entry->effect, entry->delay_s, text);
	CHECK(list_setting_parse(text, DELAY_MAX_S, &again, &err) == 0);
	CHECK(again.effect == entry->effect);
	CHECK(again.delay_s == entry->delay_s);
}

static void
check_entries(struct list *list, enum list_kind kind, unsigned lines_n)
{
	unsigned line_n = 0;

	CHECK(list_n(list) <= lines_n);
	for (size_t i = 0; i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);

		CHECK(entry->kind == kind);
		CHECK(strcmp(entry->source, FILE_NAME) == 0);
		CHECK(entry->line_n > line_n && entry->line_n <= lines_n);
		line_n = entry->line_n;
		CHECK(entry->expires_s == 0);
		CHECK(entry->index == i);
		check_pattern(entry);
		check_setting(entry);
	}
}

/* ---- Searching ---- */

/* What list_each() has visited: the number of visits to each entry, and how
 * specific the last entry was. */
struct answer {
	struct list *list;
	const struct request *request;
	unsigned char *visits; /* of each entry */
	struct slow_match last;
};

static bool
note(const struct list_entry *entry, void *arg)
{
	struct answer *answer = arg;
	struct slow_match match;

	CHECK(list_entry_at(answer->list, entry->index) == entry);
	answer->visits[entry->index]++;
	if (!slow_knows(entry->pattern))
		return true;
	match = slow_match(entry->kind, entry->pattern, answer->request);
	CHECK(match.matches);
	CHECK(match.class >= answer->last.class);
	CHECK(match.class > answer->last.class ||
	    match.length <= answer->last.length);
	answer->last = match;
	return true;
}

/* Returns true if a regular expression reached its limit. */
static bool
search(struct list *list, enum list_kind kind, const struct request *request)
{
	struct answer answer = {
	    .list = list,
	    .request = request,
	    .visits = calloc(list_n(list) + 1, 1),
	    .last = {true, 0, SIZE_MAX},
	};
	const struct list_entry *overrun;

	CHECK(answer.visits != NULL);
	list_each(list, kind, LIST_ANY_EFFECT, request, NOW, note, &answer);
	for (size_t i = 0; i < list_n(list); i++) {
		const struct list_entry *entry = list_entry_at(list, i);

		CHECK(answer.visits[i] <= 1);
		if (slow_knows(entry->pattern))
			CHECK(answer.visits[i] ==
			    slow_match(kind, entry->pattern, request).matches);
	}
	free(answer.visits);
	overrun = list_overrun(list);
	CHECK(overrun == NULL || !slow_knows(overrun->pattern));
	return overrun != NULL;
}

/* Make a request with the text as its client, sender or recipient. */
static void
set_request(struct request *request, const char *text, size_t n)
{
	char address[NETADDR_TEXT_SIZE];
	size_t name_n = n < REQUEST_TEXT_MAX ? n : REQUEST_TEXT_MAX;

	request_clear(request);
	n = n < REQUEST_ADDRESS_MAX ? n : REQUEST_ADDRESS_MAX;
	memcpy(request->sender, text, n);
	request->sender[n] = '\0';
	memcpy(request->recipient, text, n);
	request->recipient[n] = '\0';
	memcpy(request->client_name, text, name_n);
	request->client_name[name_n] = '\0';
	request->client_name_confirmed = n % 8 != 7;
	snprintf(address, sizeof(address), "%.*s",
	    (int)strcspn(request->client_name, "/"), request->client_name);
	if (netaddr_parse(address, &request->client) != 0)
		netaddr_parse("192.0.2.1", &request->client);
}

/* Search for the text of each pattern, and for longer names and addresses that
 * end with it. */
static unsigned
search_patterns(struct list *list, enum list_kind kind, struct request *request)
{
	static const char *const fronts[] = {"", "a@", "mx.", "a@b."};
	unsigned overruns_n = 0;

	for (size_t i = 0; i < list_n(list) && i < SEARCHES_MAX; i++)
		for (size_t j = 0; j < 4 && overruns_n < OVERRUNS_MAX; j++) {
			char text[PATTERN_SIZE + 8];

			snprintf(text, sizeof(text), "%s%s", fronts[j],
			    list_entry_at(list, i)->pattern);
			set_request(request, text, strlen(text));
			overruns_n += search(list, kind, request);
		}
	return overruns_n;
}

static void
search_lines(struct list *list, enum list_kind kind, struct request *request,
    const uint8_t *data, size_t size, unsigned overruns_n)
{
	const char *text = (const char *)data, *end = text + size;

	for (unsigned i = 0; i < SEARCHES_MAX && overruns_n < OVERRUNS_MAX;
	     i++) {
		size_t n = 0;

		while (text + n < end && text[n] != '\n' && text[n] != '\0')
			n++;
		set_request(request, text, n);
		overruns_n += search(list, kind, request);
		if (text + n == end)
			break;
		text += n + 1;
	}
}

static void
check_kind(enum list_kind kind, const uint8_t *data, size_t size)
{
	static struct request request;
	struct list_file file = file_of(kind);
	struct list *list = list_new();
	unsigned lines_n = lines_of(data, size);
	struct err err = {""};
	int rc;

	CHECK(list != NULL);
	rc = list_file_parse(list, &file, (const char *)data, size, &err);
	CHECK(rc == 0 || rc == -1);
	CHECK(rc != 0 || size == 0 || memchr(data, '\0', size) == NULL);
	if (rc != 0)
		check_lines_before(list, kind, data, size, check_err(err.text));
	CHECK(file.two_octets_line <= lines_n);
	CHECK(file.host_bits_line <= lines_n);
	CHECK(kind == LIST_CLIENT ||
	    (file.two_octets_line == 0 && file.host_bits_line == 0));
	check_entries(list, kind, lines_n);
	CHECK(list_seal(list, &err) == 0);
	search_lines(list, kind, &request, data, size,
	    search_patterns(list, kind, &request));
	list_free(list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int kind = 0; kind < LIST_KINDS; kind++)
		check_kind((enum list_kind)kind, data, size);
	return 0;
}
