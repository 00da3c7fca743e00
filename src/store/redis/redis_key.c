/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The name of a record is PREFIX:r{CLIENT}KIND SENDER NUL RECIPIENT, without
 * blanks, and KIND is a letter from "a" on. Redis Cluster keeps all names with
 * the same text in braces in one slot, so the records of one client are
 * together. Correspondents have no client, and are spread over all slots.
 */
#include <stdio.h>
#include <string.h>

#include "store/redis/redis.h"

static void
add(struct redis_name *name, const char *text, size_t n)
{
	memcpy(name->text + name->n, text, n);
	name->n += n;
}

void
redis_name_of_key(const struct redis *redis, const struct key *key,
    struct redis_name *out)
{
	const char end[] = {'}', (char)('a' + (int)key->kind)};

	out->n = 0;
	add(out, redis->uri.prefix, strlen(redis->uri.prefix));
	add(out, ":r{", 3);
	add(out, key->client, strlen(key->client));
	add(out, end, sizeof(end));
	add(out, key->sender, strlen(key->sender) + 1);
	add(out, key->recipient, strlen(key->recipient));
}

/* Copy n octets, if there is room for them and no NUL among them. */
static int
take(char *out, size_t size, const char *text, size_t n)
{
	if (n >= size || memchr(text, '\0', n) != NULL)
		return -1;
	memcpy(out, text, n);
	out[n] = '\0';
	return 0;
}

/* A client is an address or a domain, which has no braces. So the first "}"
 * ends it. */
int
redis_key_of_name(const struct redis *redis, const char *name, size_t n,
    struct key *out)
{
	size_t start = strlen(redis->uri.prefix) + 3;
	const char *client = name + start, *brace, *sender, *nul;
	int kind;

	if (n < start + 3)
		return -1;
	brace = memchr(client, '}', n - start - 2);
	if (brace == NULL)
		return -1;
	kind = brace[1] - 'a';
	sender = brace + 2;
	nul = memchr(sender, '\0', n - (size_t)(sender - name));
	if (nul == NULL || kind < 0 || kind >= KEY_KINDS)
		return -1;
	memset(out, 0, sizeof(*out));
	out->kind = (enum key_kind)kind;
	if (take(out->client, sizeof(out->client), client,
		(size_t)(brace - client)) != 0 ||
	    take(out->sender, sizeof(out->sender), sender,
		(size_t)(nul - sender)) != 0)
		return -1;
	return take(out->recipient, sizeof(out->recipient), nul + 1,
	    n - (size_t)(nul + 1 - name));
}

bool
redis_pattern(const struct redis *redis, const char *client,
    char out[REDIS_PATTERN_SIZE])
{
	int n = snprintf(out, REDIS_PATTERN_SIZE, "%s:r{", redis->uri.prefix);

	if (client != NULL) {
		if (strlen(client) >= KEY_CLIENT_SIZE)
			return false;
		for (; *client != '\0'; client++) {
			if (strchr("*?[]\\", *client) != NULL)
				out[n++] = '\\';
			out[n++] = *client;
		}
		out[n++] = '}';
	}
	out[n++] = '*';
	out[n] = '\0';
	return true;
}

void
redis_name_of_part(const struct redis *redis, const char *part,
    struct redis_name *out)
{
	out->n = (size_t)snprintf(out->text, sizeof(out->text), "%s:{lists}:%s",
	    redis->uri.prefix, part);
}
