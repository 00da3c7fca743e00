/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * store_memory: the reference model of the port, and a trial run without a
 * disk. A chained hash table; everything is lost when it is closed.
 */
#include "store/store_open.h"

#include <stdlib.h>
#include <string.h>

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

/* Apply one change; "spare" becomes its row or is freed. */
static void
apply_one(struct memory *memory, const struct store_change *change,
    struct row *spare)
{
	struct row *row = find(memory, change->triplet);
	bool found = row != NULL;

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

const struct store_ops store_memory_ops = {
    .scheme = "memory",
    .open = memory_open,
    .close = memory_close,
    .configure = memory_configure,
    .lookup = memory_lookup,
    .apply = memory_apply,
    .expire = memory_expire,
};
