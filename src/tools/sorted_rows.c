/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/sorted_rows.h"

#include <stdlib.h>
#include <string.h>

#include "tools/memory.h"

/* The rows over the limit are dropped when there are this many of them. */
#define SPARE_ROWS 1000

struct kept {
	enum key_kind kind;
	struct record record;
	char *client, *sender, *recipient; /* one owned text, at "client" */
};

struct sorted_rows {
	enum sorted_by by;
	int64_t limit_n;
	struct kept *items; /* owned */
	size_t n;
};

struct sorted_rows *
sorted_rows_new(enum sorted_by by, int64_t limit_n)
{
	struct sorted_rows *rows = memory_alloc(1, sizeof(*rows));

	rows->by = by;
	rows->limit_n = limit_n;
	return rows;
}

static void
drop_from(struct sorted_rows *rows, size_t first)
{
	for (size_t i = first; i < rows->n; i++)
		free(rows->items[i].client);
	if (first < rows->n)
		rows->n = first;
}

void
sorted_rows_free(struct sorted_rows *rows)
{
	drop_from(rows, 0);
	free(rows->items);
	free(rows);
}

/* ---- Order ---- */

static int
compare_keys(const void *a, const void *b)
{
	const struct kept *one = a, *other = b;
	int order = strcmp(one->client, other->client);

	if (order == 0)
		order = strcmp(one->sender, other->sender);
	if (order == 0)
		order = strcmp(one->recipient, other->recipient);
	return order;
}

static int
compare_first_seen(const void *a, const void *b)
{
	const struct record *one = &((const struct kept *)a)->record;
	const struct record *other = &((const struct kept *)b)->record;

	if (one->first_seen_s != other->first_seen_s)
		return one->first_seen_s > other->first_seen_s ? 1 : -1;
	return compare_keys(a, b);
}

static int
compare_last_seen(const void *a, const void *b)
{
	const struct record *one = &((const struct kept *)a)->record;
	const struct record *other = &((const struct kept *)b)->record;

	if (one->last_seen_s != other->last_seen_s)
		return one->last_seen_s < other->last_seen_s ? 1 : -1;
	if (one->first_seen_s != other->first_seen_s)
		return one->first_seen_s < other->first_seen_s ? 1 : -1;
	return compare_keys(a, b);
}

static void
sort(struct sorted_rows *rows)
{
	static int (*const orders[])(const void *a, const void *b) = {
	    [SORTED_BY_LAST_SEEN] = compare_last_seen,
	    [SORTED_BY_FIRST_SEEN] = compare_first_seen,
	    [SORTED_BY_CLIENT] = compare_keys,
	};

	if (rows->n > 0)
		qsort(rows->items, rows->n, sizeof(*rows->items),
		    orders[rows->by]);
	if ((uint64_t)rows->n > (uint64_t)rows->limit_n)
		drop_from(rows, (size_t)rows->limit_n);
}

/* ---- Rows ---- */

void
sorted_rows_add(struct sorted_rows *rows, const struct store_row *row)
{
	const struct key *key = &row->key;
	size_t client_n = strlen(key->client) + 1;
	size_t sender_n = strlen(key->sender) + 1;
	size_t recipient_n = strlen(key->recipient) + 1;
	struct kept kept = {.kind = key->kind, .record = row->record};

	kept.client = memory_alloc(client_n + sender_n + recipient_n, 1);
	kept.sender = kept.client + client_n;
	kept.recipient = kept.sender + sender_n;
	memcpy(kept.client, key->client, client_n);
	memcpy(kept.sender, key->sender, sender_n);
	memcpy(kept.recipient, key->recipient, recipient_n);
	rows->items = memory_grow(rows->items, rows->n, sizeof(*rows->items));
	rows->items[rows->n++] = kept;
	if (rows->n > SPARE_ROWS &&
	    (uint64_t)rows->n / 2 > (uint64_t)rows->limit_n)
		sort(rows);
}

void
sorted_rows_each(struct sorted_rows *rows, sorted_rows_fn *visit, void *arg)
{
	static struct store_row row; /* large */

	sort(rows);
	for (size_t i = 0; i < rows->n; i++) {
		const struct kept *kept = &rows->items[i];

		row.key.kind = kept->kind;
		strcpy(row.key.client, kept->client);
		strcpy(row.key.sender, kept->sender);
		strcpy(row.key.recipient, kept->recipient);
		row.record = kept->record;
		visit(&row, arg);
	}
}
