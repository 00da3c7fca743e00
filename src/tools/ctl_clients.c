/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* tardigrey clients list, forget */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/key.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/client_argument.h"
#include "tools/ctl.h"
#include "tools/show.h"
#include "tools/row_state.h"
#include "tools/walk.h"

/* ---- Listing ---- */

static const struct column columns[] = {
    {"client", COLUMN_TEXT},
    {"sender", COLUMN_TEXT},
    {"retried", COLUMN_NUMBER},
    {"state", COLUMN_TEXT},
    {"triplets", COLUMN_NUMBER},
    {"waiting", COLUMN_NUMBER},
    {"passed", COLUMN_NUMBER},
    {"first_seen", COLUMN_TIME},
    {"last_seen", COLUMN_TIME},
    {"expires", COLUMN_TIME},
};

/* What is remembered of one client, or of a pool for one domain of senders. */
struct sum {
	bool begun, has_proof;
	struct record proof; /* if has_proof */
	int64_t triplets_n, passed_n;
	int64_t first_seen_s, last_seen_s, expires_s;
};

/* The rows of one client come one after the other, for keys begin with it.
 * Those of a pool for a domain are among its triplets, and printed as they
 * come. */
struct roll {
	struct table table;
	const struct engine_rules *rules;
	int64_t now_s;
	bool whitelisted; /* nobody else */
	int64_t limit_n;
	char client[KEY_CLIENT_SIZE]; /* of the sum */
	struct sum sum;
};

static void
add(struct sum *sum, const struct store_row *row)
{
	const struct record *record = &row->record;

	if (!sum->begun || record->first_seen_s < sum->first_seen_s)
		sum->first_seen_s = record->first_seen_s;
	if (!sum->begun || record->last_seen_s > sum->last_seen_s)
		sum->last_seen_s = record->last_seen_s;
	if (!sum->begun || record->expires_s > sum->expires_s)
		sum->expires_s = record->expires_s;
	sum->begun = true;
	if (key_kind_is_triplet(row->key.kind)) {
		sum->triplets_n++;
		sum->passed_n += record->passed_s != 0;
	} else {
		sum->has_proof = true;
		sum->proof = *record;
	}
}

static void
put_proof(struct roll *roll, const struct sum *sum)
{
	table_number(&roll->table, sum->has_proof ? sum->proof.passed_n : -1);
	table_text(&roll->table,
	    sum->has_proof ? row_state_of_auto_whitelist(&sum->proof,
				 roll->rules, roll->now_s)
			   : NULL);
}

static void
put_triplets(struct roll *roll, const struct sum *sum)
{
	int64_t n = sum->triplets_n;

	table_number(&roll->table, n > 0 ? n : -1);
	table_number(&roll->table, n > 0 ? n - sum->passed_n : -1);
	table_number(&roll->table, n > 0 ? sum->passed_n : -1);
}

static void
print_sum(struct roll *roll, const char *client, const char *sender,
    const struct sum *sum)
{
	if (!sum->begun || roll->limit_n == 0)
		return;
	if (roll->whitelisted &&
	    !(sum->has_proof &&
		row_state_whitelists(&sum->proof, roll->rules, roll->now_s)))
		return;
	table_text(&roll->table, client);
	table_text(&roll->table, sender);
	put_proof(roll, sum);
	put_triplets(roll, sum);
	table_number(&roll->table, sum->first_seen_s);
	table_number(&roll->table, sum->last_seen_s);
	table_number(&roll->table, sum->expires_s);
	roll->limit_n--;
}

static bool
add_row(const struct store_row *row, void *arg)
{
	const struct key *key = &row->key;
	struct roll *roll = arg;
	struct sum alone = {0};

	if (strcmp(roll->client, key->client) != 0) {
		print_sum(roll, roll->client, NULL, &roll->sum);
		strcpy(roll->client, key->client);
		roll->sum = (struct sum){0};
	}
	if (key_kind_is_triplet(key->kind) || key->sender[0] == '\0') {
		add(&roll->sum, row);
	} else {
		add(&alone, row);
		print_sum(roll, key->client, key->sender, &alone);
	}
	return roll->limit_n > 0;
}

