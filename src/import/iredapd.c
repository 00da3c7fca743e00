/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/iredapd.h"

#include <string.h>

enum { TRACKING, WHITELISTS, WHITELIST_DOMAIN_SPF, SETTINGS, TABLES };

static const struct sql_table tables[TABLES] = {
    [TRACKING] = {"greylisting_tracking",
	{"client_address", "sender", "recipient", "init_time", "record_expired",
	    "passed"}},
    [WHITELISTS] = {"greylisting_whitelists", {"account", "sender"}},
    [WHITELIST_DOMAIN_SPF] = {"greylisting_whitelist_domain_spf",
	{"account", "sender"}},
    [SETTINGS] = {"greylisting", {"account", "sender", "active"}},
};

/* GREYLISTING_AUTH_TRIPLET_EXPIRE. A pass moves the end of the record to this
 * time after it. */
#define LIFETIME_S (30 * 86400)

static enum foreign_result
triplet(const char *const values[], struct foreign *out)
{
	enum foreign_result result =
	    sql_program_triplet(values[0], values[1], values[2], out);
	int64_t expires_s, passed;

	if (sql_program_number(values[3], &out->first_seen_s) != 0 ||
	    sql_program_number(values[4], &expires_s) != 0 ||
	    sql_program_number(values[5], &passed) != 0)
		return FOREIGN_MALFORMED;
	out->last_seen_s = out->first_seen_s;
	if (passed == 0)
		return result;
	if (expires_s - LIFETIME_S > out->first_seen_s)
		out->last_seen_s = expires_s - LIFETIME_S;
	out->passed_s = out->last_seen_s;
	return result;
}

static int
give_tracking(const struct sql_row *row,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	enum foreign_result result = triplet(row->values, &foreign);

	if (sql_program_give(result, &foreign, take, arg) != 0)
		return -1;
	if (result != FOREIGN_TAKEN || foreign.passed_s == 0)
		return 0;
	foreign.kind = FOREIGN_CLIENT;
	foreign.retries_n = settings->retries_n;
	return take(arg, &foreign, FOREIGN_TAKEN);
}

/* ---- Rules ---- */

static bool
is_all(const char *account)
{
	return strcmp(account, "@.") == 0;
}

/* The pattern of an address: without the "@" of "@domain" and "@.domain". */
static const char *
pattern_of(const char *address)
{
	if (address[0] != '@')
		return address;
	return address[1] == '.' ? address + 2 : address + 1;
}

/* A rule for all recipients lists senders or clients. */
static enum foreign_result
sender_entry(const char *sender, struct foreign *out)
{
	enum list_kind list =
	    strchr(sender, '@') != NULL ? LIST_SENDER : LIST_CLIENT;
	size_t n = strlen(sender);
	char network[FOREIGN_CLIENT_SIZE];

	if (n > 2 && strcmp(sender + n - 2, ".*") == 0 &&
	    foreign_copy(network, sizeof(network), sender, n - 2) == 0)
		sender = network;
	return foreign_entry(list, true, pattern_of(sender), out);
}

static enum foreign_result
rule(const char *account, const char *sender, bool is_greylisted,
    struct foreign *out)
{
	if (account == NULL || sender == NULL)
		return FOREIGN_MALFORMED;
	if (is_all(account) && !is_all(sender) && !is_greylisted)
		return sender_entry(sender, out);
	if (is_all(account) || !is_all(sender))
		return FOREIGN_NO_ENTRY;
	return foreign_entry(LIST_RECIPIENT, !is_greylisted,
	    pattern_of(account), out);
}

static int
give(const struct sql_row *row, const struct foreign_settings *settings,
    foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	const char *const *values = row->values;
	bool is_greylisted = false;

	if (row->table == TRACKING)
		return give_tracking(row, settings, take, arg);
	if (row->table == SETTINGS)
		is_greylisted =
		    values[2] != NULL && strcmp(values[2], "0") != 0;
	/* iRedAPD's own first rule: greylist all mail. */
	if (is_greylisted && values[0] != NULL && is_all(values[0]) &&
	    values[1] != NULL && is_all(values[1]))
		return 0;
	return sql_program_give(rule(values[0], values[1], is_greylisted,
				    &foreign),
	    &foreign, take, arg);
}

const struct sql_program iredapd_program = {
    .tables = tables,
    .tables_n = TABLES,
    .row = give,
};
