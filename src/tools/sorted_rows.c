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
	const char *client, *sender, *recipient;
	char *texts; /* owned; the three texts */
};

struct sorted_rows {
	enum sorted_by by;
	int64_t left_n; /* rows to visit in this round and later ones */
	size_t round_n;
	struct kept *items; /* owned */
	size_t n;
	bool dropped;     /* a row that a later round must visit */
	struct kept last; /* owned; the last one visited; texts NULL: none */
};

struct sorted_rows *
sorted_rows_new(enum sorted_by by, int64_t limit_n, size_t round_n)
{
	struct sorted_rows *rows = memory_alloc(1, sizeof(*rows));

	rows->by = by;
	rows->left_n = limit_n;
	rows->round_n = round_n;
	return rows;
}

static void
drop_from(struct sorted_rows *rows, size_t first)
{
	for (size_t i = first; i < rows->n; i++)
		free(rows->items[i].texts);
	if (first < rows->n)
		rows->n = first;
}

void
sorted_rows_free(struct sorted_rows *rows)
{
	drop_from(rows, 0);
	free(rows->items);
	free(rows->last.texts);
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

static int (*const orders[])(const void *a, const void *b) = {
    [SORTED_BY_LAST_SEEN] = compare_last_seen,
    [SORTED_BY_FIRST_SEEN] = compare_first_seen,
    [SORTED_BY_CLIENT] = compare_keys,
};

static size_t
most(const struct sorted_rows *rows)
{
	return (uint64_t)rows->left_n < rows->round_n ? (size_t)rows->left_n
						      : rows->round_n;
}

static void
sort(struct sorted_rows *rows)
{
	if (rows->n > 0)
		qsort(rows->items, rows->n, sizeof(*rows->items),
		    orders[rows->by]);
	if (rows->n > most(rows)) {
		rows->dropped = true;
		drop_from(rows, most(rows));
	}
}

/* ---- Rows ---- */

/* The texts of the result belong to the row. */
static struct kept
borrow(const struct store_row *row)
{
	return (struct kept){
	    .kind = row->key.kind,
	    .record = row->record,
	    .client = row->key.client,
	    .sender = row->key.sender,
	    .recipient = row->key.recipient,
	};
}

static void
copy_texts(struct kept *kept)
{
	size_t client_n = strlen(kept->client) + 1;
	size_t sender_n = strlen(kept->sender) + 1;
	size_t recipient_n = strlen(kept->recipient) + 1;

	kept->texts = memory_alloc(client_n + sender_n + recipient_n, 1);
	kept->client = memcpy(kept->texts, kept->client, client_n);
	kept->sender = memcpy(kept->texts + client_n, kept->sender, sender_n);
	kept->recipient = memcpy(kept->texts + client_n + sender_n,
	    kept->recipient, recipient_n);
}

void
sorted_rows_add(struct sorted_rows *rows, const struct store_row *row)
{
	struct kept kept = borrow(row);

	if (rows->last.texts != NULL &&
	    orders[rows->by](&kept, &rows->last) <= 0)
		return;
	copy_texts(&kept);
	rows->items = memory_grow(rows->items, rows->n, sizeof(*rows->items));
	rows->items[rows->n++] = kept;
	if (rows->n > SPARE_ROWS && rows->n / 2 > most(rows))
		sort(rows);
}

static void
visit_kept(const struct kept *kept, sorted_rows_fn *visit, void *arg)
{
	static struct store_row row; /* large */

	row.key.kind = kept->kind;
	strcpy(row.key.client, kept->client);
	strcpy(row.key.sender, kept->sender);
	strcpy(row.key.recipient, kept->recipient);
	row.record = kept->record;
	visit(&row, arg);
}

/* Remember the last row, and begin another round. */
static void
end_round(struct sorted_rows *rows)
{
	if (rows->n > 0) {
		free(rows->last.texts);
		rows->last = rows->items[--rows->n];
	}
	drop_from(rows, 0);
	rows->dropped = false;
}

bool
sorted_rows_each(struct sorted_rows *rows, sorted_rows_fn *visit, void *arg)
{
	bool more;

	sort(rows);
	for (size_t i = 0; i < rows->n; i++)
		visit_kept(&rows->items[i], visit, arg);
	rows->left_n -= (int64_t)rows->n;
	more = rows->dropped && rows->left_n > 0;
	end_round(rows);
	return more;
}
