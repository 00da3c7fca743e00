/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/pool_rows.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/keyed_hash.h"
#include "tools/complain.h"
#include "tools/memory.h"
#include "tools/row_state.h"

struct pool_row {
	uint64_t mail; /* a hash of what the rows of one mail have in common */
	char reference[REFERENCE_SIZE];
	bool has_passed;
};

struct pool_rows {
	const struct engine_rules *rules; /* borrowed */
	int64_t now_s;
	/* Senders choose what is hashed. */
	uint8_t secret[KEYED_HASH_SECRET_SIZE];
	struct pool_row *items; /* owned; sorted by mail */
	size_t n;
};

/* ---- For a listing of all rows ---- */

static uint64_t
mail_of(const struct pool_rows *rows, const struct store_row *row)
{
	static uint8_t octets[sizeof(row->key.sender) +
	    sizeof(row->key.recipient) + sizeof(int64_t)]; /* large */
	size_t sender_n = strlen(row->key.sender) + 1;
	size_t recipient_n = strlen(row->key.recipient) + 1;

	memcpy(octets, row->key.sender, sender_n);
	memcpy(octets + sender_n, row->key.recipient, recipient_n);
	memcpy(octets + sender_n + recipient_n, &row->record.first_seen_s,
	    sizeof(int64_t));
	return keyed_hash(rows->secret, octets,
	    sender_n + recipient_n + sizeof(int64_t));
}

static bool
add_row(const struct store_row *row, void *arg)
{
	struct pool_rows *rows = arg;
	struct pool_row *item;

	if (row->key.kind != KEY_TRIPLET_POOL ||
	    strcmp(row_state_of_triplet(row_state_class(&row->key),
		       &row->record, rows->rules, rows->now_s),
		"expired") == 0)
		return true;
	rows->items = memory_grow(rows->items, rows->n, sizeof(*rows->items));
	item = &rows->items[rows->n++];
	item->mail = mail_of(rows, row);
	key_reference(&row->key, item->reference);
	item->has_passed = row->record.passed_s != 0;
	return true;
}

static int
compare(const void *a, const void *b)
{
	const struct pool_row *one = a, *other = b;

	return (one->mail > other->mail) - (one->mail < other->mail);
}

struct pool_rows *
pool_rows_read(struct store *store, const struct engine_rules *rules,
    int64_t now_s)
{
	struct pool_rows *read = memory_alloc(1, sizeof(*read));

	read->rules = rules;
	read->now_s = now_s;
	if (getrandom(read->secret, sizeof(read->secret), 0) < 0 ||
	    walk_rows(store, add_row, read) != 0) {
		pool_rows_free(read);
		return NULL;
	}
	if (read->n > 0)
		qsort(read->items, read->n, sizeof(*read->items), compare);
	return read;
}

void
pool_rows_free(struct pool_rows *rows)
{
	if (rows != NULL)
		free(rows->items);
	free(rows);
}

/* The row of the pool to which the row of a network belongs, or NULL. */
static const struct pool_row *
find(const struct pool_rows *rows, const struct store_row *row)
{
	const struct pool_row wanted = {.mail = mail_of(rows, row)};

	if (row->key.kind != KEY_TRIPLET_NETWORK || rows->n == 0)
		return NULL;
	return bsearch(&wanted, rows->items, rows->n, sizeof(wanted), compare);
}

void
pool_rows_reference(const struct pool_rows *rows, const struct store_row *row,
    char out[REFERENCE_SIZE])
{
	const struct pool_row *pool = find(rows, row);

	if (pool != NULL)
		strcpy(out, pool->reference);
	else
		key_reference(&row->key, out);
}

bool
pool_rows_cover(const struct pool_rows *rows, const struct store_row *row)
{
	const struct pool_row *pool = find(rows, row);

	return pool != NULL && (pool->has_passed || row->record.passed_s == 0);
}

/* ---- For one row ---- */

struct search {
	const struct store_row *row;
	walk_fn *visit;
	void *arg;
};

static bool
visit_if_same(const struct store_row *row, void *arg)
{
	const struct search *search = arg;
	const struct store_row *wanted = search->row;

	return !key_kind_is_triplet(row->key.kind) ||
	    row->record.first_seen_s != wanted->record.first_seen_s ||
	    strcmp(row->key.sender, wanted->key.sender) != 0 ||
	    strcmp(row->key.recipient, wanted->key.recipient) != 0 ||
	    search->visit(row, search->arg);
}

int
pool_rows_of_mail(struct store *store, const struct store_row *row,
    walk_fn *visit, void *arg)
{
	struct search search = {row, visit, arg};

	return walk_rows(store, visit_if_same, &search);
}
