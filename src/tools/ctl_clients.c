/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_clients: tardigrey clients list, clients forget. */
#include <inttypes.h>
#include <stdlib.h>

#include "decide/admin_change.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/client_argument.h"
#include "tools/client_sums.h"
#include "tools/ctl.h"
#include "tools/memory.h"
#include "tools/report.h"
#include "tools/row_state.h"
#include "tools/show.h"
#include "tools/table.h"
#include "tools/walk.h"
#include "lists/wide_pattern.h"

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
#define COLUMNS_N (sizeof(columns) / sizeof(columns[0]))

struct choice {
	struct table table;
	const struct engine_rules *rules;
	int64_t now_s;
	bool whitelisted; /* print auto-whitelisted clients only */
	int64_t limit_n;
};

static void
put_auto_whitelist(struct choice *choice, const struct client_sum *sum)
{
	const struct record *record = &sum->auto_whitelist;

	if (!sum->has_auto_whitelist) {
		table_number(&choice->table, -1);
		table_text(&choice->table, NULL);
		return;
	}
	table_number(&choice->table, record->passed_n);
	table_text(&choice->table,
	    row_state_of_auto_whitelist(record, choice->rules, choice->now_s));
}

static void
put_triplets(struct table *table, const struct client_sum *sum)
{
	int64_t n = sum->triplets_n;

	table_number(table, n > 0 ? n : -1);
	table_number(table, n > 0 ? n - sum->passed_n : -1);
	table_number(table, n > 0 ? sum->passed_n : -1);
}

static bool
is_whitelisted(const struct client_sum *sum, const struct choice *choice)
{
	struct auto_whitelist_rules rules =
	    engine_rules_auto_whitelist(choice->rules);

	return sum->has_auto_whitelist &&
	    auto_whitelist_passes(&sum->auto_whitelist, choice->now_s, &rules);
}

static bool
print_chosen(const struct client_sum *sum, void *arg)
{
	struct choice *choice = arg;

	if (choice->limit_n == 0)
		return false;
	if (choice->whitelisted && !is_whitelisted(sum, choice))
		return true;
	table_text(&choice->table, sum->client);
	table_text(&choice->table, sum->domain);
	put_auto_whitelist(choice, sum);
	put_triplets(&choice->table, sum);
	table_number(&choice->table, sum->first_seen_s);
	table_number(&choice->table, sum->last_seen_s);
	table_number(&choice->table, sum->expires_s);
	return --choice->limit_n > 0;
}

static bool
add_row(const struct store_row *row, void *arg)
{
	client_sums_add(arg, row);
	return true;
}

int
ctl_clients_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct choice choice = {
	    .rules = &ctl->config.rules,
	    .now_s = clock_now_s(),
	    .whitelisted = ctl_value(arguments, "whitelisted") != NULL,
	    .limit_n = INT64_MAX,
	};
	struct client_sums *sums;
	struct store *store;
	int rc;

	if (ctl_value_number(arguments, "limit", &choice.limit_n) != 0)
		return CTL_USAGE;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	sums = client_sums_new();
	rc = walk_rows(store, add_row, sums);
	store_close(store);
	if (rc == 0) {
		table_begin(&choice.table, columns, COLUMNS_N, ctl->form);
		client_sums_each(sums, print_chosen, &choice);
		table_end(&choice.table);
	}
	client_sums_free(sums);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- Forgetting ---- */

#define BATCH_ROWS 500

struct forgetting {
	struct store *store; /* borrowed */
	struct client_argument client;
	/* The batch, and how many of its keys are triplets. */
	struct key *keys; /* owned */
	struct store_change changes[BATCH_ROWS];
	size_t n, batch_triplets_n;
	/* The records that are removed. */
	int64_t triplets_n, auto_whitelist_n;
	bool failed;
};

