/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Looking up records, and changing them. A record in "unmerged" is complete: it
 * began as the copy of the record of the database, if there was one. */
#include <stdlib.h>

#include "store/fallback/fallback.h"

/* Make room for n keys, 2 n local answers and 2 n local changes. */
static enum store_rc
make_room(struct fallback *fallback, size_t n, struct err *err)
{
	struct key *keys;
	struct store_answer *answers;
	struct store_change *changes;

	if (n <= fallback->size)
		return STORE_OK;
	keys = realloc(fallback->changed_keys, n * sizeof(*keys));
	if (keys != NULL)
		fallback->changed_keys = keys;
	answers = realloc(fallback->answers, 2 * n * sizeof(*answers));
	if (answers != NULL)
		fallback->answers = answers;
	changes = realloc(fallback->changes, 2 * n * sizeof(*changes));
	if (changes != NULL)
		fallback->changes = changes;
	if (keys == NULL || answers == NULL || changes == NULL) {
		err_no_memory(err);
		return STORE_FAILED;
	}
	fallback->size = n;
	return STORE_OK;
}

/* ---- Looking up ---- */

/* Look up the keys in a local store. The answers are in fallback->answers. */
static enum store_rc
look_up_in(struct fallback *fallback, struct store *local,
    const struct key *keys, size_t n, struct err *err)
{
	if (make_room(fallback, n, err) != STORE_OK)
		return STORE_FAILED;
	return local->records->lookup(local, keys, n, fallback->answers, err);
}

static enum store_rc
look_up_locally(struct fallback *fallback, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	if (fallback->unmerged->records->lookup(fallback->unmerged, keys, n,
		answers, err) != STORE_OK ||
	    look_up_in(fallback, fallback->copies, keys, n, err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++)
		if (!answers[i].found)
			answers[i] = fallback->answers[i];
	return STORE_OK;
}

/* Add the unmerged records to the answers of the database. */
static enum store_rc
add_unmerged(struct fallback *fallback, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct change change;

	if (look_up_in(fallback, fallback->unmerged, keys, n, err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++)
		if (fallback->answers[i].found &&
		    fallback_plan_merge(&answers[i],
			&fallback->answers[i].record, &change))
			record_apply(&answers[i].record, &answers[i].found,
			    &change);
	return STORE_OK;
}

static enum store_rc
fallback_lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct fallback *fallback = (struct fallback *)store;
	struct store *database = fallback->database;

	if (!fallback->report.decides &&
	    database->records->lookup(database, keys, n, answers, err) !=
		STORE_OK)
		fallback_begin(fallback, err);
	if (fallback->report.decides)
		return look_up_locally(fallback, keys, n, answers, err);
	for (size_t i = 0; i < n; i++)
		if (answers[i].found)
			fallback_copies_note(fallback->new_copies, &keys[i],
			    &answers[i].record);
	return fallback->report.merges
	    ? add_unmerged(fallback, keys, n, answers, err)
	    : STORE_OK;
}

/* ---- Changing ---- */

/* Look up the records of changes in "unmerged", and in "copies" after it. */
static enum store_rc
look_up_changed(struct fallback *fallback, const struct store_change *changes,
    size_t n, struct err *err)
{
	struct store *unmerged = fallback->unmerged, *copies = fallback->copies;

	for (size_t i = 0; i < n; i++)
		key_copy(&fallback->changed_keys[i], changes[i].key);
	if (unmerged->records->lookup(unmerged, fallback->changed_keys, n,
		fallback->answers, err) != STORE_OK)
		return STORE_FAILED;
	return copies->records->lookup(copies, fallback->changed_keys, n,
	    fallback->answers + n, err);
}

/* The change that makes a record in "unmerged" from its copy. Two changes of a
 * record make it twice, which a restart does not count twice. */
static struct store_change
make_from_copy(const struct store_change *change, const struct record *copy)
{
	struct store_change made = *change;

	made.was_absent = false;
	made.change = (struct change){
	    .how = CHANGE_RESTART, .read = *copy, .record = *copy};
	return made;
}

static enum store_rc
apply_locally(struct fallback *fallback, const struct store_change *changes,
    size_t n, struct err *err)
{
	struct store *unmerged = fallback->unmerged;
	size_t local_n = 0;

	if (make_room(fallback, n, err) != STORE_OK ||
	    look_up_changed(fallback, changes, n, err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++)
		if (!fallback->answers[i].found &&
		    fallback->answers[n + i].found)
			fallback->changes[local_n++] =
			    make_from_copy(&changes[i],
				&fallback->answers[n + i].record);
	for (size_t i = 0; i < n; i++) {
		struct store_change *change = &fallback->changes[local_n++];

		*change = changes[i];
		change->was_absent &= !fallback->answers[i].found &&
		    !fallback->answers[n + i].found;
	}
	return unmerged->records->apply(unmerged, fallback->changes, local_n,
	    err);
}

static enum store_rc
fallback_apply(struct store *store, const struct store_change *changes,
    size_t n, struct err *err)
{
	struct fallback *fallback = (struct fallback *)store;
	struct store *database = fallback->database;
	enum store_rc rc;

	if (fallback->report.decides)
		return apply_locally(fallback, changes, n, err);
	rc = database->records->apply(database, changes, n, err);
	if (rc == STORE_FAILED) {
		fallback_begin(fallback, err);
		return apply_locally(fallback, changes, n, err);
	}
	for (size_t i = 0; rc == STORE_OK && i < n; i++)
		fallback_copies_note_change(fallback->new_copies, &changes[i]);
	return rc;
}

/* ---- Housekeeping ---- */

/* The local stores remove expired records. Their reports are left out: the
 * database may have these triplets, retried at another host. */
static void
maintain_locally(struct store *local, int64_t now_s)
{
	struct record_maintenance ignored;
	struct err err;

	if (local->records->maintain != NULL)
		local->records->maintain(local, now_s, &ignored, &err);
}

static enum store_rc
fallback_maintain(struct store *store, int64_t now_s,
    struct record_maintenance *report, struct err *err)
{
	struct fallback *fallback = (struct fallback *)store;
	struct store *database = fallback->database;

	*report = (struct record_maintenance){.expired_n = 0};
	if (!fallback->report.decides && database->records->maintain != NULL &&
	    database->records->maintain(database, now_s, report, err) !=
		STORE_OK)
		fallback_begin(fallback, err);
	fallback_merge_slice(fallback, now_s);
	if (fallback_copies_write(fallback->new_copies, fallback->copies,
		err) != STORE_OK)
		return STORE_FAILED;
	maintain_locally(fallback->copies, now_s);
	maintain_locally(fallback->unmerged, now_s);
	return STORE_OK;
}

const struct record_store_ops fallback_record_ops = {
    .lookup = fallback_lookup,
    .apply = fallback_apply,
    .walk_all = fallback_walk_all,
    .walk_client = fallback_walk_client,
    .walk_next = fallback_walk_next,
    .expire_next = fallback_expire_next,
    .walk_free = fallback_walk_free,
    .maintain = fallback_maintain,
};
