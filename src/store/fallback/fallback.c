/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fallback/fallback.h"

/* ---- Which store decides ---- */

/* The copies are needed now. */
void
fallback_begin(struct fallback *fallback, const struct err *why)
{
	struct err ignored;

	if (!fallback->report.decides) {
		fallback->report.outages_n++;
		fallback->report.why = *why;
	}
	fallback->report.decides = true;
	fallback->report.merges = false;
	fallback_end_walk(fallback);
	fallback_copies_write(fallback->new_copies, fallback->copies, &ignored);
}

enum store_rc
fallback_is_away(const struct fallback *fallback, struct err *err)
{
	*err = fallback->report.why;
	return STORE_FAILED;
}

/* The database, or NULL and a sentence while it is away. */
static struct store *
database_of(struct store *store, struct err *err)
{
	struct fallback *fallback = (struct fallback *)store;

	if (!fallback->report.decides)
		return fallback->database;
	fallback_is_away(fallback, err);
	return NULL;
}

/* Call a function of the database, unless that is NULL. */
#define CALL(database, port, function, ...) \
	((database) == NULL                 \
		? STORE_FAILED              \
		: (database)->port->function(database, __VA_ARGS__))

static enum store_rc
note(struct store *store, enum store_rc rc, const struct err *err)
{
	if (rc == STORE_PARTLY)
		rc = STORE_FAILED;
	if (rc == STORE_FAILED)
		fallback_begin((struct fallback *)store, err);
	return rc;
}

/* ---- Lists ---- */

/* Without a database there are no entries. */
static bool
has_none(const struct store *store)
{
	return ((const struct fallback *)store)->database == NULL;
}

static enum store_rc
fallback_generation(struct store *store, int64_t *out, struct err *err)
{
	struct store *database = database_of(store, err);

	*out = 0;
	if (has_none(store))
		return STORE_OK;
	return database == NULL
	    ? STORE_FAILED
	    : note(store, database->lists->generation(database, out, err), err);
}

static enum store_rc
fallback_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	struct store *database = database_of(store, err);

	if (has_none(store))
		return STORE_OK;
	return CALL(database, lists, entries, visit, arg, err);
}

static enum store_rc
fallback_put_entries(struct store *store, const struct store_entry *entries,
    size_t n, struct err *err)
{
	struct store *database = database_of(store, err);

	return CALL(database, lists, put_entries, entries, n, err);
}

static enum store_rc
fallback_remove_entry(struct store *store, bool whitelists, enum list_kind kind,
    const char *pattern, bool *found_out, struct err *err)
{
	struct store *database = database_of(store, err);

	return CALL(database, lists, remove_entry, whitelists, kind, pattern,
	    found_out, err);
}

const struct list_store_ops fallback_list_ops = {
    .generation = fallback_generation,
    .entries = fallback_entries,
    .put_entries = fallback_put_entries,
    .remove_entry = fallback_remove_entry,
};

/* ---- Counts ---- */

/* The caller keeps the counts. */
static enum store_rc
fallback_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct hourly_stats_count *counts, size_t counts_n,
    struct err *err)
{
	struct store *database = database_of(store, err);

	if (database == NULL ||
	    note(store,
		database->counts->add_counts(database, hits, hits_n, counts,
		    counts_n, err),
		err) == STORE_FAILED)
		return STORE_NO_ROOM;
	return STORE_OK;
}

static enum store_rc
fallback_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err)
{
	struct store *database = database_of(store, err);

	if (has_none(store))
		return STORE_OK;
	return CALL(database, counts, hits, visit, arg, err);
}

static enum store_rc
fallback_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err)
{
	struct store *database = database_of(store, err);

	return CALL(database, counts, counts, from_s, to_s, visit, arg, err);
}

static enum store_rc
fallback_tidy(struct store *store, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	struct store *database = database_of(store, err);

	return CALL(database, counts, tidy, now_s, entries_n_out, err);
}

const struct count_store_ops fallback_count_ops = {
    .add_counts = fallback_add_counts,
    .hits = fallback_hits,
    .counts = fallback_counts,
    .tidy = fallback_tidy,
};

/* ---- Decisions ---- */

/* Those that need not be written now wait. */
static enum store_rc
fallback_add_decisions(struct store *store,
    const struct kept_decision *decisions, size_t n, int64_t keep_s,
    bool may_wait, bool *is_added, struct err *err)
{
	struct store *database = database_of(store, err);
	enum store_rc rc = STORE_FAILED;

	*is_added = false;
	if (database != NULL)
		rc = note(store,
		    database->decisions->add(database, decisions, n, keep_s,
			may_wait, is_added, err),
		    err);
	return rc == STORE_FAILED && !may_wait ? STORE_OK : rc;
}

static enum store_rc
fallback_read_decisions(struct store *store, int64_t *position, size_t n_max,
    store_decision_fn *visit, void *arg, bool *done, struct err *err)
{
	struct store *database = database_of(store, err);

	return CALL(database, decisions, read, position, n_max, visit, arg,
	    done, err);
}

static enum store_rc
fallback_trim_decisions(struct store *store, int64_t before_s, int64_t max_n,
    size_t n_max, struct err *err)
{
	struct store *database = database_of(store, err);

	if (database != NULL)
		note(store,
		    database->decisions->trim(database, before_s, max_n, n_max,
			err),
		    err);
	return STORE_OK;
}

const struct decision_store_ops fallback_decision_ops = {
    .add = fallback_add_decisions,
    .read = fallback_read_decisions,
    .trim = fallback_trim_decisions,
};
