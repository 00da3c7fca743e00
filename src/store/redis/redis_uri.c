/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_PORT   6379
#define SENTINEL_PORT  26379
#define DEFAULT_PREFIX "tardigrey"
#define PREFIX_LETTERS                         \
	"abcdefghijklmnopqrstuvwxyz0123456789" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ._-"

/* The first part of the scheme. */
static const char *
name_of(const struct redis_uri *uri)
{
	return uri->has_tls ? "rediss" : "redis";
}

/* A part of the URI: its octets from "at" to before "end". */
struct part {
	const char *at, *end;
};

static size_t
length(struct part part)
{
	return (size_t)(part.end - part.at);
}

static int
copy(struct part part, char *out, size_t size, const char *what,
    struct err *err)
{
	if (length(part) >= size)
		return err_set(err, "%s is too long (write at most %zu octets)",
		    what, size - 1);
	memcpy(out, part.at, length(part));
	out[length(part)] = '\0';
	return 0;
}

/* ---- User and password ---- */

static int
hexadecimal(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)((at - digits) % 16) : -1;
}

/* Decode %XX. Returns 0, or -1 if the text is too long, or if a % has no two
 * digits or stands for a NUL. */
static int
decode(struct part part, char *out, size_t size)
{
	size_t n = 0;

	for (const char *at = part.at; at < part.end; at++) {
		int high, low;

		if (n + 1 >= size)
			return -1;
		if (*at != '%') {
			out[n++] = *at;
			continue;
		}
		if (part.end - at < 3 || (high = hexadecimal(at[1])) < 0 ||
		    (low = hexadecimal(at[2])) < 0 || high + low == 0)
			return -1;
		out[n++] = (char)(high * 16 + low);
		at += 2;
	}
	out[n] = '\0';
	return 0;
}

static int
parse_account(struct part part, struct redis_uri *out, struct err *err)
{
	const char *colon = memchr(part.at, ':', length(part));
	struct part user = {part.at, colon != NULL ? colon : part.end};
	struct part password = {colon != NULL ? colon + 1 : part.end, part.end};

	if (decode(user, out->user, sizeof(out->user)) != 0)
		return err_set(err,
		    "the user in front of \"@\" is too long, or has a \"%%\" "
		    "that is not written as %%25");
	if (decode(password, out->password, sizeof(out->password)) != 0)
		return err_set(err,
		    "the password in front of \"@\" is too long, or has a "
		    "\"%%\" that is not written as %%25");
	return 0;
}

/* ---- Addresses ---- */

static int
parse_port(struct part part, unsigned *out, struct err *err)
{
	char text[8], *end;
	unsigned long port = 0;

	if (length(part) > 0 && length(part) < sizeof(text)) {
		memcpy(text, part.at, length(part));
		text[length(part)] = '\0';
		if (text[0] >= '0' && text[0] <= '9')
			port = strtoul(text, &end, 10);
		if (port > 0 && *end == '\0' && port <= 65535) {
			*out = (unsigned)port;
			return 0;
		}
	}
	return err_set(err, "not a port: \"%.*s\" (write 1 to 65535)",
	    (int)length(part), part.at);
}

/* [2001:db8::1]:6379 or host:6379 */
static int
parse_address(struct part part, unsigned port, struct redis_address *out,
    struct err *err)
{
	struct part host = part;
	const char *rest;

	if (length(part) > 0 && *part.at == '[') {
		rest = memchr(part.at, ']', length(part));
		if (rest == NULL)
			return err_set(err, "\"]\" is missing after \"%.*s\"",
			    (int)length(part), part.at);
		host = (struct part){part.at + 1, rest++};
	} else {
		rest = memchr(part.at, ':', length(part));
		if (rest == NULL)
			rest = part.end;
		host.end = rest;
	}
	if (length(host) == 0)
		return err_set(err, "a host is missing");
	out->port = port;
	if (rest < part.end &&
	    (*rest != ':' ||
		parse_port((struct part){rest + 1, part.end}, &out->port,
		    err) != 0))
		return *rest == ':' ? -1
				    : err_set(err, "not an address: \"%.*s\"",
					  (int)length(part), part.at);
	return copy(host, out->host, sizeof(out->host), "a host", err);
}

