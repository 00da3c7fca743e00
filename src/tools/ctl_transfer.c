/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * ctl_transfer: tardigrey triplets export and import, to move, merge or examine
 * a database. Each record, whatever its kind, is a JSON object on its own line.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/import_batch.h"
#include "tools/json_row.h"
#include "tools/progress.h"
#include "tools/report.h"
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
	table_number(table, row->record.delay_s > 0 ? row->record.delay_s : -1);
	/* Show no progress if the records go to a terminal: it is probably the
	 * same terminal. */
	if (++export->n % 1000 == 0 && output_form_of_stdout() == OUTPUT_PIPE)
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
	    OUTPUT_JSON);
	rc = walk_rows(store, export_row, &export);
	table_end(&export.table);
	progress_end();
	store_close(store);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- Import ---- */

/* The longest line has two addresses, in hexadecimal or as \uXXXX. */
#define LINE_SIZE (12 * REQUEST_ADDRESS_MAX + 1024)

struct import {
	struct import_batch *batch; /* owned */
	const char *file_name;
	FILE *file;
	int64_t line_n;
};

static int
add_line(struct import *import, const char *line, size_t n)
{
	static struct store_row row; /* large */
	struct err err;

	if (json_row_parse(line, n, &row, &err) != 0) {
		progress_end();
		complain_line("%s:%" PRId64 ": %s", import->file_name,
		    import->line_n, err.text);
		return -1;
	}
	return import_batch_add(import->batch, &row);
}

/* The last line of a file need not end in a newline. */
static int
check_whole_line(const struct import *import, const char *line, size_t n)
{
	if (n > 0 && line[n - 1] == '\n')
		return 0;
	if (feof(import->file) && memchr(line, '\0', n) == NULL)
		return 0;
	progress_end();
	complain_line("%s:%" PRId64 ": the line has a NUL or more than %d "
		      "octets",
	    import->file_name, import->line_n, LINE_SIZE - 1);
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
		rc = check_whole_line(import, line, n);
		if (rc == 0)
			rc = add_line(import, line, n);
	}
	if (rc == 0 && ferror(import->file)) {
		complain("cannot read %s: %s", import->file_name,
		    strerror(errno));
		rc = -1;
	}
	/* Also import the lines before a wrong line. */
	return import_batch_flush(import->batch) == 0 ? rc : -1;
}

static void
report(const struct ctl *ctl, const struct import_batch *batch)
{
	int64_t imported_n =
	    import_batch_added_n(batch) + import_batch_unchanged_n(batch);
	struct report report;

	report_begin(&report, ctl->form);
	report_number(&report, "imported", imported_n);
	report_line(&report, "%" PRId64 " record%s imported", imported_n,
	    show_plural(imported_n));
	report_end(&report);
}

/* Open the file before the program changes its account: the account of the
 * daemon may have no right to read it. */
static int
open_file(struct import *import, const char *name)
{
	if (name == NULL || strcmp(name, "-") == 0) {
		import->file_name = "standard input";
		import->file = stdin;
		return 0;
	}
	import->file_name = name;
	import->file = fopen(name, "re");
	if (import->file != NULL)
		return 0;
	complain("cannot read %s: %s", name, strerror(errno));
	return -1;
}

int
ctl_triplets_import(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct import import = {0};
	struct store *store;
	int rc;

	if (open_file(&import, arguments->n > 0 ? arguments->items[0] : NULL) !=
	    0)
		return CTL_REFUSED;
	store = ctl_open_store_to_fill(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	import.batch = import_batch_new(store);
	rc = import_lines(&import);
	progress_end();
	report(ctl, import.batch);
	import_batch_free(import.batch);
	store_close(store);
	fclose(import.file);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}
