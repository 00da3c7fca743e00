/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/sender_srs.h"

#include "mail/request.h"
#include "mail/sender_text.h"

/* The octet behind the field that begins at "field" and ends with "=". Returns
 * NULL if there is no such field, or if it is empty. */
static char *
next_field(char *field, char *end)
{
	char *equals;

	if (field == NULL)
		return NULL;
	equals = memchr(field, '=', (size_t)(end - field));
	return equals == NULL || equals == field ? NULL : equals + 1;
}

/* Replace the address by local@domain. "hash" points into the address, to
 * HASH=TT=domain=local. */
static bool
restore(char *address, char *hash)
{
	char restored[REQUEST_ADDRESS_MAX + 1];
	char *end = text_local_end(address);
	char *timestamp = next_field(hash, end);
	char *domain = next_field(timestamp, end);
	char *local = next_field(domain, end);
	size_t local_n;

	if (local == NULL || local == end || domain - timestamp != 3 ||
	    !text_is_domain(domain, local - 1))
		return false;
	local_n = (size_t)(end - local);
	memcpy(restored, local, local_n);
	restored[local_n] = '@';
	local[-1] = '\0';
	strcpy(restored + local_n + 1, domain);
	strcpy(address, restored);
	return true;
}

/* Find the second HASH in SRS1=HASH=forwarder==HASH=TT=domain=local. Returns
 * NULL if the address has another form. */
static char *
skip_srs1(char *address)
{
	char *end = text_local_end(address);
	char *inner = next_field(next_field(address + 5, end), end);

	return inner != NULL && text_is_one_of(*inner, "=+-") ? inner + 1
							      : NULL;
}

bool
sender_undo_srs(char *address)
{
	char *end = text_local_end(address);
	char *plus;

	if (sender_is_srs(address))
		return restore(address,
		    address[3] == '0' ? address + 5 : skip_srs1(address));
	/* Exchange Online writes the forwarding mailbox in front. */
	plus = strstr(address, "+srs=");
	return plus != NULL && plus != address && plus < end &&
	    restore(address, plus + strlen("+srs="));
}
