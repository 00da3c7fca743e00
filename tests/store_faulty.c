/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store_faulty.h"

#include <string.h>

static enum store_rc
fail_away(struct err *err)
{
	err_set(err, "told to be away");
	return STORE_FAILED;
}

static enum store_rc
fail_partly(struct err *err)
{
	err_set(err, "told to be partly away");
	return STORE_PARTLY;
}

/* An unknown answer is filled with what nobody must use. */
static enum store_rc
make_unknown(const char *client, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		answers[i].is_unknown = strcmp(keys[i].client, client) == 0;
		if (answers[i].is_unknown)
			answers[i].found = true;
	}
	return fail_partly(err);
}

static bool
changes_client(const struct store_change *changes, size_t n, const char *client)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(changes[i].key->client, client) == 0)
			return true;
	return false;
}

static enum store_rc
faulty_lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	faulty->lookups_n++;
	if (faulty->is_away)
		return fail_away(err);
	if (faulty->lookup_fails ||
	    faulty->lookups_n == faulty->lookup_fails_at) {
		err_set(err, "told to fail to look up");
		return STORE_FAILED;
	}
	if (faulty->inner->records->lookup(faulty->inner, keys, n, answers,
		err) != STORE_OK)
		return STORE_FAILED;
	return faulty->away_client == NULL
	    ? STORE_OK
	    : make_unknown(faulty->away_client, keys, n, answers, err);
}

static enum store_rc
faulty_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	faulty->applies_n++;
	faulty->changes_n += n;
	if (faulty->is_away)
		return fail_away(err);
	if (faulty->apply_fails ||
	    (faulty->away_client != NULL &&
		changes_client(changes, n, faulty->away_client))) {
		err_set(err, "told to fail to apply");
		return STORE_FAILED;
	}
	if (faulty->has_no_room) {
		err_set(err, "told to have no room");
		return STORE_NO_ROOM;
	}
	if (faulty->apply_fails_late) {
		faulty->inner->records->apply(faulty->inner, changes, n, err);
		err_set(err, "told to fail after it has applied");
		return STORE_FAILED;
	}
	return faulty->inner->records->apply(faulty->inner, changes, n, err);
}

static enum store_rc
faulty_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	if (faulty->is_away)
		return fail_away(err);
	if (faulty->entries_are_away) {
		err_set(err, "told to have no entries");
		return STORE_PARTLY;
	}
	return faulty->inner->lists->generation(faulty->inner, generation_out,
	    err);
}

static enum store_rc
faulty_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	if (faulty->is_away)
		return fail_away(err);
	if (faulty->entries_fail) {
		err_set(err, "told to fail to read entries");
		return STORE_FAILED;
	}
	return faulty->inner->lists->entries(faulty->inner, visit, arg, err);
}

static enum store_rc
faulty_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct hourly_stats_count *counts, size_t counts_n,
    struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	if (faulty->apply_fails || faulty->is_away) {
		err_set(err, "told to fail to count");
		return STORE_FAILED;
	}
	if (faulty->counts_are_away)
		return fail_partly(err);
	return faulty->inner->counts->add_counts(faulty->inner, hits, hits_n,
	    counts, counts_n, err);
}

static void
faulty_configure(struct store *store, const struct store_options *options)
{
	struct store *inner = ((struct store_faulty *)store)->inner;

	inner->ops->configure(inner, options);
}

/* The test closes the other store. */
static void
faulty_close(struct store *store)
{
	(void)store;
}

static const struct store_ops faulty_ops = {
    .close = faulty_close, .configure = faulty_configure};

static const struct record_store_ops faulty_records = {
    .lookup = faulty_lookup,
    .apply = faulty_apply,
};

static enum store_rc
faulty_has_more_entries(struct store *store, int64_t n, bool *out,
    struct err *err)
{
	(void)n;
	(void)err;
	*out = ((struct store_faulty *)store)->has_many_entries;
	return STORE_OK;
}

static const struct list_store_ops faulty_lists = {
    .has_more_entries = faulty_has_more_entries,
    .generation = faulty_generation,
    .entries = faulty_entries,
};

static const struct count_store_ops faulty_counts = {
    .add_counts = faulty_add_counts,
};

static enum store_rc
faulty_add_decisions(struct store *store, const struct kept_decision *decisions,
    size_t n, int64_t keep_s, bool may_wait, bool *is_added, struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;

	*is_added = false;
	if (faulty->is_locked && !may_wait)
		return STORE_OK;
	if (faulty->apply_fails || faulty->is_away) {
		err_set(err, "told to fail to keep decisions");
		return STORE_FAILED;
	}
	if (faulty->counts_are_away)
		return fail_partly(err);
	if (faulty->has_no_room) {
		err_set(err, "told to have no room");
		return STORE_NO_ROOM;
	}
	return faulty->inner->decisions->add(faulty->inner, decisions, n,
	    keep_s, may_wait, is_added, err);
}

static enum store_rc
faulty_trim_decisions(struct store *store, int64_t before_s, int64_t max_n,
    size_t n_max, struct err *err)
{
	struct store_faulty *faulty = (struct store_faulty *)store;
	struct store *inner = faulty->inner;

	if (faulty->trim_fails) {
		err_set(err, "told to fail to trim");
		return STORE_FAILED;
	}
	return inner->decisions->trim(inner, before_s, max_n, n_max, err);
}

static const struct decision_store_ops faulty_decisions = {
    .add = faulty_add_decisions,
    .trim = faulty_trim_decisions,
};

void
store_faulty_init(struct store_faulty *faulty, struct store *inner)
{
	*faulty = (struct store_faulty){
	    .store = {&faulty_ops, &faulty_records, &faulty_lists,
		&faulty_counts, &faulty_decisions},
	    .inner = inner,
	};
}
