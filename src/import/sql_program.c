/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sql_program.h"

#include <string.h>

int
sql_program_give(enum foreign_result result, const struct foreign *foreign,
    foreign_take_fn *take, void *arg)
{
	return take(arg, result == FOREIGN_TAKEN ? foreign : NULL, result);
}

int
sql_program_number(const char *value, int64_t *out)
{
	const char *rest;

	*out = 0;
	if (value == NULL)
		return 0;
	rest = foreign_number(value, '\0', out);
	return rest != NULL && *rest == '\0' ? 0 : -1;
}

static int
copy(char *out, size_t size, const char *value)
{
	return value == NULL ? 0
			     : foreign_copy(out, size, value, strlen(value));
}

enum foreign_result
sql_program_triplet(const char *client, const char *sender,
    const char *recipient, struct foreign *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = FOREIGN_TRIPLET;
	if (copy(out->client, sizeof(out->client), client) != 0)
		return FOREIGN_NO_ADDRESS;
	if (copy(out->sender, sizeof(out->sender), sender) != 0 ||
	    copy(out->recipient, sizeof(out->recipient), recipient) != 0)
		return FOREIGN_NO_MAIL;
	return FOREIGN_TAKEN;
}

enum foreign_result
sql_program_client(const char *client, int64_t retries_n, struct foreign *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = FOREIGN_CLIENT;
	out->retries_n = retries_n;
	return copy(out->client, sizeof(out->client), client) == 0
	    ? FOREIGN_TAKEN
	    : FOREIGN_NO_ADDRESS;
}
