/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/memory/memory.h"

#include <stdlib.h>
#include <string.h>

struct row {
	struct row *next; /* owned */
	uint64_t hash;
	struct record record;
	enum key_kind kind;
	size_t key_n;
	char key[]; /* client, sender, recipient, each with its NUL */
};

#define BUCKETS_FIRST 1024

int
memory_records_init(struct memory *memory)
{
	memory->buckets = calloc(BUCKETS_FIRST, sizeof(struct row *));
	memory->buckets_n = BUCKETS_FIRST;
	return memory->buckets != NULL ? 0 : -1;
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

/* Rows come or go. */
static void
forget_walked(struct memory *memory)
{
	free(memory->walked);
	memory->walked = NULL;
}

void
memory_records_free(struct memory *memory)
{
	for (size_t i = 0; memory->buckets != NULL && i < memory->buckets_n;
	     i++)
		free_chain(memory->buckets[i]);
	free(memory->buckets);
	forget_walked(memory);
}

static struct row *
row_new(const struct key *triplet)
{
	size_t client_n = strlen(triplet->client) + 1;
	size_t sender_n = strlen(triplet->sender) + 1;
	size_t recipient_n = strlen(triplet->recipient) + 1;
	size_t key_n = client_n + sender_n + recipient_n;
	struct row *row = malloc(sizeof(*row) + key_n);

	if (row == NULL)
		return NULL;
	row->next = NULL;
	row->hash = key_hash(triplet);
	row->kind = triplet->kind;
	row->key_n = key_n;
	memcpy(row->key, triplet->client, client_n);
	memcpy(row->key + client_n, triplet->sender, sender_n);
	memcpy(row->key + client_n + sender_n, triplet->recipient, recipient_n);
	return row;
}

static bool
row_is(const struct row *row, uint64_t hash, const struct key *triplet)
{
	const char *sender = row->key + strlen(row->key) + 1;
	const char *recipient = sender + strlen(sender) + 1;

	return row->hash == hash && row->kind == triplet->kind &&
	    strcmp(row->key, triplet->client) == 0 &&
	    strcmp(sender, triplet->sender) == 0 &&
	    strcmp(recipient, triplet->recipient) == 0;
}

/* The link to the row of a triplet, or to the NULL where it is missing. */
static struct row **
find(const struct memory *memory, const struct key *triplet)
{
	uint64_t hash = key_hash(triplet);
	struct row **link = &memory->buckets[hash % memory->buckets_n];

	while (*link != NULL && !row_is(*link, hash, triplet))
		link = &(*link)->next;
	return link;
}

enum store_rc
memory_lookup(struct store *store, const struct key *triplets, size_t n,
    struct store_answer *answers, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = *find(memory, &triplets[i]);

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
insert(struct memory *memory, struct row *row)
{
	forget_walked(memory);
	push(memory->buckets, memory->buckets_n, row);
	memory->rows_n++;
	if (memory->rows_n > memory->buckets_n)
		grow(memory);
}

static void
take_out(struct memory *memory, struct row **link)
{
	struct row *row = *link;

	forget_walked(memory);
	*link = row->next;
	free(row);
	memory->rows_n--;
}

/* Apply one change; "spare" becomes its row or is freed. */
static void
apply_one(struct memory *memory, const struct store_change *change,
    struct row *spare)
{
	struct row **link = find(memory, change->key), *row = *link;
	const bool was_found = row != NULL;
	bool found = was_found;

	record_apply(was_found ? &row->record : &spare->record, &found,
	    &change->change);
	if (was_found && !found)
		take_out(memory, link);
	if (!was_found && found)
		insert(memory, spare);
	else
		free(spare);
}

/* A row for each change before the first is applied: all or none. */
static struct row *
spares_new(const struct store_change *changes, size_t n)
{
	struct row *spares = NULL;

	for (size_t i = n; i-- > 0;) {
		struct row *row = row_new(changes[i].key);

		if (row == NULL) {
			free_chain(spares);
			return NULL;
		}
		row->next = spares;
		spares = row;
	}
	return spares;
}

enum store_rc
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
enum store_rc
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
			take_out(memory, link);
		}
	}
	sweep->done = true;
	return STORE_OK;
}

/* ---- Walking ---- */

static int
compare_rows(const void *a, const void *b)
{
	const struct row *const *left = a, *const *right = b;
	size_t n =
	    (*left)->key_n < (*right)->key_n ? (*left)->key_n : (*right)->key_n;

	if ((*left)->kind != (*right)->kind)
		return (*left)->kind < (*right)->kind ? -1 : 1;
	/* Each part ends in the lowest octet: no key begins another. */
	return memcmp((*left)->key, (*right)->key, n);
}

/* Sort the rows once for a walk that is not disturbed. */
static int
sort_rows(struct memory *memory)
{
	size_t n = 0;

	if (memory->walked != NULL || memory->rows_n == 0)
		return 0;
	memory->walked = calloc(memory->rows_n, sizeof(struct row *));
	if (memory->walked == NULL)
		return -1;
	for (size_t i = 0; i < memory->buckets_n; i++)
		for (struct row *row = memory->buckets[i]; row != NULL;
		     row = row->next)
			memory->walked[n++] = row;
	qsort(memory->walked, n, sizeof(struct row *), compare_rows);
	return 0;
}

/* How many rows are not behind a key. */
static size_t
count_up_to(const struct memory *memory, const struct row *key)
{
	size_t low = 0, high = memory->rows_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_rows(&memory->walked[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
copy_row(const struct row *row, struct store_row *out)
{
	const char *sender = row->key + strlen(row->key) + 1;
	const char *recipient = sender + strlen(sender) + 1;

	out->key.kind = row->kind;
	strcpy(out->key.client, row->key);
	strcpy(out->key.sender, sender);
	strcpy(out->key.recipient, recipient);
	out->record = row->record;
}

enum store_rc
memory_walk(struct store *store, const struct key *after, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	struct memory *memory = (struct memory *)store;
	struct row *key = after != NULL ? row_new(after) : NULL;
	size_t from, n;

	if (sort_rows(memory) != 0 || (after != NULL && key == NULL)) {
		free(key);
		err_set(err, "out of memory");
		return STORE_FAILED;
	}
	from = key != NULL ? count_up_to(memory, key) : 0;
	for (n = 0; n < n_max && from + n < memory->rows_n; n++)
		copy_row(memory->walked[from + n], &rows[n]);
	free(key);
	*n_out = n;
	return STORE_OK;
}
