/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/postgrey.h"

#include <string.h>

static bool
is_hash(const char *key)
{
	size_t n = strspn(key, "0123456789abcdef");

	return n == 40 && key[n] == '\0';
}

/* postgrey 1.36 (Debian 11) writes the length of the prefix after the address,
 * as in 192.0.2.0/24/SENDER/RECIPIENT. Returns the length of "/24", or 0. A
 * sender does not begin with a number: postgrey writes # instead. */
static size_t
prefix_octets(const char *after_address)
{
	size_t digits_n;

	if (after_address[0] != '/')
		return 0;
	digits_n = strspn(after_address + 1, "0123456789");
	return digits_n > 0 && strchr("/", after_address[1 + digits_n]) != NULL
	    ? 1 + digits_n
	    : 0;
}

static enum foreign_result
parse_client(const char *key, size_t client_n, const char *value,
    struct foreign *out)
{
	const char *rest = foreign_number(value, ',', &out->retries_n);

	out->kind = FOREIGN_CLIENT;
	if (rest == NULL ||
	    foreign_number(rest, ',', &out->last_seen_s) == NULL)
		return FOREIGN_MALFORMED;
	out->first_seen_s = out->passed_s = out->last_seen_s;
	return foreign_copy(out->client, sizeof(out->client), key, client_n) ==
		0
	    ? FOREIGN_TAKEN
	    : FOREIGN_NO_ADDRESS;
}

/* The sender and the recipient may contain slashes. The sender ends at the
 * first slash after its "@". If the sender is empty or has no "@", it ends at
 * the first slash. */
static const char *
end_of_sender(const char *sender)
{
	const char *at = strchr(sender, '@');

	return sender[0] == '/' || at == NULL ? strchr(sender, '/')
					      : strchr(at, '/');
}

static enum foreign_result
parse_triplet(const char *key, size_t client_n, const char *sender,
    const char *value, int64_t delay_s, struct foreign *out)
{
	const char *slash = end_of_sender(sender);
	const char *rest = foreign_number(value, ',', &out->first_seen_s);

	out->kind = FOREIGN_TRIPLET;
	if (rest == NULL ||
	    foreign_number(rest, ',', &out->last_seen_s) == NULL)
		return FOREIGN_MALFORMED;
	if (out->last_seen_s - out->first_seen_s >= delay_s)
		out->passed_s = out->first_seen_s + delay_s;
	if (foreign_copy(out->client, sizeof(out->client), key, client_n) != 0)
		return FOREIGN_NO_ADDRESS;
	if (slash == NULL ||
	    foreign_copy(out->sender, sizeof(out->sender), sender,
		(size_t)(slash - sender)) != 0 ||
	    foreign_copy(out->recipient, sizeof(out->recipient), slash + 1,
		strlen(slash + 1)) != 0)
		return FOREIGN_NO_MAIL;
	return FOREIGN_TAKEN;
}

enum foreign_result
postgrey_parse(const char *key, const char *value, int64_t delay_s,
    struct foreign *out)
{
	size_t client_n = strcspn(key, "/");
	const char *rest = key + client_n + prefix_octets(key + client_n);

	memset(out, 0, sizeof(*out));
	if (is_hash(key))
		return FOREIGN_HASHED;
	return rest[0] == '\0'
	    ? parse_client(key, client_n, value, out)
	    : parse_triplet(key, client_n, rest + 1, value, delay_s, out);
}
