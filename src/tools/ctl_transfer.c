/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tardigrey triplets export, import: every row, triplets and what clients have
 * proven, as a JSON object on a line of its own, so that a database can be
 * moved, merged or looked at.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/identity.h"
#include "store/store_open.h"
#include "tools/client.h"
#include "tools/ctl.h"
#include "tools/progress.h"
#include "tools/show.h"
#include "tools/walk.h"

enum field {
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
#define FIELDS (FIELD_PASSES + 1)

static const struct column columns[FIELDS] = {
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

/* ---- Export ---- */

struct export
{
	struct table table;
	int64_t n;
};

static bool
export_row(const struct store_row *row, void *arg)
{
	struct export *export = arg;
	struct table *table = &export->table;

	table_text(table, row->triplet.client);
	table_text(table, row->triplet.sender);
	table_text(table, row->triplet.recipient);
	table_number(table, row->record.first_seen_s);
	table_number(table, row->record.last_seen_s);
	table_number(table, row->record.passed_s);
	table_number(table, row->record.expires_s);
	table_number(table, row->record.deferred_n);
	table_number(table, row->record.passed_n);
	/* On one terminal they would be in each other's way. */
	if (++export->n % 1000 == 0 && table_form_of_stdout() == TABLE_PIPE)
		progress_show("%" PRId64 " exported", export->n);
	return true;
}

int
ctl_triplets_export(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct store *store = ctl_open_store(ctl);
	struct export export = {0};
	int rc;

	(void)arguments;
	if (store == NULL)
		return CTL_REFUSED;
	table_begin(&export.table, columns, FIELDS, TABLE_JSON);
	rc = walk_rows(store, NULL, export_row, &export);
	table_end(&export.table);
	progress_end();
	store_close(store);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- A line ---- */

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
	const char *name = columns[field].name;
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
	const char *name = columns[field].name;
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
	    json_object_get(object, columns[FIELD_PASSED].name);

	*out = 0;
	if (value == NULL)
		return 0;
	if (!json_is_null(value))
		return take_number(object, FIELD_PASSED, 1, out, taken, err);
	(*taken)++;
	return 0;
}

/* ---- Keys, as identity_keys() makes them: others would never be found ---- */

static int
check_address(const char *text, enum field field, struct err *err)
{
	if (strchr(text, '\n') != NULL)
		return err_set(err, "expected no line break in \"%s\"",
		    columns[field].name);
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			return err_set(err,
			    "expected letters in lower case in \"%s\"",
			    columns[field].name);
	return 0;
}

/* Read a client that is in its one spelling. */
static int
read_client(const char *text, struct client *out)
{
	char canonical[TRIPLET_CLIENT_SIZE];
	struct err ignored;

	if (client_parse(text, out, &ignored) != 0)
		return -1;
	client_format(out, canonical);
	return strcmp(canonical, text) == 0 ? 0 : -1;
}

static int
check_triplet(const struct triplet *key, struct err *err)
{
	struct client client;

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
is_proof(const struct client *client, const char *sender)
{
	if (sender[0] != '\0')
		return client->pool[0] != '\0' && sender[1] != '\0';
	if (client->address.family == NETADDR_IPV6)
		return client->is_network && client->prefix_bits == 64;
	return client->address.family == NETADDR_IPV4 && !client->is_network;
}

static int
check_proof(const struct triplet *key, struct err *err)
{
	struct client client;

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
take_triplet(const json_t *object, struct triplet *out, size_t *taken,
    struct err *err)
{
	if (take_text(object, FIELD_CLIENT, out->client, sizeof(out->client),
		taken, err) != 0 ||
	    take_text(object, FIELD_SENDER, out->sender, sizeof(out->sender),
		taken, err) != 0 ||
	    take_text(object, FIELD_RECIPIENT, out->recipient,
		sizeof(out->recipient), taken, err) != 0 ||
	    check_address(out->sender, FIELD_SENDER, err) != 0 ||
	    check_address(out->recipient, FIELD_RECIPIENT, err) != 0)
		return -1;
	return identity_is_triplet(out) ? check_triplet(out, err)
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
	if (take_triplet(object, &out->triplet, &taken, err) != 0 ||
	    take_record(object, &out->record, &taken, err) != 0)
		return -1;
	if (out->record.passed_s == 0 && !identity_is_triplet(&out->triplet))
		return err_set(err,
		    "expected a time as \"passed\" without a \"recipient\"");
	if (json_object_size(object) != taken)
		return err_set(err,
		    "expected nothing but the fields that triplets export "
		    "writes");
	return 0;
}

static int
parse_line(const char *line, size_t n, struct store_row *out, struct err *err)
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

/* ---- Import ---- */

#define BATCH_ROWS 500

/* Two addresses in hexadecimal or as \uXXXX, and the rest. */
#define LINE_SIZE (12 * REQUEST_ADDRESS_MAX + 1024)

/* How often a busy database may refuse a batch in a row. */
#define TRIES 20

struct import {
	struct store *store;
	const char *file_name;
	FILE *file;
	int64_t line_n, imported_n;
	struct store_row *rows; /* the batch */
	struct store_change changes[BATCH_ROWS];
	size_t n;
};

static int
apply_batch(struct import *import)
{
	struct err err;

	for (int try = 1; import->n > 0 &&
	     import->store->ops->apply(import->store, import->changes,
		 import->n, &err) != STORE_OK;
	     try++)
		if (try == TRIES) {
			progress_end();
			ctl_complain("%s", err.text);
			return -1;
		}
	import->imported_n += (int64_t)import->n;
	import->n = 0;
	progress_show("%" PRId64 " imported", import->imported_n);
	return 0;
}

static int
add_line(struct import *import, const char *line, size_t n)
{
	struct store_row *row = &import->rows[import->n];
	struct err err;

	if (parse_line(line, n, row, &err) != 0) {
		progress_end();
		fprintf(stderr, "%s:%" PRId64 ": %s\n",
		    show_text(import->file_name), import->line_n,
		    show_text(err.text));
		return -1;
	}
	import->changes[import->n++] = (struct store_change){
	    .triplet = &row->triplet,
	    .change = {.how = CHANGE_MERGE, .record = row->record},
	};
	return import->n == BATCH_ROWS ? apply_batch(import) : 0;
}

static int
expect_whole_line(const struct import *import, const char *line, size_t n)
{
	if (n > 0 && line[n - 1] == '\n')
		return 0;
	if (feof(import->file) && memchr(line, '\0', n) == NULL)
		return 0; /* the last one may do without */
	progress_end();
	fprintf(stderr,
	    "%s:%" PRId64 ": expected a line of less than %d "
	    "octets without NUL\n",
	    show_text(import->file_name), import->line_n, LINE_SIZE);
	return -1;
}

static int
import_lines(struct import *import)
{
	static char line[LINE_SIZE];
	int rc = 0;

	while (rc == 0 && fgets(line, sizeof(line), import->file) != NULL) {
		size_t n = strlen(line);

		import->line_n++;
		rc = expect_whole_line(import, line, n);
		if (rc == 0)
			rc = add_line(import, line, n);
	}
	if (rc == 0 && ferror(import->file)) {
		ctl_complain("%s: %s", import->file_name, strerror(errno));
		rc = -1;
	}
	/* What came before a fault is good. */
	return apply_batch(import) == 0 ? rc : -1;
}

static void
report(const struct ctl *ctl, int64_t imported_n)
{
	static const struct column done[] = {{"imported", COLUMN_NUMBER}};
	struct table table;

	if (!ctl->json) {
		printf("%" PRId64 " row%s imported\n", imported_n,
		    show_plural(imported_n));
		return;
	}
	table_begin(&table, done, 1, TABLE_JSON);
	table_number(&table, imported_n);
	table_end(&table);
}

int
ctl_triplets_import(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct import import; /* large */
	int rc;

	import.file_name = arguments->n > 0 ? arguments->items[0] : "-";
	import.file = stdin;
	/* Before we become another, who may not read it. */
	if (strcmp(import.file_name, "-") != 0)
		import.file = fopen(import.file_name, "re");
	else
		import.file_name = "standard input";
	if (import.file == NULL) {
		ctl_complain("%s: %s", import.file_name, strerror(errno));
		return CTL_REFUSED;
	}
	import.store = ctl_open_store_to_fill(ctl);
	if (import.store == NULL)
		return CTL_REFUSED;
	import.rows = ctl_alloc(BATCH_ROWS, sizeof(*import.rows));
	rc = import_lines(&import);
	progress_end();
	free(import.rows);
	store_close(import.store);
	fclose(import.file);
	report(ctl, import.imported_n);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}
