/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/json_row.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/key.h"
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
};
_Static_assert(FIELD_PASSES + 1 == JSON_ROW_FIELDS, "one for each");

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

/* The text NAME, or NAME_hex, in out of size octets; an empty one is null.
 * *taken counts keys. */
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
		return err_set(err,
		    "expected a text of at most %zu octets as \"%s\"", size - 1,
		    name);
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
		    "expected a whole number of at least %" PRId64 " as \"%s\"",
		    min, name);
	*out = json_integer_value(value);
	return 0;
}

static int
take_passed(const json_t *object, int64_t *out, size_t *taken, struct err *err)
{
	const json_t *value =
	    json_object_get(object, json_row_columns[FIELD_PASSED].name);

	*out = 0;
	if (value == NULL)
		return 0;
	if (!json_is_null(value))
		return take_number(object, FIELD_PASSED, 1, out, taken, err);
	(*taken)++;
	return 0;
}

/* ---- Keys, as keys_of_request() makes them: others would never be found ----
 */

static int
check_address(const char *text, enum field field, struct err *err)
{
	if (strchr(text, '\n') != NULL)
		return err_set(err, "expected no line break in \"%s\"",
		    json_row_columns[field].name);
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			return err_set(err,
			    "expected letters in lower case in \"%s\"",
			    json_row_columns[field].name);
	return 0;
}

/* Read a client that is in its one spelling. */
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

static int
check_triplet(const struct key *key, struct err *err)
{
	struct client_argument client;

	if (read_client(key->client, &client) != 0 ||
	    (client.pool[0] == '\0' && !client.is_network))
		return err_set(err,
		    "expected a network like 192.0.2.0/24, or a pool like "
		    "example.com, as \"client\", got \"%s\"",
		    key->client);
	if (key->sender[0] == '\0')
		return err_set(err,
		    "expected something as \"sender\" (<> is the null sender)");
	return 0;
}

/* An address or, of IPv6, a /64; or a pool for a domain of senders. */
static bool
is_proof(const struct client_argument *client, const char *sender)
{
	if (sender[0] != '\0')
		return client->pool[0] != '\0' && sender[1] != '\0';
	if (client->address.family == NETADDR_IPV6)
		return client->is_network && client->prefix_bits == 64;
	return client->address.family == NETADDR_IPV4 && !client->is_network;
}

static int
check_proof(const struct key *key, struct err *err)
{
	struct client_argument client;

	if (read_client(key->client, &client) != 0 ||
	    !is_proof(&client, key->sender))
		return err_set(err,
		    "without a \"recipient\" expected an address, or an IPv6 "
		    "/64, without a \"sender\" too, or a pool with a sender "
		    "like @example.net, got \"%s\"",
		    key->client);
	return 0;
}

static int
take_kind(const json_t *object, enum key_kind *out, size_t *taken,
    struct err *err)
{
	const char *word = json_string_value(json_object_get(object,
	    json_row_columns[FIELD_KIND].name));

	(*taken)++;
	if (word == NULL || key_kind_parse(word, out) != 0)
		return err_set(err,
		    "expected as \"kind\" one of triplet-network, "
		    "triplet-pool, auto-whitelist-address, "
		    "auto-whitelist-domain");
	return 0;
}

static int
take_triplet(const json_t *object, struct key *out, size_t *taken,
    struct err *err)
{
	if (take_kind(object, &out->kind, taken, err) != 0 ||
	    take_text(object, FIELD_CLIENT, out->client, sizeof(out->client),
		taken, err) != 0 ||
	    take_text(object, FIELD_SENDER, out->sender, sizeof(out->sender),
		taken, err) != 0 ||
	    take_text(object, FIELD_RECIPIENT, out->recipient,
		sizeof(out->recipient), taken, err) != 0 ||
	    check_address(out->sender, FIELD_SENDER, err) != 0 ||
	    check_address(out->recipient, FIELD_RECIPIENT, err) != 0)
		return -1;
	return key_kind_is_triplet(out->kind) ? check_triplet(out, err)
					      : check_proof(out, err);
}

static int
take_record(const json_t *object, struct record *out, size_t *taken,
    struct err *err)
{
	if (take_number(object, FIELD_FIRST_SEEN, 1, &out->first_seen_s, taken,
		err) != 0 ||
	    take_number(object, FIELD_LAST_SEEN, 1, &out->last_seen_s, taken,
		err) != 0 ||
	    take_passed(object, &out->passed_s, taken, err) != 0 ||
	    take_number(object, FIELD_EXPIRES, 1, &out->expires_s, taken,
		err) != 0 ||
	    take_number(object, FIELD_DEFERRED, 0, &out->deferred_n, taken,
		err) != 0 ||
	    take_number(object, FIELD_PASSES, 0, &out->passed_n, taken, err) !=
		0)
		return -1;
	return 0;
}

static int
take_object(const json_t *object, struct store_row *out, struct err *err)
{
	size_t taken = 0;

	if (!json_is_object(object))
		return err_set(err, "expected an object");
	if (take_triplet(object, &out->key, &taken, err) != 0 ||
	    take_record(object, &out->record, &taken, err) != 0)
		return -1;
	if (out->record.passed_s == 0 && !key_kind_is_triplet(out->key.kind))
		return err_set(err,
		    "expected a time as \"passed\" without a \"recipient\"");
	if (json_object_size(object) != taken)
		return err_set(err,
		    "expected nothing but the fields that triplets export "
		    "writes");
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
		return err_set(err, "expected a JSON object: %s at octet %d",
		    fault.text, fault.position);
	rc = take_object(object, out, err);
	json_decref(object);
	return rc;
}
