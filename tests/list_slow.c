/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "list_slow.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct slow_match no_match = {.matches = false};

/* The classes in their order. A network and the null sender are FULL. */
enum { FULL, WITHOUT_EXTENSION, USER, USER_WITHOUT_EXTENSION, NAME, REGEX };

/* ---- Regular expressions of the simplest kind ---- */

#define PLAIN                                                         \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456" \
	"789@-"

bool
slow_knows(const char *pattern)
{
	if (pattern[0] != '/')
		return true;
	pattern++;
	pattern += *pattern == '^';
	pattern += strspn(pattern, PLAIN);
	pattern += *pattern == '$';
	return strcmp(pattern, "/") == 0;
}

/* A text longer than any address of RFC 5321 matches no regex. */
#define SUBJECT_MAX 320

static bool
regex_is_in(const char *pattern, const char *subject)
{
	bool from_start = pattern[1] == '^', to_end;
	const char *word = pattern + 1 + from_start;
	size_t n = strspn(word, PLAIN), subject_n = strlen(subject);

	to_end = word[n] == '$';
	if (subject_n > SUBJECT_MAX)
		return false;
	for (size_t i = 0; i + n <= subject_n; i++)
		if (strncasecmp(subject + i, word, n) == 0 &&
		    (!from_start || i == 0) && (!to_end || i + n == subject_n))
			return true;
	return false;
}

static struct slow_match
match_regex(const char *pattern, const char *subject)
{
	return (struct slow_match){regex_is_in(pattern, subject), REGEX, 0};
}

/* ---- Networks: compared as texts of the digits 0 and 1 ---- */

#define BITS_SIZE 129

/* Returns the family, or 0 if the text is no address. */
static int
write_bits(const char *address, char out[BITS_SIZE])
{
	uint8_t octets[16];
	int family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	int n = family == AF_INET6 ? 128 : 32;

	if (inet_pton(family, address, octets) != 1)
		return 0;
	for (int i = 0; i < n; i++)
		out[i] = (octets[i / 8] >> (7 - i % 8) & 1) != 0 ? '1' : '0';
	out[n] = '\0';
	return family;
}

static struct slow_match
match_network(const char *pattern, const struct netaddr *client)
{
	char network[64], address[NETADDR_TEXT_SIZE];
	char want[BITS_SIZE] = "", got[BITS_SIZE] = "";
	char *slash;
	size_t n;

	strncat(strcpy(network, ""), pattern, sizeof(network) - 1);
	slash = strchr(network, '/');
	if (slash != NULL)
		*slash = '\0';
	netaddr_format(client, address);
	if (write_bits(network, want) != write_bits(address, got))
		return no_match;
	n = slash != NULL ? (size_t)atoi(slash + 1) : strlen(want);
	return (struct slow_match){strncmp(want, got, n) == 0, FULL, n};
}

static bool
is_network(const char *pattern)
{
	return strchr(pattern, ':') != NULL ||
	    pattern[strspn(pattern, "0123456789./")] == '\0';
}

/* ---- Names ---- */

static bool
is_below(const char *name, const char *domain)
{
	size_t n = strlen(name), domain_n = strlen(domain);

	return n > domain_n && name[n - domain_n - 1] == '.' &&
	    strcasecmp(name + n - domain_n, domain) == 0;
}

/* "example.org" or ".example.org". */
static struct slow_match
match_name(const char *pattern, const char *name)
{
	const char *domain = pattern + (pattern[0] == '.');
	bool matches = is_below(name, domain) ||
	    (pattern[0] != '.' && strcasecmp(name, domain) == 0);

	return (struct slow_match){matches, NAME, strlen(domain)};
}

/* ---- Mail addresses ---- */

#define PART_SIZE (REQUEST_ADDRESS_MAX + 1)

/* Cut at the last "@". Returns false if there is none. */
static bool
split(const char *address, char local[PART_SIZE], char domain[PART_SIZE])
{
	char *at;

	strcpy(local, address);
	at = strrchr(local, '@');
	strcpy(domain, at != NULL ? at + 1 : "");
	if (at != NULL)
		*at = '\0';
	return at != NULL;
}

/* True if "user" is the part before the first '+' of "user+ext". Neither part
 * is empty. */
static bool
is_user_of(const char *user, const char *local)
{
	const char *plus = strchr(local, '+');
	size_t n = plus != NULL ? (size_t)(plus - local) : 0;

	return n > 0 && plus[1] != '\0' && strlen(user) == n &&
	    strncasecmp(user, local, n) == 0;
}

static struct slow_match
match_address(const char *pattern, const char *address)
{
	static char user[PART_SIZE], at_domain[PART_SIZE];
	static char local[PART_SIZE], domain[PART_SIZE];
	bool has_domain = split(address, local, domain), whole;

	if (!split(pattern, user, at_domain))
		return has_domain ? match_name(pattern, domain) : no_match;
	whole = strcasecmp(user, local) == 0;
	if (!whole && !is_user_of(user, local))
		return no_match;
	if (at_domain[0] == '\0')
		return (struct slow_match){
		    true, whole ? USER : USER_WITHOUT_EXTENSION, 0};
	return (struct slow_match){strcasecmp(at_domain, domain) == 0,
	    whole ? FULL : WITHOUT_EXTENSION, 0};
}

static struct slow_match
match_sender(const char *pattern, const char *sender)
{
	bool is_null = sender[0] == '\0' || strcmp(sender, "#@[]") == 0;

	if (pattern[0] == '/')
		return match_regex(pattern, is_null ? "" : sender);
	if (strcmp(pattern, "<>") == 0 || is_null)
		return (struct slow_match){
		    is_null && strcmp(pattern, "<>") == 0, FULL, 0};
	return match_address(pattern, sender);
}

static struct slow_match
match_client(const char *pattern, const struct request *request)
{
	if (pattern[0] != '/' && is_network(pattern))
		return match_network(pattern, &request->client);
	if (!request->client_name_confirmed)
		return no_match;
	return pattern[0] == '/' ? match_regex(pattern, request->client_name)
				 : match_name(pattern, request->client_name);
}

struct slow_match
slow_match(enum list_kind kind, const char *pattern,
    const struct request *request)
{
	switch (kind) {
	case LIST_CLIENT:
		return match_client(pattern, request);
	case LIST_SENDER:
		return match_sender(pattern, request->sender);
	case LIST_RECIPIENT:
		break;
	}
	return pattern[0] == '/' ? match_regex(pattern, request->recipient)
				 : match_address(pattern, request->recipient);
}