int
ctl_clients_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct roll roll = {
	    .rules = &ctl->config.rules,
	    .now_s = clock_now_s(),
	    .whitelisted = ctl_value(arguments, "whitelisted") != NULL,
	    .limit_n = INT64_MAX,
	};
	struct store *store;
	int rc;

	if (ctl_value_number(arguments, "limit", &roll.limit_n) != 0)
		return CTL_USAGE;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	table_begin(&roll.table, columns, sizeof(columns) / sizeof(columns[0]),
	    ctl->form);
	rc = walk_rows(store, NULL, add_row, &roll);
	if (rc == 0)
		print_sum(&roll, roll.client, NULL, &roll.sum);
	table_end(&roll.table);
	store_close(store);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- Forgetting ---- */

#define BATCH_ROWS 500

struct forgetting {
	struct store *store;
	struct client_argument client;
	struct key *triplets; /* the batch */
	struct store_change changes[BATCH_ROWS];
	size_t n, proofs_n;                   /* in the batch; of them proofs */
	int64_t forgotten_n, whitelistings_n; /* the latter among the former */
	bool failed;
};

static void
apply_batch(struct forgetting *forgetting)
{
	struct err err;

	if (forgetting->n > 0 &&
	    forgetting->store->records->apply(forgetting->store,
		forgetting->changes, forgetting->n, &err) != STORE_OK) {
		ctl_complain("%s; run it again", err.text);
		forgetting->failed = true;
		return;
	}
	forgetting->forgotten_n += (int64_t)forgetting->n;
	forgetting->whitelistings_n += (int64_t)forgetting->proofs_n;
	forgetting->n = forgetting->proofs_n = 0;
}

static bool
forget_row(const struct store_row *row, void *arg)
{
	struct forgetting *forgetting = arg;
	struct key *triplet = &forgetting->triplets[forgetting->n];
	struct client_argument client;
	struct err err;

	if (client_argument_parse(row->key.client, &client, &err) != 0 ||
	    !client_argument_owns(&forgetting->client, &client))
		return true;
	*triplet = row->key;
	forgetting->changes[forgetting->n++] = (struct store_change){
	    .key = triplet,
	    .change = {.how = CHANGE_FORGET},
	};
	forgetting->proofs_n += !key_kind_is_triplet(triplet->kind);
	if (forgetting->n == BATCH_ROWS)
		apply_batch(forgetting);
	return !forgetting->failed;
}

static void
report(const struct ctl *ctl, const char *client,
    const struct forgetting *forgetting)
{
	static const struct column done[] = {
	    {"client", COLUMN_TEXT},
	    {"triplets", COLUMN_NUMBER},
	    {"whitelistings", COLUMN_NUMBER},
	};
	int64_t whitelistings_n = forgetting->whitelistings_n;
	int64_t triplets_n = forgetting->forgotten_n - whitelistings_n;
	bool is_address = forgetting->client.pool[0] == '\0' &&
	    !forgetting->client.is_network;
	struct table table;

	if (!ctl->json) {
		printf("%" PRId64 " triplet%s and %" PRId64
		       " automatic whitelisting%s of %s%s forgotten\n",
		    triplets_n, show_plural(triplets_n), whitelistings_n,
		    show_plural(whitelistings_n), client,
		    is_address ? " and its network" : "");
		return;
	}
	table_begin(&table, done, 3, TABLE_JSON);
	table_text(&table, client);
	table_number(&table, triplets_n);
	table_number(&table, whitelistings_n);
	table_end(&table);
}

static void
forget_all(struct forgetting *forgetting)
{
	forgetting->triplets =
	    ctl_alloc(BATCH_ROWS, sizeof(*forgetting->triplets));
	if (walk_rows(forgetting->store, NULL, forget_row, forgetting) != 0)
		forgetting->failed = true;
	if (!forgetting->failed)
		apply_batch(forgetting);
	free(forgetting->triplets);
}

int
ctl_clients_forget(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct forgetting forgetting; /* large */
	char client[KEY_CLIENT_SIZE];
	struct err err;

	if (client_argument_parse(arguments->items[0], &forgetting.client,
		&err) != 0)
		return ctl_misused(arguments, "%s", err.text);
	client_argument_format(&forgetting.client, client);
	forgetting.store = ctl_open_store(ctl);
	if (forgetting.store == NULL)
		return CTL_REFUSED;
	forget_all(&forgetting);
	store_close(forgetting.store);
	if (!forgetting.failed && forgetting.forgotten_n == 0)
		ctl_complain("nothing is remembered of %s", client);
	else
		report(ctl, client, &forgetting);
	return !forgetting.failed && forgetting.forgotten_n > 0 ? CTL_DONE
								: CTL_REFUSED;
}
