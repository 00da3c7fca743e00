/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sqlgrey.h"

#include <stdio.h>
#include <string.h>

#include "import/sql_time.h"

enum {
	CONNECT,
	FROM_AWL,
	DOMAIN_AWL,
	OPTIN_DOMAIN,
	OPTIN_EMAIL,
	OPTOUT_DOMAIN,
	OPTOUT_EMAIL,
	TABLES
};

static const struct sql_table tables[TABLES] = {
    [CONNECT] = {"connect",
	{"sender_name", "sender_domain", "src", "rcpt", "first_seen"}},
    [FROM_AWL] = {"from_awl", {"src", "first_seen", "last_seen"}},
    [DOMAIN_AWL] = {"domain_awl", {"src", "first_seen", "last_seen"}},
    [OPTIN_DOMAIN] = {"optin_domain", {"domain"}},
    [OPTIN_EMAIL] = {"optin_email", {"email"}},
    [OPTOUT_DOMAIN] = {"optout_domain", {"domain"}},
    [OPTOUT_EMAIL] = {"optout_email", {"email"}},
};

static bool
is_undefined(const char *part)
{
	return part == NULL || strcmp(part, "-undef-") == 0;
}

static int
make_sender(const char *name, const char *domain, char *out, size_t size)
{
	int n;

	out[0] = '\0';
	if (is_undefined(name) && is_undefined(domain))
		return 0;
	n = snprintf(out, size, "%s@%s", name == NULL ? "" : name,
	    domain == NULL ? "" : domain);
	return n >= 0 && (size_t)n < size ? 0 : -1;
}

static enum foreign_result
triplet(const char *const values[], const struct foreign_settings *settings,
    struct foreign *out)
{
	char sender[REQUEST_ADDRESS_MAX + 1];
	enum foreign_result result;

	if (make_sender(values[0], values[1], sender, sizeof(sender)) != 0)
		return FOREIGN_NO_MAIL;
	result = sql_program_triplet(values[2], sender, values[3], out);
	if (values[4] == NULL ||
	    sql_time_parse(values[4], settings->utc_offset_s,
		&out->first_seen_s) != 0)
		return FOREIGN_MALFORMED;
	out->last_seen_s = out->first_seen_s;
	return result;
}

static enum foreign_result
client(const char *const values[], const struct foreign_settings *settings,
    int64_t retries_n, struct foreign *out)
{
	enum foreign_result result =
	    sql_program_client(values[0], retries_n, out);

	if (values[1] == NULL || values[2] == NULL ||
	    sql_time_parse(values[1], settings->utc_offset_s,
		&out->first_seen_s) != 0 ||
	    sql_time_parse(values[2], settings->utc_offset_s,
		&out->last_seen_s) != 0)
		return FOREIGN_MALFORMED;
	out->passed_s = out->first_seen_s;
	return result;
}

static enum foreign_result
parse(const struct sql_row *row, const struct foreign_settings *settings,
    struct foreign *out)
{
	switch (row->table) {
	case CONNECT:
		return triplet(row->values, settings, out);
	case FROM_AWL:
		return client(row->values, settings, 1, out);
	case DOMAIN_AWL:
		return client(row->values, settings, 2, out);
	default:
		if (row->values[0] == NULL)
			return FOREIGN_MALFORMED;
		return foreign_entry(LIST_RECIPIENT,
		    row->table >= OPTOUT_DOMAIN, row->values[0], out);
	}
}

static int
give(const struct sql_row *row, const struct foreign_settings *settings,
    foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */

	return sql_program_give(parse(row, settings, &foreign), &foreign, take,
	    arg);
}

const struct sql_program sqlgrey_program = {
    .tables = tables,
    .tables_n = TABLES,
    .adds_clients = true,
    .row = give,
};
