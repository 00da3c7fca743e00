/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_triplets: tardigrey triplets list, approve, forget. */
#include <stdio.h>
#include <string.h>

#include "decide/admin_change.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/client_argument.h"
#include "tools/ctl.h"
#include "tools/mail_argument.h"
#include "tools/pool_rows.h"
#include "tools/report.h"
#include "tools/row_state.h"
#include "tools/sorted_rows.h"
#include "tools/table.h"
#include "tools/triplet_argument.h"
#include "tools/walk.h"

/* ---- Listing ---- */

/* Without --long, the first COLUMNS_SHORT_N columns. */
#define COLUMNS_SHORT_N 5
static const struct column columns[] = {
    {"reference", COLUMN_WORD},
    {"state", COLUMN_WORD},
    {"client", COLUMN_WORD},
    {"sender", COLUMN_TEXT},
    {"recipient", COLUMN_TEXT},
    {"first_seen", COLUMN_TIME},
    {"last_seen", COLUMN_TIME},
    {"passed", COLUMN_TIME},
    {"deferred", COLUMN_NUMBER},
    {"passes", COLUMN_NUMBER},
    {"expires", COLUMN_TIME},
};
#define COLUMNS_N (sizeof(columns) / sizeof(columns[0]))

struct choice {
	struct table table;
	const struct engine_rules *rules;
	int64_t now_s;
	bool waiting, passed; /* both: all triplets, expired ones too */
	bool has_client;
	struct client_argument client;
	struct mail_glob sender, recipient;
	bool is_long;
	int64_t limit_n;
	enum sorted_by by;
	struct sorted_rows *rows; /* owned by print_chosen() */
	struct pool_rows *pools;  /* owned */
	bool found;               /* any triplet was chosen */
};

static bool
is_chosen_state(const struct record *record, const char *state,
    const struct choice *choice)
{
	if (choice->waiting && choice->passed)
		return true;
	return strcmp(state, "expired") != 0 &&
	    (record->passed_s != 0) == choice->passed;
}

static bool
is_of_client(const struct key *triplet, const struct choice *choice)
{
	struct client_argument client;
	struct err err;

	return !choice->has_client ||
	    (client_argument_parse(triplet->client, &client, &err) == 0 &&
		client_argument_overlaps(&client, &choice->client));
}

/* A message with several rows has one line: that of its pool, unless --client
 * selects a network. */
static bool
is_line_of_mail(const struct store_row *row, const struct choice *choice)
{
	return choice->has_client || !pool_rows_cover(choice->pools, row);
}

static void
print_row(const struct store_row *row, void *arg)
{
	struct choice *choice = arg;
	struct table *table = &choice->table;
	const struct record *record = &row->record;
	char reference[REFERENCE_SIZE];

	pool_rows_reference(choice->pools, row, reference);
	table_text(table, reference);
	table_text(table,
	    choice->is_long ? row_state_of_triplet(row_state_class(&row->key),
				  record, choice->rules, choice->now_s)
			    : row_state_with_time(row_state_class(&row->key),
				  record, choice->rules, choice->now_s));
	table_text(table, row->key.client);
	table_text(table, row->key.sender);
	table_text(table, row->key.recipient);
	if (!choice->is_long)
		return;
	table_number(table, record->first_seen_s);
	table_number(table, record->last_seen_s);
	table_number(table, record->passed_s);
	table_number(table, record->deferred_n);
	table_number(table, record->passed_n);
	table_number(table, record->expires_s);
}

static bool
keep_chosen(const struct store_row *row, void *arg)
{
	struct choice *choice = arg;
	const char *state = row_state_of_triplet(row_state_class(&row->key),
	    &row->record, choice->rules, choice->now_s);

	if (key_kind_is_triplet(row->key.kind) &&
	    is_chosen_state(&row->record, state, choice) &&
	    is_of_client(&row->key, choice) &&
	    mail_argument_matches(&choice->sender, row->key.sender) &&
	    mail_argument_matches(&choice->recipient, row->key.recipient) &&
	    is_line_of_mail(row, choice)) {
		sorted_rows_add(choice->rows, row);
		choice->found = true;
	}
	return true;
}

