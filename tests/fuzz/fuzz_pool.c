/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is the octets of an IPv4 or IPv6 address, and a host name. Whether
 * the name is generic must not depend on upper and lower case. With the IPv4
 * address before it, every name must be generic. A pool must be lowercase, have
 * a dot, and be the name or its end after a dot. The pool of a pool is the same
 * pool. A generic or unconfirmed name must have no pool.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/generic_name.h"
#include "mail/pool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_pool: line %d: not true: %s\n", line, claim);
	abort();
}

static void
upper(const char *from, char *to)
{
	for (; *from != '\0'; from++)
		*to++ = *from >= 'a' && *from <= 'z' ? (char)(*from - 'a' + 'A')
						     : *from;
	*to = '\0';
}

/* Write the address before the name, as providers do. */
static void
check_spelled(const char *name, const struct netaddr *client)
{
	char text[REQUEST_TEXT_MAX + NETADDR_TEXT_SIZE + 2];
	const uint8_t *octets = client->octets;

	if (client->family != NETADDR_IPV4)
		return;
	snprintf(text, sizeof(text), "h-%u-%u-%u-%u.%s", octets[0], octets[1],
	    octets[2], octets[3], name);
	CHECK(generic_name(text, client));
	snprintf(text, sizeof(text), "%u.%u.%u.%u.%s", octets[3], octets[2],
	    octets[1], octets[0], name);
	CHECK(generic_name(text, client));
	snprintf(text, sizeof(text), "x%02X%02X%02X%02X.%s", octets[0],
	    octets[1], octets[2], octets[3], name);
	CHECK(generic_name(text, client));
}

static void
check_generic(const char *name, const struct netaddr *client)
{
	static const struct netaddr no_client = {.family = NETADDR_NONE};
	char other[REQUEST_TEXT_MAX + 1];
	bool generic = generic_name(name, client);

	upper(name, other);
	CHECK(generic_name(other, client) == generic);
	lowercase(name, other);
	CHECK(generic_name(other, client) == generic);
	CHECK(generic || !generic_name(name, &no_client));
	CHECK(generic || strlen(name) <= 253);
	check_spelled(name, client);
}

/* The pool must be the name, or its end after a dot. */
static void
check_end(const char *name, const char *pool)
{
	char lowered[REQUEST_TEXT_MAX + 1];
	size_t name_n = strlen(name), pool_n = strlen(pool);

	lowercase(name, lowered);
	CHECK(pool_n > 0 && pool_n <= name_n);
	CHECK(strcmp(lowered + name_n - pool_n, pool) == 0);
	CHECK(name_n == pool_n || lowered[name_n - pool_n - 1] == '.');
	/* A host with a generic name of one label is a pool of its own. */
	CHECK(strchr(pool, '.') != NULL || pool_n == name_n);
	CHECK(pool[0] != '.');
	CHECK(strstr(pool, "..") == NULL && pool[pool_n - 1] != '.');
	for (const char *p = pool; *p != '\0'; p++)
		CHECK(*p > ' ' && *p <= '~' && (*p < 'A' || *p > 'Z'));
}

/* A host named like the pool has this pool, unless its name is generic. */
static void
check_again(const char *pool)
{
	static struct request request;
	char again[POOL_SIZE];

	request_clear(&request);
	strcpy(request.client_name, pool);
	request.client_name_confirmed = true;
	if (pool_of(&request, again))
		CHECK(strcmp(again, pool) == 0);
	else
		CHECK(generic_name(pool, &request.client));
}

static void
check_pool(struct request *request)
{
	static const char untouched[] = "untouched";
	char pool[POOL_SIZE];

	strcpy(pool, untouched);
	request->client_name_confirmed = false;
	CHECK(!pool_of(request, pool));
	request->client_name_confirmed = true;
	if (!pool_of(request, pool)) {
		CHECK(strcmp(pool, untouched) == 0);
		return;
	}
	if (generic_name(request->client_name, &request->client))
		CHECK(strlen(pool) == strlen(request->client_name));
	check_end(request->client_name, pool);
	check_again(pool);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request request;
	size_t address_n;

	if (size == 0)
		return 0;
	request_clear(&request);
	request.client.family = data[0] % 2 == 0 ? NETADDR_IPV4 : NETADDR_IPV6;
	address_n = data[0] % 2 == 0 ? 4 : 16;
	data++;
	size--;
	if (size < address_n)
		return 0;
	memcpy(request.client.octets, data, address_n);
	data += address_n;
	size -= address_n;
	if (size > REQUEST_TEXT_MAX)
		size = REQUEST_TEXT_MAX;
	for (size_t i = 0; i < size; i++)
		request.client_name[i] = data[i] != '\0' ? (char)data[i] : '.';
	request.client_name[size] = '\0';
	check_generic(request.client_name, &request.client);
	check_pool(&request);
	return 0;
}
