/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * ctl_copy: tardigrey copy, from one database to another. Everything is merged,
 * so the command may be interrupted and run again, and both databases may be in
 * use.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/uri.h"
#include "store/store_open.h"
#include "system/clock.h"
#include "system/privilege.h"
#include "tools/copied_counts.h"
#include "tools/ctl.h"
#include "tools/import_batch.h"
#include "tools/listing.h"
#include "tools/memory.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/show.h"
#include "tools/walk.h"

struct copy {
	struct store *from, *to;    /* owned */
	struct import_batch *batch; /* owned */
	int64_t now_s;
	int64_t expired_n; /* records that were left out */
	int64_t entries_n, kept_n, hits_n, counts_n;
	int rc;
};

/* ---- Opening ---- */

/* Check a URI of the command line. */
static int
check_uri(const char *uri)
{
	char shown[CONFIG_VALUE_SIZE];
	struct err err;

	if (uri_mask_password(uri, shown, sizeof(shown))) {
		complain("%s: other users can see a password on the command "
			 "line; write it into the file that "
			 "database_password_file names",
		    shown);
		return -1;
	}
	if (store_uri_check(uri, &err) != 0) {
		complain("%s", err.text);
		return -1;
	}
	if (store_uri_is_private(uri)) {
		complain("%s exists only inside the daemon; no other process "
			 "can use it",
		    uri);
		return -1;
	}
	return 0;
}

static int
check_arguments(const char *from, const char *to)
{
	if (check_uri(from) != 0 || check_uri(to) != 0)
		return -1;
	if (strcmp(from, to) != 0)
		return 0;
	complain("both databases are %s", from);
	return -1;
}

/* Opening a database creates its file, but there is nothing to copy from a new
 * one. */
static int
check_source(const char *uri)
{
	const char *path = store_uri_path(uri);

	if (path == NULL || access(path, F_OK) == 0)
		return 0;
	complain("%s: %s", path, strerror(errno));
	return -1;
}

static int
open_stores(struct ctl *ctl, const char *from, const char *to,
    struct copy *copy)
{
	struct store_options options = ctl->config.store;
	struct privilege privilege;
	struct err err;

	options.use = STORE_VISIT;
	if (privilege_find(ctl->config.user, &privilege, &err) != 0 ||
	    privilege_drop(&privilege, &err) != 0) {
		complain("%s", err.text);
		return -1;
	}
	umask(077);
	if (check_source(from) != 0)
		return -1;
	copy->from = store_open(from, &options, &err);
	options.use = STORE_FILL;
	if (copy->from != NULL)
		copy->to = store_open(to, &options, &err);
	if (copy->to != NULL)
		return 0;
	complain("%s", err.text);
	return -1;
}

/* ---- Copying ---- */

static bool
copy_row(const struct store_row *row, void *arg)
{
	struct copy *copy = arg;

	if (row->record.expires_s < copy->now_s)
		copy->expired_n++;
	else
		copy->rc = import_batch_add(copy->batch, row);
	return copy->rc == 0;
}

static int
copy_records(struct copy *copy)
{
	if (walk_rows(copy->from, copy_row, copy) != 0 || copy->rc != 0)
		return -1;
	return import_batch_flush(copy->batch);
}

struct entries {
	struct store_entry *items; /* owned */
	size_t n;
};

static void
keep_entry(const struct store_entry *entry, void *arg)
{
	struct entries *entries = arg;

	entries->items =
	    memory_grow(entries->items, entries->n, sizeof(*entries->items));
	entries->items[entries->n++] = *entry;
}

/* The entries are sorted. */
static bool
has_key_of(const struct entries *entries, const struct store_entry *entry)
{
	return entries->n > 0 &&
	    bsearch(entry, entries->items, entries->n, sizeof(*entry),
		listing_compare_entries) != NULL;
}

/* An entry that is there already stays as it is. */
static enum store_rc
copy_entries(struct copy *copy, struct entries *entries, struct entries *there,
    struct err *err)
{
	size_t new_n = 0, n;

	if (there->n > 0)
		qsort(there->items, there->n, sizeof(*there->items),
		    listing_compare_entries);
	for (size_t i = 0; i < entries->n; i++)
		if (!has_key_of(there, &entries->items[i]))
			entries->items[new_n++] = entries->items[i];
	copy->kept_n += (int64_t)(entries->n - new_n);
	for (size_t i = 0; i < new_n; i += n) {
		n = new_n - i < STORE_PUT_MAX ? new_n - i : STORE_PUT_MAX;
		if (copy->to->lists->put_entries(copy->to, &entries->items[i],
			n, err) != STORE_OK)
			return STORE_FAILED;
		copy->entries_n += (int64_t)n;
	}
	return STORE_OK;
}

static int
copy_lists(struct copy *copy)
{
	struct entries entries = {0}, there = {0};
	struct err err;
	enum store_rc rc;

	rc = copy->from->lists->entries(copy->from, keep_entry, &entries, &err);
	if (rc == STORE_OK)
		rc = copy->to->lists->entries(copy->to, keep_entry, &there,
		    &err);
	if (rc == STORE_OK)
		rc = copy_entries(copy, &entries, &there, &err);
	if (rc == STORE_OK)
		rc = copied_counts(copy->from, copy->to, &copy->hits_n,
		    &copy->counts_n, &err);
	free(entries.items);
	free(there.items);
	if (rc == STORE_OK)
		return 0;
	complain("%s; run the command again later", err.text);
	return -1;
}

static void
report(const struct ctl *ctl, const struct copy *copy)
{
	int64_t copied_n = import_batch_added_n(copy->batch);
	int64_t unchanged_n = import_batch_unchanged_n(copy->batch);
	struct report report;

	report_begin(&report, ctl->form);
	report_number(&report, "copied", copied_n);
	report_number(&report, "unchanged", unchanged_n);
	report_number(&report, "expired", copy->expired_n);
	report_number(&report, "entries", copy->entries_n);
	report_number(&report, "entries_kept", copy->kept_n);
	report_number(&report, "hits", copy->hits_n);
	report_number(&report, "counts", copy->counts_n);
	report_line(&report,
	    "%" PRId64 " record%s copied; %" PRId64 " were there, %" PRId64
	    " have expired",
	    copied_n, show_plural(copied_n), unchanged_n, copy->expired_n);
	report_line(&report,
	    "%" PRId64 " list entr%s copied; %" PRId64 " were there",
	    copy->entries_n, copy->entries_n == 1 ? "y" : "ies", copy->kept_n);
	report_line(&report, "%" PRId64 " counts copied",
	    copy->hits_n + copy->counts_n);
	report_end(&report);
}

int
ctl_copy(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	const char *from = arguments->items[0], *to = arguments->items[1];
	struct copy copy = {.now_s = clock_now_s()};
	int status = CTL_REFUSED;

	if (check_arguments(from, to) != 0)
		return CTL_USAGE;
	if (open_stores(ctl, from, to, &copy) == 0) {
		copy.batch = import_batch_new(copy.to);
		if (copy_records(&copy) == 0 && copy_lists(&copy) == 0) {
			progress_end();
			report(ctl, &copy);
			status = CTL_DONE;
		}
		import_batch_free(copy.batch);
	}
	store_close(copy.from);
	store_close(copy.to);
	return status;
}
