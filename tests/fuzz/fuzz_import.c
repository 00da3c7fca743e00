/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is a line for tardigrey triplets import. If the line is accepted,
 * its key must be the key of a possible request, and its record must have
 * times. The key and the record are written as a line again, with plain texts
 * and with hexadecimal texts. Both lines must give the same key and record. If
 * the input is refused, there must be a message.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/key.h"
#include "decide/key_text.h"
#include "tools/json_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_import: line %d: not true: %s\n", line, claim);
	abort();
}

static void
check_address(const char *text)
{
	CHECK(strnlen(text, KEY_TEXT_SIZE) <= KEY_TEXT_MAX);
	for (; *text != '\0'; text++)
		CHECK(*text != '\n' && (*text < 'A' || *text > 'Z'));
}

/* The "@" of a shortened address may be in the part that was left out. */
static void
check_mail_address(const char *text)
{
	CHECK(strchr(text, '@') != NULL || key_text_is_shortened(text));
}

/* The client and the sender must fit the key kind. */
static void
check_kind(const struct key *key)
{
	bool has_prefix = strchr(key->client, '/') != NULL;
	struct netaddr address;
	char host[NETADDR_PREFIX_SIZE];

	switch (key->kind) {
	case KEY_TRIPLET_NETWORK:
		CHECK(has_prefix);
		break;
	case KEY_TRIPLET_POOL:
		CHECK(!has_prefix && key->client[0] != '\0');
		break;
	case KEY_AUTO_WHITELIST_ADDRESS:
		CHECK(key->sender[0] == '\0');
		snprintf(host, sizeof(host), "%.*s",
		    (int)strcspn(key->client, "/"), key->client);
		CHECK(netaddr_parse(host, &address) == 0);
		netaddr_format_host(&address, host);
		CHECK(strcmp(host, key->client) == 0);
		break;
	case KEY_AUTO_WHITELIST_DOMAIN:
	case KEY_AUTO_WHITELIST_NETWORK:
		CHECK(!has_prefix && key->sender[0] == '@');
		break;
	case KEY_CORRESPONDENT:
		CHECK(key->client[0] == '\0');
		check_mail_address(key->sender);
		check_mail_address(key->recipient);
		break;
	case KEY_CORRESPONDENT_DOMAIN:
		CHECK(!has_prefix && key->client[0] != '\0');
		CHECK(key->sender[0] == '\0');
		check_mail_address(key->recipient);
		break;
	}
}

static void
check_row(const struct store_row *row)
{
	const struct key *key = &row->key;
	const struct record *record = &row->record;

	CHECK(key->client[0] != '\0' || key->kind == KEY_CORRESPONDENT);
	CHECK(strnlen(key->client, sizeof(key->client)) < sizeof(key->client));
	for (const char *p = key->client; *p != '\0'; p++)
		CHECK(*p > ' ' && *p <= '~' && (*p < 'A' || *p > 'Z'));
	check_address(key->sender);
	check_address(key->recipient);
	CHECK(record->first_seen_s >= 1 && record->last_seen_s >= 1);
	CHECK(record->passed_s >= 0 && record->expires_s >= 1);
	CHECK(record->deferred_n >= 0 && record->passed_n >= 0);
	if (key_kind_is_triplet(key->kind))
		CHECK(key->sender[0] != '\0');
	if (key_kind_is_auto_whitelist(key->kind))
		CHECK((key->recipient[0] != '\0') ==
		    (key->kind == KEY_AUTO_WHITELIST_NETWORK));
	check_kind(key);
}

/* ---- Again ---- */

static void
put_text(json_t *object, const char *name, const char *text, bool plain)
{
	char hex[2 * KEY_CLIENT_SIZE], hex_name[32]; /* the client is longest */
	json_t *value = plain ? json_string(text) : NULL;

	if (value != NULL) {
		CHECK(json_object_set_new(object, name, value) == 0);
		return;
	}
	hex[0] = '\0';
	for (size_t i = 0; text[i] != '\0'; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
	snprintf(hex_name, sizeof(hex_name), "%s_hex", name);
	CHECK(json_object_set_new(object, hex_name, json_string(hex)) == 0);
}

/* Write the row as a line, with plain or with hexadecimal texts. */
static char *
write_row(const struct store_row *row, bool plain)
{
	const int64_t numbers[] = {row->record.first_seen_s,
	    row->record.last_seen_s, row->record.passed_s,
	    row->record.expires_s, row->record.deferred_n,
	    row->record.passed_n};
	const struct column *columns = json_row_columns;
	json_t *object = json_object();
	char *line;

	CHECK(json_object_set_new(object, columns[0].name,
		  json_string(key_kind_word(row->key.kind))) == 0);
	put_text(object, columns[1].name, row->key.client, plain);
	put_text(object, columns[2].name, row->key.sender, plain);
	put_text(object, columns[3].name, row->key.recipient, plain);
	for (size_t i = 0; i < 6; i++)
		CHECK(json_object_set_new(object, columns[4 + i].name,
			  i == 2 && numbers[i] == 0
			      ? json_null()
			      : json_integer(numbers[i])) == 0);
	line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	CHECK(line != NULL);
	return line;
}

static void
check_again(const struct store_row *row, bool plain)
{
	static struct store_row again;
	char *line = write_row(row, plain);
	struct err err;

	CHECK(json_row_parse(line, strlen(line), &again, &err) == 0);
	CHECK(key_equal(&again.key, &row->key));
	CHECK(memcmp(&again.record, &row->record, sizeof(row->record)) == 0);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct store_row row;
	struct err err = {""};

	if (json_row_parse((const char *)data, size, &row, &err) != 0) {
		CHECK(err.text[0] != '\0');
		CHECK(memchr(err.text, '\0', sizeof(err.text)) != NULL);
		return 0;
	}
	check_row(&row);
	check_again(&row, true);
	check_again(&row, false);
	return 0;
}
