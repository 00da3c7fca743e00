/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "config/endpoint.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATORS ", \t"

static int
copy_part(char *to, size_t size, const char *from, size_t n)
{
	if (n == 0 || n >= size)
		return -1;
	memcpy(to, from, n);
	to[n] = '\0';
	return 0;
}

static int
parse_unix(const char *path, struct endpoint *out, struct err *err)
{
	out->kind = ENDPOINT_UNIX;
	if (path[0] != '/')
		return err_set(err,
		    "not an absolute path: \"%s\" (write unix:/PATH)", path);
	if (copy_part(out->path, sizeof(out->path), path, strlen(path)) != 0)
		return err_set(err,
		    "the socket path is too long (write at most %d octets)",
		    ENDPOINT_PATH_SIZE - 1);
	return 0;
}

static int
parse_port(const char *port, struct endpoint *out)
{
	size_t digits_n = strspn(port, "0123456789");

	if (port[digits_n] != '\0' ||
	    copy_part(out->port, sizeof(out->port), port, digits_n) != 0)
		return -1;
	return atoi(port) >= 1 && atoi(port) <= 65535 ? 0 : -1;
}

/* "HOST:PORT", "[HOST]:PORT" or "*:PORT". */
static int
parse_inet(const char *text, struct endpoint *out, struct err *err)
{
	const char *host = text, *colon = strrchr(text, ':');
	size_t host_n;

	out->kind = ENDPOINT_INET;
	if (colon == NULL || parse_port(colon + 1, out) != 0)
		return err_set(err,
		    "no valid port in \"%s\" (write inet:HOST:PORT, PORT from 1 "
		    "to 65535)",
		    text);
	host_n = (size_t)(colon - host);
	if (host_n >= 2 && host[0] == '[' && host[host_n - 1] == ']') {
		host++;
		host_n -= 2;
	} else if (memchr(host, ':', host_n) != NULL) {
		return err_set(err,
		    "IPv6 address without brackets: \"%s\" (write "
		    "inet:[::1]:10023)",
		    text);
	}
	if (copy_part(out->host, sizeof(out->host), host, host_n) != 0)
		return err_set(err,
		    "the host must have 1 to %d octets (write * to listen on "
		    "every address)",
		    ENDPOINT_HOST_SIZE - 1);
	if (strcmp(out->host, "*") == 0)
		out->host[0] = '\0';
	return 0;
}

static int
parse_one(const char *text, struct endpoint *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(text + 5, out, err);
	if (strncmp(text, "inet:", 5) == 0)
		return parse_inet(text + 5, out, err);
	return err_set(err,
	    "not an endpoint: \"%s\" (write unix:/PATH or inet:HOST:PORT)",
	    text);
}

int
endpoint_list_parse(const char *text, struct endpoint_list *out,
    struct err *err)
{
	char one[ENDPOINT_HOST_SIZE + 32];

	out->n = 0;
	for (text += strspn(text, SEPARATORS); *text != '\0';
	     text += strspn(text, SEPARATORS)) {
		size_t n = strcspn(text, SEPARATORS);

		if (out->n == ENDPOINT_MAX)
			return err_set(err,
			    "too many endpoints (write at most %d)",
			    ENDPOINT_MAX);
		if (copy_part(one, sizeof(one), text, n) != 0)
			return err_set(err, "the endpoint is too long");
		if (parse_one(one, &out->items[out->n], err) != 0)
			return -1;
		out->n++;
		text += n;
	}
	if (out->n == 0)
		return err_set(err,
		    "no endpoint (write unix:/PATH or inet:HOST:PORT)");
	return 0;
}

void
endpoint_text(const struct endpoint *endpoint, char out[ENDPOINT_TEXT_SIZE])
{
	const char *host = endpoint->host[0] != '\0' ? endpoint->host : "*";
	bool is_ipv6 = strchr(host, ':') != NULL;

	if (endpoint->kind == ENDPOINT_UNIX)
		snprintf(out, ENDPOINT_TEXT_SIZE, "unix:%s", endpoint->path);
	else
		snprintf(out, ENDPOINT_TEXT_SIZE, "inet:%s%s%s:%s",
		    is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
		    endpoint->port);
}
