/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CONFIG_ENDPOINT_H
#define TARDIGREY_CONFIG_ENDPOINT_H

#include <stddef.h>

#include "base/err.h"

/*
 * endpoint: a socket to listen on, as Postfix writes it: "unix:/PATH" or
 * "inet:HOST:PORT". HOST is an address (IPv6 in brackets), a host name, or '*'
 * for every address. PORT is a number.
 */

#define ENDPOINT_PATH_SIZE 108 /* sun_path, with its NUL */
#define ENDPOINT_HOST_SIZE 256
#define ENDPOINT_TEXT_SIZE (ENDPOINT_HOST_SIZE + 16)
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

/* Parse one or more endpoints, separated by commas or blanks. Returns 0, or -1
 * with what is wrong and what to write instead; then *out is undefined. */
int endpoint_list_parse(const char *text, struct endpoint_list *out,
    struct err *err);

/* Write an endpoint in the form that endpoint_list_parse() reads. */
void endpoint_text(const struct endpoint *endpoint,
    char out[ENDPOINT_TEXT_SIZE]);

#endif
