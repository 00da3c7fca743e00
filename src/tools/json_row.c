/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/json_row.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/key.h"
#include "decide/key_text.h"
#include "tools/client_argument.h"

enum field {
	FIELD_KIND,
	FIELD_CLIENT,
	FIELD_SENDER,
	FIELD_RECIPIENT,
	FIELD_FIRST_SEEN,
	FIELD_LAST_SEEN,
	FIELD_PASSED,
	FIELD_EXPIRES,
	FIELD_DEFERRED,
	FIELD_PASSES,
	FIELD_DELAY,
};
_Static_assert(FIELD_DELAY + 1 == JSON_ROW_FIELDS, "a column for each field");

const struct column json_row_columns[JSON_ROW_FIELDS] = {
    [FIELD_KIND] = {"kind", COLUMN_TEXT},
    [FIELD_CLIENT] = {"client", COLUMN_TEXT},
    [FIELD_SENDER] = {"sender", COLUMN_TEXT},
    [FIELD_RECIPIENT] = {"recipient", COLUMN_TEXT},
    [FIELD_FIRST_SEEN] = {"first_seen", COLUMN_TIME},
    [FIELD_LAST_SEEN] = {"last_seen", COLUMN_TIME},
    [FIELD_PASSED] = {"passed", COLUMN_TIME},
    [FIELD_EXPIRES] = {"expires", COLUMN_TIME},
    [FIELD_DEFERRED] = {"deferred", COLUMN_NUMBER},
    [FIELD_PASSES] = {"passes", COLUMN_NUMBER},
    [FIELD_DELAY] = {"delay", COLUMN_NUMBER},
};

/* ---- Fields ---- */

static int
from_hexadecimal(const char *hex, char *out, size_t size)
{
	size_t n = strlen(hex);

	if (n % 2 != 0 || n / 2 >= size ||
	    strspn(hex, "0123456789abcdefABCDEF") != n)
		return -1;
	for (size_t i = 0; i < n / 2; i++) {
		const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		out[i] = (char)strtoul(digits, NULL, 16);
	}
	out[n / 2] = '\0';
	return strlen(out) == n / 2 ? 0 : -1;
}

/* Read the member NAME or NAME_hex into out, which has room for size octets.
 * null is an empty text. *taken counts the members that were read. */
static int
take_text(const json_t *object, enum field field, char *out, size_t size,
    size_t *taken, struct err *err)
{
	const char *name = json_row_columns[field].name;
	const json_t *value = json_object_get(object, name);
	const char *text = json_string_value(value);
	char hex_name[32];

	(*taken)++;
	if (json_is_null(value)) {
		out[0] = '\0';
		return 0;
	}
	if (text != NULL && strlen(text) < size) {
		strcpy(out, text);
		return 0;
	}
	snprintf(hex_name, sizeof(hex_name), "%s_hex", name);
	if (text == NULL)
		text = json_string_value(json_object_get(object, hex_name));
	else
		text = NULL; /* too long */
	if (text == NULL || from_hexadecimal(text, out, size) != 0)
		return err_set(err, "\"%s\": not a text of at most %zu octets",
		    name, size - 1);
	return 0;
}

static int
take_number(const json_t *object, enum field field, int64_t min, int64_t *out,
    size_t *taken, struct err *err)
{
	const char *name = json_row_columns[field].name;
	const json_t *value = json_object_get(object, name);

	(*taken)++;
	if (!json_is_integer(value) || json_integer_value(value) < min)
		return err_set(err,
		    "\"%s\": not a whole number of at least %" PRId64, name,
		    min);
	*out = json_integer_value(value);
	return 0;
}

/* Read a number of at least 1, or 0 if the member is null or absent. */
static int
take_optional(const json_t *object, enum field field, int64_t *out,
    size_t *taken, struct err *err)
{
	const json_t *value =
	    json_object_get(object, json_row_columns[field].name);

	*out = 0;
	if (value == NULL)
		return 0;
	if (!json_is_null(value))
		return take_number(object, field, 1, out, taken, err);
	(*taken)++;
	return 0;
}