static int
parse_addresses(struct part part, struct redis_uri *out, struct err *err)
{
	unsigned port =
	    out->form == REDIS_SENTINEL ? SENTINEL_PORT : DEFAULT_PORT;

	for (;;) {
		const char *comma = memchr(part.at, ',', length(part));
		struct part one = {part.at, comma != NULL ? comma : part.end};

		if (out->addresses_n == REDIS_ADDRESSES_MAX)
			return err_set(err, "too many hosts (write at most %d)",
			    REDIS_ADDRESSES_MAX);
		if (parse_address(one, port, &out->addresses[out->addresses_n],
			err) != 0)
			return -1;
		out->addresses_n++;
		if (comma == NULL)
			break;
		part.at = comma + 1;
	}
	if (out->form == REDIS_SINGLE && out->addresses_n > 1)
		return err_set(err,
		    "more than one host (write %s+cluster:// or "
		    "%s+sentinel://)",
		    name_of(out), name_of(out));
	return 0;
}

/* ---- The path ---- */

static int
parse_name(struct part part, char out[REDIS_PREFIX_SIZE], const char *what,
    struct err *err)
{
	if (copy(part, out, REDIS_PREFIX_SIZE, what, err) != 0)
		return -1;
	if (out[0] == '\0' || strspn(out, PREFIX_LETTERS) != strlen(out))
		return err_set(err,
		    "%s has other characters than letters, digits, \".\", "
		    "\"_\" and \"-\", or none: \"%s\"",
		    what, out);
	return 0;
}

/* The path begins with "/", or is empty. */
static int
parse_path(struct part part, struct redis_uri *out, struct err *err)
{
	const char *slash;

	if (out->form == REDIS_SENTINEL) {
		if (length(part) < 2)
			return err_set(err,
			    "the name of the primary is missing (write "
			    "%s+sentinel://HOST,HOST,HOST/NAME)",
			    name_of(out));
		part.at++;
		slash = memchr(part.at, '/', length(part));
		if (slash == NULL)
			slash = part.end;
		if (parse_name((struct part){part.at, slash}, out->primary,
			"the name of the primary", err) != 0)
			return -1;
		part.at = slash;
	}
	if (length(part) < 2)
		return 0;
	return parse_name((struct part){part.at + 1, part.end}, out->prefix,
	    "the prefix", err);
}

static int
parse_unix(const char *where, struct redis_uri *out, struct err *err)
{
	struct part path = {where, where + strlen(where)};

	if (where[0] != '/')
		return err_set(err,
		    "not an absolute path: \"%s\" (write redis+unix:/PATH)",
		    where);
	out->addresses_n = 1;
	return copy(path, out->addresses[0].host,
	    sizeof(out->addresses[0].host), "the path", err);
}

int
redis_uri_parse(enum redis_form form, bool has_tls, const char *where,
    struct redis_uri *out, struct err *err)
{
	struct part hosts = {where + 2, where + 2}, path;
	const char *at;

	*out = (struct redis_uri){
	    .form = form, .has_tls = has_tls, .prefix = DEFAULT_PREFIX};
	if (form == REDIS_UNIX)
		return parse_unix(where, out, err);
	if (strncmp(where, "//", 2) != 0)
		return err_set(err, "\"//\" is missing after the scheme");
	/* A password may have a "/" or an "@", but a host has neither. */
	at = strrchr(where, '@');
	if (at != NULL) {
		if (parse_account((struct part){hosts.at, at}, out, err) != 0)
			return -1;
		hosts.at = at + 1;
	}
	hosts.end = hosts.at + strcspn(hosts.at, "/");
	path = (struct part){hosts.end, hosts.end + strlen(hosts.end)};
	return parse_addresses(hosts, out, err) == 0
	    ? parse_path(path, out, err)
	    : -1;
}

void
redis_address_text(const struct redis_address *address,
    char out[REDIS_ADDRESS_TEXT_SIZE])
{
	if (address->port == 0)
		snprintf(out, REDIS_ADDRESS_TEXT_SIZE, "%s", address->host);
	else if (strchr(address->host, ':') != NULL)
		snprintf(out, REDIS_ADDRESS_TEXT_SIZE, "[%s]:%u", address->host,
		    address->port);
	else
		snprintf(out, REDIS_ADDRESS_TEXT_SIZE, "%s:%u", address->host,
		    address->port);
}
