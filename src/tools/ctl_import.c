/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_import: tardigrey import takes over the records of another greylisting
 * program. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store/store_open.h"
#include "system/clock.h"
#include "tools/ctl.h"
#include "tools/import_batch.h"
#include "tools/import_entries.h"
#include "tools/import_source.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/show.h"

static const struct import_source_ops *const formats[] = {
    &import_gld,
    &import_greylistd,
    &import_iredapd,
    &import_milter_greylist,
    &import_policyd,
    &import_postgrey,
    &import_proxmox,
    &import_spamd,
    &import_sqlgrey,
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

struct import {
	const char *path; /* borrowed */
	struct foreign_rules rules;
	int64_t written_s, now_s;
	/* Owned; NULL: a dry run. */
	struct import_batch *batch;
	struct import_entries *entries;
	int64_t results_n[FOREIGN_RESULTS];
	/* Of those taken. */
	int64_t passed_n, waiting_n, clients_n, entries_n;
	int64_t masked_n;
};

/* ---- Arguments ---- */

static const struct import_source_ops *
find_format(const struct ctl_arguments *arguments)
{
	char names[128] = "";
	size_t n = 0;

	for (size_t i = 0; i < FORMATS; i++) {
		if (strcmp(formats[i]->name, arguments->items[0]) == 0)
			return formats[i];
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
		    i > 0 ? ", " : "", formats[i]->name);
	}
	ctl_misused(arguments, "cannot import from %s; the programs are: %s",
	    arguments->items[0], names);
	return NULL;
}

static int
read_settings(const struct ctl *ctl, const struct ctl_arguments *arguments,
    const struct import_source_ops *format, struct foreign_settings *out)
{
	*out = (struct foreign_settings){
	    .delay_s = format->delay_s,
	    .retries_n = ctl->config.rules.auto_whitelist_after,
	};
	return ctl_value_span(arguments, "delay", &out->delay_s);
}

/* ---- Records ---- */

static void
count(struct import *import, const struct foreign *foreign)
{
	if (foreign->kind == FOREIGN_ENTRY)
		import->entries_n++;
	else if (foreign->kind == FOREIGN_CLIENT)
		import->clients_n++;
	else if (foreign->passed_s > 0)
		import->passed_n++;
	else
		import->waiting_n++;
	import->masked_n += foreign_is_masked(foreign);
	if (import->batch == NULL)
		progress_show("%" PRId64 " read",
		    import->results_n[FOREIGN_TAKEN]);
}

static int
take_entry(struct import *import, const struct foreign *foreign)
{
	import->results_n[FOREIGN_TAKEN]++;
	count(import, foreign);
	return import->entries == NULL
	    ? 0
	    : import_entries_add(import->entries, foreign);
}

static int
take(void *arg, const struct foreign *foreign, enum foreign_result why)
{
	static struct store_row row; /* large */
	struct import *import = arg;

	if (foreign != NULL && foreign->kind == FOREIGN_ENTRY)
		return take_entry(import, foreign);
	if (foreign != NULL)
		why = foreign_row(foreign, &import->rules, import->written_s,
		    import->now_s, &row);
	import->results_n[why]++;
	if (why != FOREIGN_TAKEN)
		return 0;
	count(import, foreign);
	return import->batch == NULL ? 0
				     : import_batch_add(import->batch, &row);
}

/* ---- The report ---- */

static int64_t
skipped_n(const struct import *import)
{
	int64_t n = 0;

	for (int i = FOREIGN_TAKEN + 1; i < FOREIGN_RESULTS; i++)
		n += import->results_n[i];
	return n;
}

static void
report_taken(const struct import *import, struct report *report)
{
	int64_t taken_n = import->results_n[FOREIGN_TAKEN], unchanged_n;

	report_number(report, "taken", taken_n);
	report_number(report, "passed", import->passed_n);
	report_number(report, "waiting", import->waiting_n);
	report_number(report, "clients", import->clients_n);
	report_number(report, "entries", import->entries_n);
	report_line(report,
	    "%" PRId64 " record%s %s: %" PRId64 " passed and %" PRId64
	    " waiting triplets, %" PRId64 " client%s, %" PRId64 " list entr%s",
	    taken_n, show_plural(taken_n),
	    import->batch == NULL ? "would be imported" : "imported",
	    import->passed_n, import->waiting_n, import->clients_n,
	    show_plural(import->clients_n), import->entries_n,
	    import->entries_n == 1 ? "y" : "ies");
	if (import->batch == NULL)
		return;
	unchanged_n = import_batch_unchanged_n(import->batch) +
	    import_entries_unchanged_n(import->entries);
	report_number(report, "unchanged", unchanged_n);
	report_line(report, "%" PRId64 " of them were in the database already",
	    unchanged_n);
}