/* ---- Keys. Accept only keys that keys_of_request() can make. ---- */

static int
check_letters(const char *text, enum field field, struct err *err)
{
	const char *name = json_row_columns[field].name;

	if (strchr(text, '\n') != NULL)
		return err_set(err, "\"%s\": the text has a line break", name);
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			return err_set(err,
			    "\"%s\": the text has an upper-case letter", name);
	return 0;
}

/* Read a client. Its text must be canonical. */
static int
read_client(const char *text, struct client_argument *out)
{
	char canonical[KEY_CLIENT_SIZE];
	struct err ignored;

	if (client_argument_parse(text, out, &ignored) != 0)
		return -1;
	client_argument_format(out, canonical);
	return strcmp(canonical, text) == 0 ? 0 : -1;
}

/* True if the text is the client of an auto-whitelist-address key. */
static bool
is_host(const char *text, const struct client_argument *client)
{
	char host[NETADDR_PREFIX_SIZE];

	netaddr_format_host(&client->address, host);
	return client->address.family != NETADDR_NONE &&
	    strcmp(host, text) == 0;
}

static int
check_client(const struct key *key, struct err *err)
{
	const char *wanted = "a pool like example.com";
	struct client_argument client;
	bool parsed = read_client(key->client, &client) == 0;
	bool is_pool = parsed && client.pool[0] != '\0', good = is_pool;

	if (key->kind == KEY_TRIPLET_NETWORK) {
		wanted = "a network like 192.0.2.0/24";
		good = parsed && client.is_network;
	} else if (key->kind == KEY_AUTO_WHITELIST_ADDRESS) {
		wanted = "an IPv4 address or an IPv6 /64";
		good = parsed && is_host(key->client, &client);
	} else if (key->kind == KEY_CORRESPONDENT) {
		wanted = "null";
		good = key->client[0] == '\0';
	}
	if (good)
		return 0;
	return err_set(err, "\"client\" of %s: not %s: \"%s\"",
	    key_kind_word(key->kind), wanted, key->client);
}

/* The "@" of a shortened address may be in the part that was left out. */
static bool
has_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return key_text_is_shortened(address) ||
	    (at != NULL && at != address && at[1] != '\0');
}

static int
check_sender(const struct key *key, struct err *err)
{
	const char *wanted = NULL;

	if (key_kind_is_triplet(key->kind) && key->sender[0] == '\0')
		wanted = "an address or <>";
	else if ((key->kind == KEY_AUTO_WHITELIST_DOMAIN ||
		     key->kind == KEY_AUTO_WHITELIST_NETWORK) &&
	    (key->sender[0] != '@' || key->sender[1] == '\0'))
		wanted = "a domain like @example.net";
	else if ((key->kind == KEY_AUTO_WHITELIST_ADDRESS ||
		     key->kind == KEY_CORRESPONDENT_DOMAIN) &&
	    key->sender[0] != '\0')
		wanted = "null";
	else if (key->kind == KEY_CORRESPONDENT && !has_domain(key->sender))
		wanted = "an address";
	if (wanted == NULL)
		return 0;
	return err_set(err, "\"sender\" of %s: not %s",
	    key_kind_word(key->kind), wanted);
}

static int
check_recipient(const struct key *key, struct err *err)
{
	const char *wanted = NULL;
	struct client_argument client;

	if (key->kind == KEY_AUTO_WHITELIST_NETWORK) {
		if (strlen(key->recipient) >= KEY_CLIENT_SIZE ||
		    read_client(key->recipient, &client) != 0 ||
		    !client.is_network)
			wanted = "a network like 192.0.2.0/24";
	} else if (key_kind_is_auto_whitelist(key->kind) &&
	    key->recipient[0] != '\0') {
		wanted = "null";
	} else if (key_kind_is_correspondent(key->kind) &&
	    !has_domain(key->recipient)) {
		wanted = "an address";
	}
	if (wanted == NULL)
		return 0;
	return err_set(err, "\"recipient\" of %s: not %s",
	    key_kind_word(key->kind), wanted);
}

