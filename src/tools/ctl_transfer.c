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
#include "tools/json_row.h"
#include "tools/memory.h"
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

#define BATCH_ROWS 500
#define SLOTS      1024

/* The longest line has two addresses, in hexadecimal or as \uXXXX. */
#define LINE_SIZE (12 * REQUEST_ADDRESS_MAX + 1024)

/* The number of tries before the command gives up on a busy database. */
#define TRIES 20

struct import {
	struct store *store;
	const char *file_name;
	FILE *file;
	int64_t line_n, imported_n;
	/* The batch. */
	struct key *keys; /* owned */
	struct record records[BATCH_ROWS];
	struct store_change changes[BATCH_ROWS];
	struct store_answer answers[BATCH_ROWS];
	size_t slots[SLOTS]; /* a hash table of the keys; index + 1, 0: none */
	size_t n;
};

/* The slot with the key, or the empty slot where it belongs. */
static size_t *
slot_of(struct import *import, const struct key *key)
{
	size_t i = key_hash(key) % SLOTS;

	while (import->slots[i] != 0 &&
	    !key_equal(&import->keys[import->slots[i] - 1], key))
		i = (i + 1) % SLOTS;
	return &import->slots[i];
}

static int64_t
missing_n(int64_t wanted_n, int64_t stored_n)
{
	return wanted_n > stored_n ? wanted_n - stored_n : 0;
}

/* A merge adds counters. Reduce them by those of the stored records, so that
 * the result is the larger number, and a second import changes nothing. */
static int
merge_batch(struct import *import, struct err *err)
{
	if (import->store->records->lookup(import->store, import->keys,
		import->n, import->answers, err) != STORE_OK)
		return -1;
	for (size_t i = 0; i < import->n; i++) {
		const struct store_answer *answer = &import->answers[i];
		struct record *change = &import->changes[i].change.record;

		*change = import->records[i];
		if (!answer->found)
			continue;
		change->deferred_n =
		    missing_n(change->deferred_n, answer->record.deferred_n);
		change->passed_n =
		    missing_n(change->passed_n, answer->record.passed_n);
	}
	return import->store->records->apply(import->store, import->changes,
		   import->n, err) == STORE_OK
	    ? 0
	    : -1;
}

static int
apply_batch(struct import *import)
{
	struct err err;

	for (int try = 1; import->n > 0 && merge_batch(import, &err) != 0;
	     try++)
		if (try == TRIES) {
			progress_end();
			complain("%s", err.text);
			return -1;
		}
	import->imported_n += (int64_t)import->n;
	import->n = 0;
	memset(import->slots, 0, sizeof(import->slots));
	progress_show("%" PRId64 " imported", import->imported_n);
	return 0;
}

static int
add_line(struct import *import, const char *line, size_t n)
{
	static struct store_row row; /* large */
	size_t *slot;
	struct err err;

	if (json_row_parse(line, n, &row, &err) != 0) {
		progress_end();
		complain_line("%s:%" PRId64 ": %s", import->file_name,
		    import->line_n, err.text);
		return -1;
	}
	/* Two lines with one key need two batches. */
	if (*slot_of(import, &row.key) != 0 && apply_batch(import) != 0)
		return -1;
	slot = slot_of(import, &row.key);
	key_copy(&import->keys[import->n], &row.key);
	import->records[import->n] = row.record;
	import->changes[import->n] =
	    (struct store_change){.key = &import->keys[import->n], .change = {
					  .how = CHANGE_MERGE
				  }};
	*slot = ++import->n;
	return import->n == BATCH_ROWS ? apply_batch(import) : 0;
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
	complain_line("%s:%" PRId64 ": expected a line of less than %d "
		      "octets without NUL",
	    import->file_name, import->line_n, LINE_SIZE);
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
	return apply_batch(import) == 0 ? rc : -1;
}

static void
report(const struct ctl *ctl, int64_t imported_n)
{
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
	static struct import import; /* large */
	int rc;

	if (open_file(&import, arguments->n > 0 ? arguments->items[0] : NULL) !=
	    0)
		return CTL_REFUSED;
	import.store = ctl_open_store_to_fill(ctl);
	if (import.store == NULL)
		return CTL_REFUSED;
	import.keys = memory_alloc(BATCH_ROWS, sizeof(*import.keys));
	rc = import_lines(&import);
	progress_end();
	free(import.keys);
	store_close(import.store);
	fclose(import.file);
	report(ctl, import.imported_n);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}