static void
report_skipped(const struct import *import, struct report *report)
{
	report_number(report, "skipped", skipped_n(import));
	for (int i = FOREIGN_TAKEN + 1; i < FOREIGN_RESULTS; i++) {
		enum foreign_result result = (enum foreign_result)i;
		int64_t n = import->results_n[i];

		report_number(report, foreign_result_name(result), n);
		if (n > 0)
			report_line(report, "%" PRId64 " skipped: %s", n,
			    foreign_result_text(result));
	}
	report_number(report, "masked", import->masked_n);
	if (import->masked_n > 0)
		report_line(report,
		    "%" PRId64 " sender%s with # for a number: only senders of "
		    "mailing lists and bulk mail will be recognised",
		    import->masked_n, show_plural(import->masked_n));
}

static void
report(const struct ctl *ctl, const struct import *import)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_taken(import, &report);
	report_skipped(import, &report);
	report_end(&report);
}

/* ---- The command ---- */

/* Complain about the file if it is not of this program. An empty file counts
 * too: the command that should have written it has failed. */
static int
check_found(const struct import *import, const struct import_source_ops *format,
    int rc)
{
	bool is_standard_input = strcmp(import->path, "-") == 0;

	if (rc == 0 && import->results_n[FOREIGN_TAKEN] == 0 &&
	    import->results_n[FOREIGN_MALFORMED] > 0) {
		complain("found no record of %s; FILE must be %s", format->name,
		    format->what);
		return -1;
	}
	if (rc <= 0)
		return rc;
	complain("found nothing of %s in %s; FILE must be %s", format->name,
	    is_standard_input ? "standard input" : import->path, format->what);
	return -1;
}

static int
read_all(struct import *import, const struct import_source_ops *format,
    struct import_source *source, const struct foreign_settings *settings)
{
	int rc = format->read(source, settings, take, import);

	if (import->entries != NULL &&
	    import_entries_flush(import->entries) != 0)
		rc = -1;
	if (import->batch != NULL && import_batch_flush(import->batch) != 0)
		rc = -1;
	progress_end();
	return check_found(import, format, rc);
}

static int
fill_store(struct ctl *ctl, struct import *import,
    const struct import_source_ops *format, struct import_source *source,
    const struct foreign_settings *settings)
{
	struct store *store = ctl_open_store_to_fill(ctl);
	int rc;

	if (store == NULL)
		return -1;
	import->entries =
	    import_entries_new(store, ctl->author, format->name, import->now_s);
	if (import->entries == NULL) {
		store_close(store);
		return -1;
	}
	import->batch = import_batch_new(store);
	rc = read_all(import, format, source, settings);
	report(ctl, import);
	import_batch_free(import->batch);
	import_entries_free(import->entries);
	store_close(store);
	return rc;
}

/* When the file was written. The records of a folder change while its program
 * runs, so they count as written now. */
static int64_t
written_s(const char *path, int64_t now_s)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode) &&
		file.st_mtime < now_s
	    ? file.st_mtime
	    : now_s;
}

int
ctl_import(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	const struct import_source_ops *format = find_format(arguments);
	struct import import = {
	    .path = arguments->items[1],
	    .rules = {ctl->config.rules.keys, ctl->config.rules.greylist},
	};
	struct foreign_settings settings;
	struct import_source *source;
	int rc;

	if (format == NULL ||
	    read_settings(ctl, arguments, format, &settings) != 0)
		return CTL_USAGE;
	source = format->open(arguments->items[1], ctl->config.user);
	if (source == NULL)
		return CTL_REFUSED;
	import.now_s = clock_now_s();
	import.written_s = written_s(arguments->items[1], import.now_s);
	if (ctl_value(arguments, "dry-run") == NULL) {
		rc = fill_store(ctl, &import, format, source, &settings);
	} else {
		rc = read_all(&import, format, source, &settings);
		report(ctl, &import);
	}
	format->close(source);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}