static int
read_order(const struct ctl_arguments *arguments, enum sorted_by *by)
{
	static const char *const words[] = {
	    [SORTED_BY_LAST_SEEN] = "newest",
	    [SORTED_BY_FIRST_SEEN] = "oldest",
	    [SORTED_BY_CLIENT] = "client",
	};
	const char *text = ctl_value(arguments, "sort");

	for (size_t i = 0; text != NULL && i < 3; i++)
		if (strcmp(text, words[i]) == 0) {
			*by = (enum sorted_by)i;
			return CTL_DONE;
		}
	if (text == NULL)
		return CTL_DONE;
	return ctl_misused(arguments,
	    "--sort: unknown order: \"%s\" (write newest, oldest or client)",
	    text);
}

static int
read_choice(const struct ctl *ctl, const struct ctl_arguments *arguments,
    struct choice *out)
{
	const char *client = ctl_value(arguments, "client");
	struct err err;

	*out = (struct choice){
	    .rules = &ctl->config.rules,
	    .now_s = clock_now_s(),
	    .waiting = ctl_value(arguments, "waiting") != NULL,
	    .passed = ctl_value(arguments, "passed") != NULL,
	    .has_client = client != NULL,
	    .is_long = ctl->form == OUTPUT_JSON ||
		ctl_value(arguments, "long") != NULL,
	    .limit_n = INT64_MAX,
	};
	if (out->waiting)
		out->by = SORTED_BY_FIRST_SEEN;
	mail_argument_glob(ctl_value(arguments, "sender"), &out->sender);
	mail_argument_glob(ctl_value(arguments, "recipient"), &out->recipient);
	if (out->waiting && out->passed)
		return ctl_misused(arguments,
		    "--waiting and --passed cannot be combined");
	if (!out->waiting && !out->passed)
		out->waiting = out->passed = true;
	if (client != NULL &&
	    client_argument_parse(client, &out->client, &err) != 0)
		return ctl_misused(arguments, "--client: %s", err.text);
	if (ctl_value_number(arguments, "limit", &out->limit_n) != 0)
		return CTL_USAGE;
	return read_order(arguments, &out->by);
}

/* Returns 0, or -1 after a complaint. */
static int
print_chosen(const struct ctl *ctl, struct choice *choice, struct store *store)
{
	int rc;

	choice->rows =
	    sorted_rows_new(choice->by, choice->limit_n, SORTED_ROWS_ROUND);
	table_begin(&choice->table, columns,
	    choice->is_long ? COLUMNS_N : COLUMNS_SHORT_N, ctl->form);
	if (!choice->is_long)
		table_fit(&choice->table);
	do
		rc = walk_rows(store, keep_chosen, choice);
	while (rc == 0 && !ferror(stdout) &&
	    sorted_rows_each(choice->rows, print_row, choice));
	table_end(&choice->table);
	sorted_rows_free(choice->rows);
	return rc;
}

/* If nothing was printed because requests cannot have this pool, say so. */
static int
check_found(const struct ctl *ctl, const struct choice *choice)
{
	struct err err;

	if (choice->found || !choice->has_client ||
	    client_argument_check_pool(&choice->client, &ctl->config.rules.keys,
		&err) == 0)
		return CTL_DONE;
	complain("%s", err.text);
	return CTL_REFUSED;
}

int
ctl_triplets_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct choice choice;
	struct store *store;
	int status = read_choice(ctl, arguments, &choice);

	if (status != CTL_DONE)
		return status;
	store = ctl_open_store_to_read(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	choice.pools = pool_rows_read(store, choice.rules, choice.now_s);
	if (choice.pools == NULL || print_chosen(ctl, &choice, store) != 0)
		status = CTL_REFUSED;
	pool_rows_free(choice.pools);
	store_close(store);
	return status == CTL_DONE ? check_found(ctl, &choice) : status;
}

/* ---- Changing one ---- */

