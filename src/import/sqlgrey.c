/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sqlgrey.h"

#include <stdio.h>
#include <string.h>

static bool
is_undefined(const char *part)
{
	return strcmp(part, "-undef-") == 0;
}

static int
copy_sender(const char *name, const char *domain, struct foreign *out)
{
	int n;

	if (is_undefined(name) && is_undefined(domain))
		return 0;
	n = snprintf(out->sender, sizeof(out->sender), "%s@%s", name, domain);
	return n >= 0 && (size_t)n < sizeof(out->sender) ? 0 : -1;
}

enum foreign_result
sqlgrey_triplet(const char *sender_name, const char *sender_domain,
    const char *src, const char *rcpt, int64_t first_seen_s,
    struct foreign *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = FOREIGN_TRIPLET;
	out->first_seen_s = out->last_seen_s = first_seen_s;
	if (foreign_copy(out->client, sizeof(out->client), src, strlen(src)) !=
	    0)
		return FOREIGN_NO_ADDRESS;
	if (copy_sender(sender_name, sender_domain, out) != 0 ||
	    foreign_copy(out->recipient, sizeof(out->recipient), rcpt,
		strlen(rcpt)) != 0)
		return FOREIGN_NO_MAIL;
	return FOREIGN_TAKEN;
}

enum foreign_result
sqlgrey_client(const char *src, int64_t first_seen_s, int64_t last_seen_s,
    int64_t retries_n, struct foreign *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = FOREIGN_CLIENT;
	out->first_seen_s = out->passed_s = first_seen_s;
	out->last_seen_s = last_seen_s;
	out->retries_n = retries_n;
	return foreign_copy(out->client, sizeof(out->client), src,
		   strlen(src)) == 0
	    ? FOREIGN_TAKEN
	    : FOREIGN_NO_ADDRESS;
}
