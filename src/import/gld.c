/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/gld.h"

#include <string.h>

enum { GREYLIST, WHITELIST, TABLES };

static const struct sql_table tables[TABLES] = {
    [GREYLIST] = {"greylist",
	{"ip", "sender", "recipient", "first", "last", "n"}},
    [WHITELIST] = {"whitelist", {"mail"}},
};

/* gld writes this in place of the null sender. */
static const char null_sender[] = "void@void";

static enum foreign_result
triplet(const char *const values[], struct foreign *out)
{
	enum foreign_result result =
	    sql_program_triplet(values[0], values[1], values[2], out);
	int64_t n;

	if (sql_program_number(values[3], &out->first_seen_s) != 0 ||
	    sql_program_number(values[4], &out->last_seen_s) != 0 ||
	    sql_program_number(values[5], &n) != 0)
		return FOREIGN_MALFORMED;
	if (strcmp(out->sender, null_sender) == 0)
		out->sender[0] = '\0';
	out->passed_s = n > 1 ? out->last_seen_s : 0;
	return result;
}

static enum foreign_result
entry(const char *mail, struct foreign *out)
{
	const char *at;

	if (mail == NULL)
		return FOREIGN_MALFORMED;
	at = strchr(mail, '@');
	return foreign_entry(at == NULL ? LIST_CLIENT : LIST_SENDER, true,
	    at == mail ? mail + 1 : mail, out);
}

static int
give(const struct sql_row *row, const struct foreign_settings *settings,
    foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	enum foreign_result result = row->table == GREYLIST
	    ? triplet(row->values, &foreign)
	    : entry(row->values[0], &foreign);

	(void)settings;
	return sql_program_give(result, &foreign, take, arg);
}

const struct sql_program gld_program = {
    .tables = tables,
    .tables_n = TABLES,
    .row = give,
};