static int
apply(struct store *store, const struct key *triplet,
    const struct change *change)
{
	const struct store_change item = {.key = triplet, .change = *change};
	struct err err;

	if (store->records->apply(store, &item, 1, &err) == STORE_OK)
		return CTL_DONE;
	complain("%s; run the command again", err.text);
	return CTL_REFUSED;
}

static void
report(const struct ctl *ctl, const char *done, const char *sentence,
    const struct key *triplet)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "done", done);
	report_text(&report, "client", triplet->client);
	report_text(&report, "sender", triplet->sender);
	report_text(&report, "recipient", triplet->recipient);
	report_line(&report, "%s: %s %s %s", sentence, triplet->client,
	    triplet->sender, triplet->recipient);
	report_end(&report);
}

/* Refuse a new record that no request could find. */
static int
check_client(const struct ctl *ctl, const struct key *triplet)
{
	const struct key_rules *rules = &ctl->config.rules.keys;
	struct client_argument client;
	struct err err;

	if (client_argument_parse(triplet->client, &client, &err) == 0 &&
	    client_argument_check_network(&client, rules, &err) == 0 &&
	    client_argument_check_pool(&client, rules, &err) == 0)
		return CTL_DONE;
	complain("%s", err.text);
	return CTL_REFUSED;
}

static int
approve(struct ctl *ctl, const struct ctl_arguments *arguments,
    struct store *store)
{
	struct store_answer answer;
	struct key triplet;
	struct change change;
	int status =
	    triplet_argument_find(ctl, store, arguments, &triplet, &answer);

	if (status == CTL_DONE && !answer.found)
		status = check_client(ctl, &triplet);
	if (status != CTL_DONE)
		return status;
	admin_change_approve(answer.found ? &answer.record : NULL,
	    clock_now_s(), &ctl->config.rules.greylist, &change);
	if (change.how == CHANGE_NONE) {
		report(ctl, "nothing", "has passed already", &triplet);
		return CTL_DONE;
	}
	status = apply(store, &triplet, &change);
	if (status == CTL_DONE)
		report(ctl, "approved", "passes from now on", &triplet);
	return status;
}

struct forgetting {
	struct ctl *ctl;
	struct store *store;
	int status;
};

static bool
forget_row(const struct store_row *row, void *arg)
{
	struct forgetting *forgetting = arg;
	struct change change;

	admin_change_forget(&change);
	forgetting->status = apply(forgetting->store, &row->key, &change);
	if (forgetting->status == CTL_DONE)
		report(forgetting->ctl, "removed", "removed", &row->key);
	return forgetting->status == CTL_DONE;
}

/* A reference names a message: remove the rows of its pool and its networks. */
static int
forget(struct ctl *ctl, const struct ctl_arguments *arguments,
    struct store *store)
{
	struct forgetting forgetting = {ctl, store, CTL_DONE};
	static struct store_row row; /* large */
	struct store_answer answer;
	int status =
	    triplet_argument_find(ctl, store, arguments, &row.key, &answer);

	if (status == CTL_DONE && !answer.found) {
		complain("there is no record of %s %s %s", row.key.client,
		    row.key.sender, row.key.recipient);
		status = CTL_REFUSED;
	}
	if (status != CTL_DONE)
		return status;
	row.record = answer.record;
	if (arguments->n > 1)
		forget_row(&row, &forgetting);
	else if (pool_rows_of_mail(store, &row, forget_row, &forgetting) != 0)
		return CTL_REFUSED;
	return forgetting.status;
}

static int
with_store(struct ctl *ctl, const struct ctl_arguments *arguments,
    int (*change)(struct ctl *ctl, const struct ctl_arguments *arguments,
	struct store *store))
{
	struct store *store = ctl_open_store(ctl);
	int status = CTL_REFUSED;

	if (store != NULL)
		status = change(ctl, arguments, store);
	store_close(store);
	return status;
}

int
ctl_triplets_approve(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return with_store(ctl, arguments, approve);
}

int
ctl_triplets_forget(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	return with_store(ctl, arguments, forget);
}