static int
check_key(const struct key *key, struct err *err)
{
	if (check_letters(key->sender, FIELD_SENDER, err) != 0 ||
	    check_letters(key->recipient, FIELD_RECIPIENT, err) != 0 ||
	    check_client(key, err) != 0 || check_sender(key, err) != 0 ||
	    check_recipient(key, err) != 0)
		return -1;
	return 0;
}

static void
list_kinds(char *out, size_t size)
{
	size_t n = 0;

	for (int i = 0; i < KEY_KINDS && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s",
		    i > 0 ? ", " : "", key_kind_word((enum key_kind)i));
}

static int
take_kind(const json_t *object, enum key_kind *out, size_t *taken,
    struct err *err)
{
	const char *name = json_row_columns[FIELD_KIND].name;
	const char *word = json_string_value(json_object_get(object, name));
	char kinds[ERR_SIZE];

	(*taken)++;
	if (word != NULL && key_kind_parse(word, out) == 0)
		return 0;
	list_kinds(kinds, sizeof(kinds));
	return err_set(err, "\"%s\": unknown kind (write one of %s)", name,
	    kinds);
}

static int
take_key(const json_t *object, struct key *out, size_t *taken, struct err *err)
{
	if (take_kind(object, &out->kind, taken, err) != 0 ||
	    take_text(object, FIELD_CLIENT, out->client, sizeof(out->client),
		taken, err) != 0 ||
	    take_text(object, FIELD_SENDER, out->sender, sizeof(out->sender),
		taken, err) != 0 ||
	    take_text(object, FIELD_RECIPIENT, out->recipient,
		sizeof(out->recipient), taken, err) != 0)
		return -1;
	return check_key(out, err);
}

static int
take_record(const json_t *object, struct record *out, size_t *taken,
    struct err *err)
{
	if (take_number(object, FIELD_FIRST_SEEN, 1, &out->first_seen_s, taken,
		err) != 0 ||
	    take_number(object, FIELD_LAST_SEEN, 1, &out->last_seen_s, taken,
		err) != 0 ||
	    take_optional(object, FIELD_PASSED, &out->passed_s, taken, err) !=
		0 ||
	    take_number(object, FIELD_EXPIRES, 1, &out->expires_s, taken,
		err) != 0 ||
	    take_number(object, FIELD_DEFERRED, 0, &out->deferred_n, taken,
		err) != 0 ||
	    take_number(object, FIELD_PASSES, 0, &out->passed_n, taken, err) !=
		0 ||
	    take_optional(object, FIELD_DELAY, &out->delay_s, taken, err) != 0)
		return -1;
	return 0;
}

static int
take_object(const json_t *object, struct store_row *out, struct err *err)
{
	size_t taken = 0;

	if (!json_is_object(object))
		return err_set(err, "not a JSON object");
	if (take_key(object, &out->key, &taken, err) != 0 ||
	    take_record(object, &out->record, &taken, err) != 0)
		return -1;
	if (json_object_size(object) != taken)
		return err_set(err,
		    "unknown members (write those that triplets export writes)");
	return 0;
}

/* ---- A line ---- */

int
json_row_parse(const char *line, size_t n, struct store_row *out,
    struct err *err)
{
	json_error_t fault;
	json_t *object = json_loadb(line, n, JSON_REJECT_DUPLICATES, &fault);
	int rc;

	if (object == NULL)
		return err_set(err, "not a JSON object: %s at octet %d",
		    fault.text, fault.position);
	rc = take_object(object, out, err);
	json_decref(object);
	return rc;
}
