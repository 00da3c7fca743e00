/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The input is a tardigrey.conf. An accepted value is in its range, and its
 * text can be parsed again. A refused line is named in the message, and the
 * lines before it are set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_NAME "etc/t.conf"

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_config: line %d: not true: %s\n", line, claim);
	abort();
}

static const void *
at(const struct config *config, size_t i)
{
	return (const char *)config + config_row(i)->offset;
}

static int64_t
number(const struct config *config, size_t i)
{
	switch (config_row(i)->type) {
	case OPTION_SECONDS:
	case OPTION_MILLISECONDS:
	case OPTION_SIZE:
	case OPTION_MODE:
		return *(const int64_t *)at(config, i);
	case OPTION_NUMBER:
	case OPTION_OCTAL:
	case OPTION_CHOICE:
	case OPTION_WORDS:
		return *(const unsigned *)at(config, i);
	case OPTION_TEXT:
	case OPTION_ENDPOINTS:
	case OPTION_REPLY:
	case OPTION_FILES:
	case OPTION_NETWORKS:
		break;
	}
	return 0;
}

/* ---- Within the range ---- */

static void
check_text(const struct option_row *row, const char *text)
{
	size_t n = strnlen(text, (size_t)row->max);

	CHECK(n < (size_t)row->max);
	CHECK((int64_t)n >= row->min);
	CHECK(memchr(text, '\n', n) == NULL);
}

static void
check_endpoints(const struct option_row *row, const struct endpoint_list *list)
{
	CHECK(list->n >= (size_t)row->min && list->n <= ENDPOINT_MAX);
	for (size_t i = 0; i < list->n; i++) {
		const struct endpoint *item = &list->items[i];
		int port;

		if (item->kind == ENDPOINT_UNIX) {
			CHECK(item->path[0] == '/');
			CHECK(memchr(item->path, '\0', sizeof(item->path)) !=
			    NULL);
			continue;
		}
		CHECK(item->kind == ENDPOINT_INET);
		CHECK(memchr(item->host, '\0', sizeof(item->host)) != NULL);
		CHECK(memchr(item->port, '\0', sizeof(item->port)) != NULL);
		port = atoi(item->port);
		CHECK(port >= 1 && port <= 65535);
	}
}

static void
check_reply(const struct reply_template *template)
{
	static struct request request;
	struct verdict verdict = {
	    .action = ACTION_GREYLIST, .wait_s = INT64_MAX};
	char out[REPLY_MAX];
	size_t n;

	memset(request.recipient, 'x', REQUEST_ADDRESS_MAX);
	request.recipient[0] = '@';
	n = reply_format(template, &request, &verdict, out);
	CHECK(n > 9 && n <= sizeof(out));
	CHECK(memchr(out, '\n', n) == out + n - 2);
}

static void
check_files(const struct config_files *files)
{
	CHECK(files->n <= CONFIG_FILES_MAX);
	for (size_t i = 0; i < files->n; i++) {
		const char *name = config_files_item(files, i);

		CHECK(name[0] == '/' && strpbrk(name, ", \t\n") == NULL);
		CHECK(name + strlen(name) < files->text + sizeof(files->text));
	}
}

static void
check_choice(const struct option_row *row, int64_t value)
{
	for (int64_t i = 0; i <= value; i++)
		CHECK(row->choices[i] != NULL);
}

/* The networks have no host bits, and their prefixes fit the family. */
static void
check_networks(const struct networks *networks)
{
	CHECK(networks->n <= NETWORKS_MAX);
	for (size_t i = 0; i < networks->n; i++) {
		const struct network *network = &networks->items[i];

		CHECK(network->prefix_bits >= 8);
		CHECK(network->prefix_bits <=
		    netaddr_bits(network->address.family));
		CHECK(networks_have(networks, &network->address));
	}
}

static void
check_option(const struct config *config, size_t i)
{
	const struct option_row *row = config_row(i);
	const struct config_given *given = &config->given[i];

	CHECK(memchr(given->text, '\0', sizeof(given->text)) != NULL);
	CHECK(memchr(given->origin, '\0', sizeof(given->origin)) != NULL);
	switch (row->type) {
	case OPTION_TEXT:
		check_text(row, at(config, i));
		break;
	case OPTION_SECONDS:
	case OPTION_MILLISECONDS:
	case OPTION_NUMBER:
	case OPTION_SIZE:
	case OPTION_OCTAL:
		CHECK(number(config, i) >= row->min);
		CHECK(number(config, i) <= row->max);
		break;
	case OPTION_WORDS:
		CHECK(number(config, i) >= 0 && number(config, i) < 16);
		break;
	case OPTION_CHOICE:
		check_choice(row, number(config, i));
		break;
	case OPTION_MODE:
		CHECK(number(config, i) >= 0);
		break;
	case OPTION_ENDPOINTS:
		check_endpoints(row, at(config, i));
		break;
	case OPTION_REPLY:
		check_reply(at(config, i));
		break;
	case OPTION_FILES:
		check_files(at(config, i));
		break;
	case OPTION_NETWORKS:
		check_networks(at(config, i));
		break;
	}
}

