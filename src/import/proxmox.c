/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/proxmox.h"

static const struct sql_table tables[] = {
    {"cgreylist",
	{"ipnet", "sender", "receiver", "rctime", "delay", "passed", "mtime"}},
};

static enum foreign_result
triplet(const char *const values[], struct foreign *out)
{
	enum foreign_result result =
	    sql_program_triplet(values[0], values[1], values[2], out);
	int64_t delay_s, passed_n;

	if (sql_program_number(values[3], &out->first_seen_s) != 0 ||
	    sql_program_number(values[4], &delay_s) != 0 ||
	    sql_program_number(values[5], &passed_n) != 0 ||
	    sql_program_number(values[6], &out->last_seen_s) != 0)
		return FOREIGN_MALFORMED;
	if (out->last_seen_s < out->first_seen_s)
		out->last_seen_s = out->first_seen_s;
	out->passed_s =
	    passed_n > 0 ? record_later_by(out->first_seen_s, delay_s) : 0;
	return result;
}

static int
give(const struct sql_row *row, const struct foreign_settings *settings,
    foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */

	(void)settings;
	return sql_program_give(triplet(row->values, &foreign), &foreign, take,
	    arg);
}

const struct sql_program proxmox_program = {
    .tables = tables,
    .tables_n = 1,
    .row = give,
};