static void
apply_batch(struct forgetting *forgetting)
{
	struct err err;

	if (forgetting->n > 0 &&
	    forgetting->store->records->apply(forgetting->store,
		forgetting->changes, forgetting->n, &err) != STORE_OK) {
		complain("%s; run the command again", err.text);
		forgetting->failed = true;
		return;
	}
	forgetting->triplets_n += (int64_t)forgetting->batch_triplets_n;
	forgetting->auto_whitelist_n +=
	    (int64_t)(forgetting->n - forgetting->batch_triplets_n);
	forgetting->n = forgetting->batch_triplets_n = 0;
}

static bool
forget_row(const struct store_row *row, void *arg)
{
	struct forgetting *forgetting = arg;
	struct store_change *change = &forgetting->changes[forgetting->n];
	struct key *key = &forgetting->keys[forgetting->n];
	struct client_argument client;
	struct err err;

	if (key_kind_is_correspondent(row->key.kind) ||
	    client_argument_parse(row->key.client, &client, &err) != 0 ||
	    !client_argument_owns(&forgetting->client, &client))
		return true;
	*key = row->key;
	change->key = key;
	admin_change_forget(&change->change);
	forgetting->n++;
	forgetting->batch_triplets_n += key_kind_is_triplet(key->kind);
	if (forgetting->n == BATCH_ROWS)
		apply_batch(forgetting);
	return !forgetting->failed;
}

static void
forget_all(struct forgetting *forgetting)
{
	forgetting->keys = memory_alloc(BATCH_ROWS, sizeof(*forgetting->keys));
	if (walk_rows(forgetting->store, forget_row, forgetting) != 0)
		forgetting->failed = true;
	if (!forgetting->failed)
		apply_batch(forgetting);
	free(forgetting->keys);
}

static void
report(const struct ctl *ctl, const char *client,
    const struct forgetting *forgetting)
{
	int64_t triplets_n = forgetting->triplets_n;
	int64_t auto_whitelist_n = forgetting->auto_whitelist_n;
	bool is_address = forgetting->client.pool[0] == '\0' &&
	    !forgetting->client.is_network;
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "client", client);
	report_number(&report, "triplets", triplets_n);
	report_number(&report, "auto_whitelist_records", auto_whitelist_n);
	report_line(&report,
	    "%" PRId64 " triplet%s and %" PRId64
	    " auto-whitelist record%s of %s%s removed",
	    triplets_n, show_plural(triplets_n), auto_whitelist_n,
	    show_plural(auto_whitelist_n), client,
	    is_address ? " and its network" : "");
	report_end(&report);
}

static int
check_size(const struct ctl_arguments *arguments,
    const struct client_argument *client)
{
	unsigned min_bits = client->address.family == NETADDR_IPV4
	    ? WIDE_IPV4_PREFIX
	    : WIDE_IPV6_PREFIX;

	if (client->pool[0] != '\0' || client->prefix_bits >= min_bits ||
	    ctl_value(arguments, "yes") != NULL)
		return CTL_DONE;
	complain("%s is a large network: to remove the records of all its "
		 "clients, repeat the command with --yes",
	    arguments->items[0]);
	return CTL_USAGE;
}

int
ctl_clients_forget(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct forgetting forgetting; /* large */
	char client[KEY_CLIENT_SIZE];
	struct err err;
	bool found;

	if (client_argument_parse(arguments->items[0], &forgetting.client,
		&err) != 0)
		return ctl_misused(arguments, "%s", err.text);
	if (check_size(arguments, &forgetting.client) != CTL_DONE)
		return CTL_USAGE;
	client_argument_format(&forgetting.client, client);
	forgetting.store = ctl_open_store(ctl);
	if (forgetting.store == NULL)
		return CTL_REFUSED;
	forget_all(&forgetting);
	store_close(forgetting.store);
	found = forgetting.triplets_n > 0 || forgetting.auto_whitelist_n > 0;
	if (found || forgetting.failed)
		report(ctl, client, &forgetting);
	else
		complain("there are no records of %s", client);
	return found && !forgetting.failed ? CTL_DONE : CTL_REFUSED;
}