/* ---- The same again ---- */

static bool
same_endpoints(const struct endpoint_list *a, const struct endpoint_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->items[i].kind != b->items[i].kind ||
		    strcmp(a->items[i].path, b->items[i].path) != 0 ||
		    strcmp(a->items[i].host, b->items[i].host) != 0 ||
		    strcmp(a->items[i].port, b->items[i].port) != 0)
			return false;
	return true;
}

static bool
same_reply(const struct reply_template *a, const struct reply_template *b)
{
	return strcmp(a->text, b->text) == 0 && a->domain_max == b->domain_max;
}

static bool
same_option(const struct config *a, const struct config *b, size_t i)
{
	switch (config_row(i)->type) {
	case OPTION_TEXT:
		return strcmp(at(a, i), at(b, i)) == 0;
	case OPTION_SECONDS:
	case OPTION_MILLISECONDS:
	case OPTION_NUMBER:
	case OPTION_SIZE:
	case OPTION_OCTAL:
	case OPTION_CHOICE:
	case OPTION_MODE:
	case OPTION_WORDS:
		return number(a, i) == number(b, i);
	case OPTION_ENDPOINTS:
		return same_endpoints(at(a, i), at(b, i));
	case OPTION_REPLY:
		return same_reply(at(a, i), at(b, i));
	case OPTION_FILES:
		return memcmp(at(a, i), at(b, i),
			   sizeof(struct config_files)) == 0;
	case OPTION_NETWORKS:
		return memcmp(at(a, i), at(b, i), sizeof(struct networks)) == 0;
	}
	return false;
}

static void
check_same(const struct config *a, const struct config *b)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		CHECK(same_option(a, b, i));
		CHECK(strcmp(a->given[i].text, b->given[i].text) == 0);
	}
}

/* Set the texts of all options again, in a new configuration. */
static void
check_again(const struct config *config)
{
	static struct config again;

	config_defaults(&again);
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		struct err err;

		CHECK(config_set(&again, config_row(i)->name,
			  config->given[i].text, "again", &err) == 0);
	}
	check_same(config, &again);
}

/* ---- Refused ---- */

/* Check "etc/t.conf:LINE: what". Returns LINE, which is a line of the file. */
static unsigned long
check_err(const char *text, const uint8_t *data, size_t size)
{
	unsigned long line, lines_n = 1;
	char *end;

	CHECK(strncmp(text, FILE_NAME ":", sizeof(FILE_NAME)) == 0);
	text += sizeof(FILE_NAME);
	CHECK(*text >= '1' && *text <= '9');
	line = strtoul(text, &end, 10);
	CHECK(end[0] == ':' && end[1] == ' ' && end[2] != '\0');
	for (size_t i = 0; i < size; i++)
		lines_n += data[i] == '\n';
	CHECK(line <= lines_n);
	return line;
}

static int
parse(struct config *config, const uint8_t *data, size_t size, struct err *err)
{
	config_defaults(config);
	return config_parse(config, (const char *)data, size, FILE_NAME, err);
}

/* After an error, the lines before the wrong line are set, and nothing else. */
static void
check_lines_before(const struct config *config, const uint8_t *data,
    size_t size, unsigned long line)
{
	static struct config before;
	struct err err;
	size_t n = 0;

	for (unsigned long i = 1; i < line; i++) {
		while (n < size && data[n] != '\n')
			n++;
		n++;
	}
	CHECK(n <= size);
	CHECK(parse(&before, data, n, &err) == 0);
	check_same(config, &before);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config;
	struct err err = {""};
	int rc = parse(&config, data, size, &err);

	CHECK(rc == 0 || rc == -1);
	CHECK(rc != 0 || size == 0 || memchr(data, '\0', size) == NULL);
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		check_option(&config, i);
	check_again(&config);
	if (rc != 0)
		check_lines_before(&config, data, size,
		    check_err(err.text, data, size));
	err.text[0] = '\0';
	rc = config_check(&config, &err);
	CHECK(rc == 0 ? err.text[0] == '\0' : err.text[0] != '\0');
	if (rc == 0)
		CHECK(config.rules.greylist.delay_s <
		    config.rules.greylist.retry_window_s);
	return 0;
}
