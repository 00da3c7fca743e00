/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Merging the changes that were made while the database was away. A slice reads
 * unmerged records, merges them into the database, and then removes them. If it
 * stops in the middle, the next one merges them again, which changes nothing.
 * All is merged when a walk finds no record.
 */
#include "store/fallback/fallback.h"

/* A record of the database that had expired before the other one began was no
 * longer in force: replace it. Otherwise merge. */
bool
fallback_plan_merge(const struct store_answer *there,
    const struct record *record, struct change *out)
{
	*out = (struct change){.how = CHANGE_MERGE, .record = *record};
	if (!there->found)
		return true;
	if (there->record.expires_s < record->first_seen_s) {
		out->how = CHANGE_RESTART;
		out->read = there->record;
		return true;
	}
	return record_raise(&there->record, &out->record);
}

void
fallback_end_walk(struct fallback *fallback)
{
	fallback->unmerged->records->walk_free(fallback->walk);
	fallback->walk = NULL;
	fallback->walked_n = 0;
}

/* ---- A slice ---- */

/* Plan the changes of the database. Returns their number. */
static size_t
plan_merges(struct fallback *fallback, size_t n, int64_t now_s)
{
	size_t changes_n = 0;

	for (size_t i = 0; i < n; i++) {
		const struct record *record = &fallback->rows[i].record;
		struct store_change *change = &fallback->slice[changes_n];

		*change = (struct store_change){.key = &fallback->keys[i]};
		if (record->expires_s >= now_s &&
		    fallback_plan_merge(&fallback->there[i], record,
			&change->change))
			changes_n++;
	}
	return changes_n;
}

/* Keep what the database has now as a copy. */
static void
note_copies(struct fallback *fallback, size_t n, size_t changes_n)
{
	for (size_t i = 0; i < n; i++)
		if (fallback->there[i].found)
			fallback_copies_note(fallback->new_copies,
			    &fallback->keys[i], &fallback->there[i].record);
	for (size_t i = 0; i < changes_n; i++)
		fallback_copies_note_change(fallback->new_copies,
		    &fallback->slice[i]);
}

static enum store_rc
merge_rows(struct fallback *fallback, size_t n, int64_t now_s, struct err *err)
{
	struct store *database = fallback->database;
	size_t changes_n;
	enum store_rc rc = STORE_OK;

	for (size_t i = 0; i < n; i++)
		key_copy(&fallback->keys[i], &fallback->rows[i].key);
	if (database->records->lookup(database, fallback->keys, n,
		fallback->there, err) != STORE_OK)
		return STORE_FAILED;
	changes_n = plan_merges(fallback, n, now_s);
	if (changes_n > 0)
		rc = database->records->apply(database, fallback->slice,
		    changes_n, err);
	if (rc != STORE_OK)
		return STORE_FAILED;
	fallback->report.merged_n += (int64_t)changes_n;
	note_copies(fallback, n, changes_n);
	return STORE_OK;
}

static enum store_rc
remove_rows(struct fallback *fallback, size_t n, struct err *err)
{
	struct store *unmerged = fallback->unmerged;

	for (size_t i = 0; i < n; i++)
		fallback->slice[i] = (struct store_change){
		    .key = &fallback->keys[i],
		    .change = {.how = CHANGE_FORGET},
		};
	return unmerged->records->apply(unmerged, fallback->slice, n, err);
}

/* ---- All ---- */

/* Read the next unmerged records. Returns their number. */
static size_t
read_rows(struct fallback *fallback)
{
	struct store *unmerged = fallback->unmerged;
	struct err err;
	size_t n = 0;

	if (fallback->walk == NULL)
		fallback->walk = unmerged->records->walk_all(unmerged, &err);
	if (fallback->walk == NULL ||
	    unmerged->records->walk_next(unmerged, fallback->walk,
		FALLBACK_SLICE, fallback->rows, &n, &err) != STORE_OK)
		return 0;
	fallback->walked_n += (int64_t)n;
	return n;
}

/* If the local store fails, its records stay, and the next walk finds them. */
static void
end_slice(struct fallback *fallback)
{
	bool is_empty;

	if (fallback->walk == NULL || !fallback->walk->done)
		return;
	is_empty = fallback->walked_n == 0;
	fallback_end_walk(fallback);
	fallback->report.merges = !is_empty;
}

/* While a part of the database is away, each look-up says so. */
static bool
database_works(struct fallback *fallback)
{
	struct store *database = fallback->database;
	struct key key = {.client = ""};
	struct store_answer ignored;
	int64_t generation;
	struct err err;

	return database != NULL &&
	    database->lists->generation(database, &generation, &err) ==
	    STORE_OK &&
	    database->records->lookup(database, &key, 1, &ignored, &err) ==
	    STORE_OK;
}

/* The database gets requests again only when it has taken a merge. One that is
 * full answers, but takes nothing. */
void
fallback_merge_slice(struct fallback *fallback, int64_t now_s)
{
	struct err err;
	size_t n;

	if (!fallback->report.merges &&
	    (!fallback->report.decides || !database_works(fallback)))
		return;
	n = read_rows(fallback);
	if (n > 0 && merge_rows(fallback, n, now_s, &err) != STORE_OK) {
		fallback_begin(fallback, &err);
		return;
	}
	if (n > 0)
		remove_rows(fallback, n, &err);
	if (fallback->report.decides)
		fallback->report.merges = true;
	fallback->report.decides = false;
	end_slice(fallback);
}
