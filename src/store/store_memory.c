/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * store_memory: the reference model of the port, and a trial run without a
 * disk. A chained hash table; everything is lost when it is closed.
 */
#include "store/store_open.h"

#include <stdlib.h>
#include <string.h>

#include "store/memory_lists.h"

struct row {
	struct row *next; /* owned */
	uint64_t hash;
	struct record record;
	size_t key_n;
	char key[]; /* client, sender, recipient, each with its NUL */
};

struct memory {
	struct store store;
	struct row **buckets; /* owned; a row is in buckets[hash % n] */
	size_t buckets_n;
	size_t rows_n;
	struct memory_lists lists;
};

#define BUCKETS_FIRST 1024

static struct store *
memory_open(const char *where, const struct store_options *options,
    struct err *err)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	(void)where;
	(void)options;
	if (memory != NULL)
		memory->buckets = calloc(BUCKETS_FIRST, sizeof(struct row *));
	if (memory == NULL || memory->buckets == NULL) {
		free(memory);
		err_set(err, "out of memory");
		return NULL;
	}
	memory->store.ops = &store_memory_ops;
	memory->buckets_n = BUCKETS_FIRST;
	return &memory->store;
}

static void
free_chain(struct row *row)
{
	while (row != NULL) {
		struct row *next = row->next;

		free(row);
		row = next;
	}
}

static void
memory_close(struct store *store)
{
	struct memory *memory = (struct memory *)store;

	for (size_t i = 0; i < memory->buckets_n; i++)
		free_chain(memory->buckets[i]);
	free(memory->buckets);
	memory_lists_free(&memory->lists);
	free(memory);
}

static void
memory_configure(struct store *store, const struct store_options *options)
{
	(void)store;
	(void)options;
}

static struct row *
row_new(const struct triplet *triplet)
{
	size_t client_n = strlen(triplet->client) + 1;
	size_t sender_n = strlen(triplet->sender) + 1;
	size_t recipient_n = strlen(triplet->recipient) + 1;
	size_t key_n = client_n + sender_n + recipient_n;
	struct row *row = malloc(sizeof(*row) + key_n);

	if (row == NULL)
		return NULL;
	row->next = NULL;
	row->hash = triplet_hash(triplet);
	row->key_n = key_n;
	memcpy(row->key, triplet->client, client_n);
	memcpy(row->key + client_n, triplet->sender, sender_n);
	memcpy(row->key + client_n + sender_n, triplet->recipient, recipient_n);
	return row;
}

static bool
row_is(const struct row *row, uint64_t hash, const struct triplet *triplet)
{
	const char *sender = row->key + strlen(row->key) + 1;
	const char *recipient = sender + strlen(sender) + 1;

	return row->hash == hash && strcmp(row->key, triplet->client) == 0 &&
	    strcmp(sender, triplet->sender) == 0 &&
	    strcmp(recipient, triplet->recipient) == 0;
}

static struct row *
find(const struct memory *memory, const struct triplet *triplet)
{
	uint64_t hash = triplet_hash(triplet);
	struct row *row = memory->buckets[hash % memory->buckets_n];

	while (row != NULL && !row_is(row, hash, triplet))
		row = row->next;
	return row;
}

static enum store_rc
memory_lookup(struct store *store, const struct triplet *triplets, size_t n,
    struct store_answer *answers, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = find(memory, &triplets[i]);

		answers[i].found = row != NULL;
		if (row != NULL)
			answers[i].record = row->record;
	}
	return STORE_OK;
}

static void
push(struct row **buckets, size_t buckets_n, struct row *row)
{
	struct row **bucket = &buckets[row->hash % buckets_n];

	row->next = *bucket;
	*bucket = row;
}

/* Without memory for a larger table the old one goes on, slower. */
static void
grow(struct memory *memory)
{
	size_t buckets_n = memory->buckets_n * 2;
	struct row **buckets = calloc(buckets_n, sizeof(struct row *));

	if (buckets == NULL)
		return;
	for (size_t i = 0; i < memory->buckets_n; i++) {
		struct row *row, *next;

		for (row = memory->buckets[i]; row != NULL; row = next) {
			next = row->next;
			push(buckets, buckets_n, row);
		}
	}
	free(memory->buckets);
	memory->buckets = buckets;
	memory->buckets_n = buckets_n;
}

static void
forget(struct memory *memory, struct row *row)
{
	struct row **link = &memory->buckets[row->hash % memory->buckets_n];

	while (*link != row)
		link = &(*link)->next;
	*link = row->next;
	free(row);
	memory->rows_n--;
}

/* Apply one change; "spare" becomes its row or is freed. */
static void
apply_one(struct memory *memory, const struct store_change *change,
    struct row *spare)
{
	struct row *row = find(memory, change->triplet);
	bool found = row != NULL;

	if (change->change.how == CHANGE_FORGET) {
		free(spare);
		if (found)
			forget(memory, row);
		return;
	}
	if (found) {
		free(spare);
	} else {
		row = spare;
		push(memory->buckets, memory->buckets_n, row);
		memory->rows_n++;
	}
	record_apply(&row->record, &found, &change->change);
	if (memory->rows_n > memory->buckets_n)
		grow(memory);
}

/* A row for each change before the first is applied: all or none. */
static struct row *
spares_new(const struct store_change *changes, size_t n)
{
	struct row *spares = NULL;

	for (size_t i = n; i-- > 0;) {
		struct row *row = row_new(changes[i].triplet);

		if (row == NULL) {
			free_chain(spares);
			return NULL;
		}
		row->next = spares;
		spares = row;
	}
	return spares;
}

