/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/policyd.h"

#include <string.h>
#include <strings.h>

enum { TRACKING, AUTO_WHITELIST, WHITELIST, TABLES };

static const struct sql_table tables[TABLES] = {
    [TRACKING] = {"greylisting_tracking",
	{"TrackKey", "Sender", "Recipient", "FirstSeen", "LastUpdate",
	    "Count"}},
    [AUTO_WHITELIST] = {"greylisting_autowhitelist",
	{"TrackKey", "Added", "LastSeen"}},
    [WHITELIST] = {"greylisting_whitelist", {"Source", "Disabled"}},
};

/* What follows "SenderIP:". The first versions wrote only that. */
static const char *
client_of(const char *key)
{
	static const char prefix[] = "SenderIP:";
	size_t n = sizeof(prefix) - 1;

	if (key == NULL)
		return "";
	return strncasecmp(key, prefix, n) == 0 ? key + n : key;
}

static enum foreign_result
triplet(const char *const values[], struct foreign *out)
{
	enum foreign_result result = sql_program_triplet(client_of(values[0]),
	    values[1], values[2], out);
	int64_t passed_n;

	if (sql_program_number(values[3], &out->first_seen_s) != 0 ||
	    sql_program_number(values[4], &out->last_seen_s) != 0 ||
	    sql_program_number(values[5], &passed_n) != 0)
		return FOREIGN_MALFORMED;
	out->passed_s = passed_n > 0 ? out->last_seen_s : 0;
	return result;
}

static enum foreign_result
client(const char *const values[], const struct foreign_settings *settings,
    struct foreign *out)
{
	enum foreign_result result =
	    sql_program_client(client_of(values[0]), settings->retries_n, out);

	if (sql_program_number(values[1], &out->first_seen_s) != 0 ||
	    sql_program_number(values[2], &out->last_seen_s) != 0)
		return FOREIGN_MALFORMED;
	out->passed_s = out->first_seen_s;
	return result;
}

static int
give(const struct sql_row *row, const struct foreign_settings *settings,
    foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	enum foreign_result result = FOREIGN_MALFORMED;

	if (row->table == TRACKING)
		result = triplet(row->values, &foreign);
	else if (row->table == AUTO_WHITELIST)
		result = client(row->values, settings, &foreign);
	else if (row->values[1] != NULL && strcmp(row->values[1], "0") != 0)
		return 0; /* the administrator has disabled it */
	else
		result = foreign_entry(LIST_CLIENT, true,
		    client_of(row->values[0]), &foreign);
	return sql_program_give(result, &foreign, take, arg);
}

const struct sql_program policyd_program = {
    .tables = tables,
    .tables_n = TABLES,
    .row = give,
};
