/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* tardigrey clients list, forget */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_open.h"
#include "tools/client.h"
#include "tools/ctl.h"
#include "tools/show.h"
#include "tools/walk.h"

/* ---- Listing ---- */

static const struct column columns[] = {
    {"client", COLUMN_TEXT},
    {"triplets", COLUMN_NUMBER},
    {"waiting", COLUMN_NUMBER},
    {"passed", COLUMN_NUMBER},
    {"first_seen", COLUMN_TIME},
    {"last_seen", COLUMN_TIME},
};

/* The rows of one client come one after the other: keys begin with it. */
struct sum {
	struct table table;
	int64_t limit_n;
	char client[TRIPLET_CLIENT_SIZE];
	int64_t triplets_n, passed_n; /* 0: no client yet */
	int64_t first_seen_s, last_seen_s;
};

static void
print_sum(struct sum *sum)
{
	if (sum->triplets_n == 0 || sum->limit_n == 0)
		return;
	table_text(&sum->table, sum->client);
	table_number(&sum->table, sum->triplets_n);
	table_number(&sum->table, sum->triplets_n - sum->passed_n);
	table_number(&sum->table, sum->passed_n);
	table_number(&sum->table, sum->first_seen_s);
	table_number(&sum->table, sum->last_seen_s);
	sum->triplets_n = 0;
	sum->limit_n--;
}

static void
begin_sum(struct sum *sum, const struct store_row *row)
{
	print_sum(sum);
	strcpy(sum->client, row->triplet.client);
	sum->passed_n = 0;
	sum->first_seen_s = row->record.first_seen_s;
	sum->last_seen_s = row->record.last_seen_s;
}

static bool
add_row(const struct store_row *row, void *arg)
{
	struct sum *sum = arg;

	if (sum->triplets_n == 0 ||
	    strcmp(sum->client, row->triplet.client) != 0)
		begin_sum(sum, row);
	sum->triplets_n++;
	sum->passed_n += row->record.passed_s != 0;
	if (row->record.first_seen_s < sum->first_seen_s)
		sum->first_seen_s = row->record.first_seen_s;
	if (row->record.last_seen_s > sum->last_seen_s)
		sum->last_seen_s = row->record.last_seen_s;
	return sum->limit_n > 0;
}

int
ctl_clients_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct sum sum = {.limit_n = INT64_MAX};
	struct store *store;
	int rc;

	if (ctl_value_number(arguments, "limit", &sum.limit_n) != 0)
		return CTL_USAGE;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	table_begin(&sum.table, columns, sizeof(columns) / sizeof(columns[0]),
	    ctl->form);
	rc = walk_rows(store, NULL, add_row, &sum);
	if (rc == 0)
		print_sum(&sum);
	table_end(&sum.table);
	store_close(store);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- Forgetting ---- */

#define BATCH_ROWS 500

struct forgetting {
	struct store *store;
	struct triplet from; /* before all keys of the client */
	struct triplet *triplets;
	struct store_change changes[BATCH_ROWS];
	size_t n;
	int64_t forgotten_n;
	bool failed;
};

static void
apply_batch(struct forgetting *forgetting)
{
	struct err err;

	if (forgetting->n > 0 &&
	    forgetting->store->ops->apply(forgetting->store,
		forgetting->changes, forgetting->n, &err) != STORE_OK) {
		ctl_complain("%s; run it again", err.text);
		forgetting->failed = true;
		return;
	}
	forgetting->forgotten_n += (int64_t)forgetting->n;
	forgetting->n = 0;
}

static bool
forget_row(const struct store_row *row, void *arg)
{
	struct forgetting *forgetting = arg;
	struct triplet *triplet = &forgetting->triplets[forgetting->n];

	if (strcmp(row->triplet.client, forgetting->from.client) != 0)
		return false;
	*triplet = row->triplet;
	forgetting->changes[forgetting->n++] = (struct store_change){
	    .triplet = triplet,
	    .change = {.how = CHANGE_FORGET},
	};
	if (forgetting->n == BATCH_ROWS)
		apply_batch(forgetting);
	return !forgetting->failed;
}

static void
report(const struct ctl *ctl, const char *client, int64_t forgotten_n)
{
	static const struct column done[] = {
	    {"client", COLUMN_TEXT},
	    {"forgotten", COLUMN_NUMBER},
	};
	struct table table;

	if (!ctl->json) {
		printf("%" PRId64 " triplet%s of %s forgotten\n", forgotten_n,
		    show_plural(forgotten_n), client);
		return;
	}
	table_begin(&table, done, 2, TABLE_JSON);
	table_text(&table, client);
	table_number(&table, forgotten_n);
	table_end(&table);
}

int
ctl_clients_forget(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct forgetting forgetting; /* large */
	struct client client;
	struct err err;

	if (client_parse(arguments->items[0], &client, &err) != 0)
		return ctl_misused(arguments, "%s", err.text);
	client_key(&client, &ctl->config.rules.triplet, forgetting.from.client);
	forgetting.store = ctl_open_store(ctl);
	if (forgetting.store == NULL)
		return CTL_REFUSED;
	forgetting.triplets =
	    ctl_alloc(BATCH_ROWS, sizeof(*forgetting.triplets));
	if (walk_rows(forgetting.store, &forgetting.from, forget_row,
		&forgetting) != 0)
		forgetting.failed = true;
	if (!forgetting.failed)
		apply_batch(&forgetting);
	free(forgetting.triplets);
	store_close(forgetting.store);
	if (!forgetting.failed && forgetting.forgotten_n == 0)
		ctl_complain("nothing is remembered of %s",
		    forgetting.from.client);
	else
		report(ctl, forgetting.from.client, forgetting.forgotten_n);
	return !forgetting.failed && forgetting.forgotten_n > 0 ? CTL_DONE
								: CTL_REFUSED;
}
