/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CONFIG_ENDPOINT_H
#define TARDIGREY_CONFIG_ENDPOINT_H

#include <stddef.h>

#include "base/err.h"

/*
 * endpoint: where a daemon listens, in Postfix's spelling: "unix:/PATH",
 * "inet:HOST:PORT". HOST is an address (IPv6 in brackets), a name, or '*'
 * for every address; PORT a number.
 */

#define ENDPOINT_PATH_SIZE 108 /* sun_path, with its NUL */
#define ENDPOINT_HOST_SIZE 256
#define ENDPOINT_MAX       16 /* in one list */

enum endpoint_kind { ENDPOINT_UNIX, ENDPOINT_INET };

struct endpoint {
	enum endpoint_kind kind;
	char path[ENDPOINT_PATH_SIZE]; /* ENDPOINT_UNIX: absolute */
	char host[ENDPOINT_HOST_SIZE]; /* ENDPOINT_INET: "" for '*' */
	char port[6];                  /* ENDPOINT_INET: "1" to "65535" */
};

struct endpoint_list {
	struct endpoint items[ENDPOINT_MAX];
	size_t n;
};

/* Parse endpoints separated by commas or blanks; at least one. Returns 0, or
 * -1 with a sentence and *out undefined. */
int endpoint_list_parse(const char *text, struct endpoint_list *out,
    struct err *err);

#endif
