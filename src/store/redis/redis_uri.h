/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_URI_H
#define TARDIGREY_STORE_REDIS_REDIS_URI_H

#include "decide/store.h"

/*
 * redis_uri: the URIs of the Redis store, in parts.
 *
 *   redis://[USER[:PASSWORD]@]HOST[:PORT][/PREFIX]
 *   redis+unix:/PATH
 *   redis+sentinel://[USER[:PASSWORD]@]HOST[:PORT],.../PRIMARY[/PREFIX]
 *   redis+cluster://[USER[:PASSWORD]@]HOST[:PORT],...[/PREFIX]
 *
 * With rediss in place of redis, all connections have TLS.
 *
 * HOST is a name, an IPv4 address, or an IPv6 address in brackets. USER and
 * PASSWORD may have octets as %XX.
 */

enum redis_form { REDIS_SINGLE, REDIS_UNIX, REDIS_SENTINEL, REDIS_CLUSTER };

#define REDIS_ADDRESSES_MAX 16
#define REDIS_HOST_SIZE     256
#define REDIS_PREFIX_SIZE   64
#define REDIS_USER_SIZE     64

struct redis_address {
	char host[REDIS_HOST_SIZE]; /* or the path of a unix socket */
	unsigned port;              /* 0: a unix socket */
};

struct redis_uri {
	enum redis_form form;
	bool has_tls;
	struct store_tls tls; /* not part of the URI */
	struct redis_address addresses[REDIS_ADDRESSES_MAX];
	size_t addresses_n;
	char user[REDIS_USER_SIZE]; /* "": the default user */
	char password[STORE_PASSWORD_SIZE];
	char primary[REDIS_PREFIX_SIZE]; /* REDIS_SENTINEL: its name there */
	char prefix[REDIS_PREFIX_SIZE];  /* of all keys */
};

/* Parse the part after the scheme and its colon. Returns 0, or -1 and what is
 * wrong. No message contains the password. */
int redis_uri_parse(enum redis_form form, bool has_tls, const char *where,
    struct redis_uri *out, struct err *err);

/* The most octets of an address as text, with its NUL. */
#define REDIS_ADDRESS_TEXT_SIZE (REDIS_HOST_SIZE + 16)

/* Write an address as HOST:PORT, or the path of a unix socket. */
void redis_address_text(const struct redis_address *address,
    char out[REDIS_ADDRESS_TEXT_SIZE]);

#endif
