/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tardigrey triplets export, import: every row, triplets and what clients have
 * proven, as a JSON object on a line of its own, so that a database can be
 * moved, merged or looked at.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/progress.h"
#include "tools/json_row.h"
#include "tools/show.h"
#include "tools/walk.h"

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

	table_text(table, key_kind_word(row->key.kind));
	table_text(table, row->key.client);
	table_text(table, row->key.sender);
	table_text(table, row->key.recipient);
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
	table_begin(&export.table, json_row_columns, JSON_ROW_FIELDS,
	    TABLE_JSON);
	rc = walk_rows(store, NULL, export_row, &export);
	table_end(&export.table);
	progress_end();
	store_close(store);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
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
	     import->store->records->apply(import->store, import->changes,
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

	if (json_row_parse(line, n, row, &err) != 0) {
		progress_end();
		fprintf(stderr, "%s:%" PRId64 ": %s\n",
		    show_text(import->file_name), import->line_n,
		    show_text(err.text));
		return -1;
	}
	import->changes[import->n++] = (struct store_change){
	    .key = &row->key,
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