static enum store_rc
memory_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct memory *memory = (struct memory *)store;
	struct row *spares = spares_new(changes, n);

	if (spares == NULL && n > 0) {
		err_set(err, "out of memory");
		return STORE_FAILED;
	}
	for (size_t i = 0; i < n; i++) {
		struct row *spare = spares;

		spares = spare->next;
		apply_one(memory, &changes[i], spare);
	}
	return STORE_OK;
}

static bool
has_expired(const struct row *row, int64_t now_s)
{
	return row->record.expires_s < now_s;
}

/* The keys are in no order here, so one slice does all. */
static enum store_rc
memory_expire(struct store *store, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, struct err *err)
{
	struct memory *memory = (struct memory *)store;

	(void)rows_max;
	(void)err;
	for (size_t i = 0; i < memory->buckets_n; i++) {
		struct row **link = &memory->buckets[i], *row;

		while ((row = *link) != NULL) {
			sweep->seen_n++;
			if (!has_expired(row, now_s)) {
				link = &row->next;
				continue;
			}
			if (row->record.passed_s != 0)
				sweep->passed_n++;
			else
				sweep->waiting_n++;
			*link = row->next;
			free(row);
			memory->rows_n--;
		}
	}
	sweep->done = true;
	return STORE_OK;
}

/* ---- Walking ---- */

static void
read_row(const struct row *row, struct store_row *out)
{
	const char *sender = row->key + strlen(row->key) + 1;

	strcpy(out->triplet.client, row->key);
	strcpy(out->triplet.sender, sender);
	strcpy(out->triplet.recipient, sender + strlen(sender) + 1);
	out->record = row->record;
}

/* Keys in the order of their octets, as their NULs end them. */
static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a;
	const struct row *y = *(const struct row *const *)b;
	size_t n = x->key_n < y->key_n ? x->key_n : y->key_n;

	return memcmp(x->key, y->key, n);
}

static struct row **
sorted_rows(const struct memory *memory)
{
	struct row **rows = malloc((memory->rows_n + 1) * sizeof(*rows));
	size_t n = 0;

	if (rows == NULL)
		return NULL;
	for (size_t i = 0; i < memory->buckets_n; i++)
		for (struct row *row = memory->buckets[i]; row != NULL;
		     row = row->next)
			rows[n++] = row;
	qsort(rows, n, sizeof(*rows), compare_rows);
	return rows;
}

static enum store_rc
memory_walk(struct store *store, const struct triplet *after, size_t n_max,
    struct store_row *out, size_t *n_out, struct err *err)
{
	struct memory *memory = (struct memory *)store;
	struct row **rows = sorted_rows(memory);
	struct row *last = after != NULL ? row_new(after) : NULL;
	size_t n = 0;

	if (rows == NULL || (after != NULL && last == NULL)) {
		free(rows);
		err_set(err, "out of memory");
		return STORE_FAILED;
	}
	for (size_t i = 0; i < memory->rows_n && n < n_max; i++)
		if (last == NULL || compare_rows(&rows[i], &last) > 0)
			read_row(rows[i], &out[n++]);
	free(rows);
	free(last);
	*n_out = n;
	return STORE_OK;
}

static enum store_rc
memory_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err)
{
	(void)store;
	(void)progress;
	err_set(err, "%s: not written: this store lives in memory only", path);
	return STORE_FAILED;
}

/* ---- Lists ---- */

static enum store_rc
memory_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	(void)err;
	*generation_out = ((struct memory *)store)->lists.generation;
	return STORE_OK;
}

static enum store_rc
memory_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	(void)err;
	memory_lists_entries(&((struct memory *)store)->lists, visit, arg);
	return STORE_OK;
}

static enum store_rc
memory_put_entry(struct store *store, const struct store_entry *entry,
    struct err *err)
{
	struct memory *memory = (struct memory *)store;

	return memory_lists_put(&memory->lists, entry, err) == 0 ? STORE_OK
								 : STORE_FAILED;
}

static enum store_rc
memory_remove_entry(struct store *store, bool whitelists, enum list_kind kind,
    const char *pattern, bool *found_out, struct err *err)
{
	(void)err;
	*found_out = memory_lists_remove(&((struct memory *)store)->lists,
	    whitelists, kind, pattern);
	return STORE_OK;
}

static enum store_rc
memory_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct tally_count *counts, size_t counts_n,
    struct err *err)
{
	struct memory *memory = (struct memory *)store;

	return memory_lists_add(&memory->lists, hits, hits_n, counts, counts_n,
		   err) == 0
	    ? STORE_OK
	    : STORE_FAILED;
}

static enum store_rc
memory_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err)
{
	(void)err;
	memory_lists_hits(&((struct memory *)store)->lists, visit, arg);
	return STORE_OK;
}

static enum store_rc
memory_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err)
{
	(void)err;
	memory_lists_counts(&((struct memory *)store)->lists, from_s, to_s,
	    visit, arg);
	return STORE_OK;
}

static enum store_rc
memory_tidy(struct store *store, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	(void)err;
	*entries_n_out =
	    memory_lists_tidy(&((struct memory *)store)->lists, now_s);
	return STORE_OK;
}

const struct store_ops store_memory_ops = {
    .scheme = "memory",
    .open = memory_open,
    .close = memory_close,
    .configure = memory_configure,
    .lookup = memory_lookup,
    .apply = memory_apply,
    .expire = memory_expire,
    .walk = memory_walk,
    .backup = memory_backup,
    .generation = memory_generation,
    .entries = memory_entries,
    .put_entry = memory_put_entry,
    .remove_entry = memory_remove_entry,
    .add_counts = memory_add_counts,
    .hits = memory_hits,
    .counts = memory_counts,
    .tidy = memory_tidy,
};
