/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/wide_pattern.h"

static const struct {
	const char *name, *text;
} results[FOREIGN_RESULTS] = {
    [FOREIGN_TAKEN] = {"taken", "taken"},
    [FOREIGN_EXPIRED] = {"expired", "expired"},
    [FOREIGN_HASHED] = {"hashed", "stored as a hash"},
    [FOREIGN_NO_ADDRESS] = {"no_address", "no client address"},
    [FOREIGN_NETWORK] = {"network",
	"a network; only an address or an IPv6 /64 can be auto-whitelisted"},
    [FOREIGN_NO_MAIL] = {"no_mail", "no mail address"},
    [FOREIGN_NO_EQUAL] = {"no_equal", "it blocks mail, and Tardigrey does not"},
    [FOREIGN_NO_ENTRY] = {"no_entry",
	"a rule that no entry of Tardigrey's lists can express"},
    [FOREIGN_MALFORMED] = {"malformed", "malformed"},
};

const char *
foreign_result_text(enum foreign_result result)
{
	return results[result].text;
}

const char *
foreign_result_name(enum foreign_result result)
{
	return results[result].name;
}

int
foreign_copy(char *out, size_t size, const char *text, size_t n)
{
	if (n >= size || memchr(text, '\0', n) != NULL)
		return -1;
	memcpy(out, text, n);
	out[n] = '\0';
	return 0;
}

const char *
foreign_number(const char *text, char end, int64_t *out)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 18 || (text[n] != end && text[n] != '\0'))
		return NULL;
	*out = strtoll(text, NULL, 10);
	return text[n] == '\0' ? text + n : text + n + 1;
}

bool
foreign_is_masked(const struct foreign *foreign)
{
	return foreign->kind == FOREIGN_TRIPLET &&
	    strchr(foreign->sender, '#') != NULL;
}

enum foreign_result
foreign_entry(enum list_kind list, bool whitelists, const char *pattern,
    struct foreign *out)
{
	struct pattern parsed;
	struct err err;

	if (pattern_parse(list, pattern, &parsed, &err) != 0 ||
	    wide_pattern_check(list, &parsed, &err) != 0)
		return FOREIGN_NO_ENTRY;
	memset(out, 0, sizeof(*out));
	out->kind = FOREIGN_ENTRY;
	out->list = list;
	out->whitelists = whitelists;
	strcpy(out->pattern, parsed.text);
	return FOREIGN_TAKEN;
}

/* ---- The key ---- */

/* Parse "ADDRESS/BITS". */
static int
parse_network(const char *text, struct netaddr *out, unsigned *prefix_bits)
{
	struct pattern pattern;
	struct err err;

	if (pattern_parse(LIST_CLIENT, text, &pattern, &err) != 0 ||
	    pattern.type != PATTERN_NETWORK)
		return -1;
	*out = pattern.network;
	*prefix_bits = pattern.prefix_bits;
	return 0;
}

static int
colons_n(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += *text == ':';
	return n;
}

/* Parse the first three numbers of an IPv4 address, or the first four groups of
 * an IPv6 address. */
static int
parse_beginning(const char *text, struct netaddr *out, unsigned *prefix_bits)
{
	char whole[FOREIGN_CLIENT_SIZE + 2];
	bool is_ipv6 = strchr(text, ':') != NULL;

	if (is_ipv6 && colons_n(text) != 3)
		return -1;
	*prefix_bits = is_ipv6 ? 64 : 24;
	snprintf(whole, sizeof(whole), "%s%s", text, is_ipv6 ? "::" : ".0");
	return netaddr_parse(whole, out) == 0 &&
		out->family == (is_ipv6 ? NETADDR_IPV6 : NETADDR_IPV4)
	    ? 0
	    : -1;
}

/* Parse an address, a network, or the beginning of an address. */
static int
parse_client(const char *text, struct netaddr *out, unsigned *prefix_bits)
{
	if (strchr(text, '/') != NULL)
		return parse_network(text, out, prefix_bits);
	if (netaddr_parse(text, out) != 0)
		return parse_beginning(text, out, prefix_bits);
	*prefix_bits = netaddr_bits(out->family);
	return 0;
}

/* True if the auto-whitelist counts the network as one host. */
static bool
is_host(const struct netaddr *network, unsigned prefix_bits)
{
	return prefix_bits >= (network->family == NETADDR_IPV6
				      ? NETADDR_IPV6_HOST_BITS
				      : netaddr_bits(network->family));
}

static bool
is_mail_address(const char *text)
{
	const char *at = strrchr(text, '@');

	return at != NULL && at != text && at[1] != '\0';
}

static enum foreign_result
make_triplet_key(const struct foreign *foreign, const struct netaddr *client,
    const struct key_rules *rules, struct key *out)
{
	static struct request request; /* large */

	if (!is_mail_address(foreign->recipient) ||
	    (foreign->sender[0] != '\0' && !is_mail_address(foreign->sender)))
		return FOREIGN_NO_MAIL;
	request_clear(&request);
	request.client = *client;
	strcpy(request.sender, foreign->sender);
	strcpy(request.recipient, foreign->recipient);
	key_of_network(&request, rules, out);
	return FOREIGN_TAKEN;
}

static enum foreign_result
make_key(const struct foreign *foreign, const struct key_rules *rules,
    struct key *out)
{
	struct netaddr client;
	unsigned prefix_bits;

	if (parse_client(foreign->client, &client, &prefix_bits) != 0)
		return FOREIGN_NO_ADDRESS;
	if (foreign->kind == FOREIGN_TRIPLET)
		return make_triplet_key(foreign, &client, rules, out);
	if (!is_host(&client, prefix_bits))
		return FOREIGN_NETWORK;
	key_of_address(&client, out);
	return FOREIGN_TAKEN;
}

/* ---- The record ---- */

static int64_t
at_most(int64_t time_s, int64_t limit_s)
{
	return time_s < limit_s ? time_s : limit_s;
}

static struct record
make_record(const struct foreign *foreign, const struct greylist_rules *rules,
    int64_t written_s)
{
	bool is_client = foreign->kind == FOREIGN_CLIENT;
	bool has_passed = is_client || foreign->passed_s > 0;
	struct record record = {
	    .first_seen_s = at_most(foreign->first_seen_s, written_s),
	    .last_seen_s = at_most(foreign->last_seen_s, written_s),
	    .passed_s = at_most(foreign->passed_s, written_s),
	    .deferred_n = !is_client,
	    .passed_n = is_client ? foreign->retries_n : has_passed,
	};

	record.expires_s = has_passed
	    ? record_later_by(record.last_seen_s, rules->keep_s)
	    : record_later_by(record.first_seen_s, rules->retry_window_s);
	return record;
}

enum foreign_result
foreign_row(const struct foreign *foreign, const struct foreign_rules *rules,
    int64_t written_s, int64_t now_s, struct store_row *out)
{
	static struct store_row row; /* large */
	enum foreign_result result = make_key(foreign, &rules->keys, &row.key);

	if (result != FOREIGN_TAKEN)
		return result;
	row.record = make_record(foreign, &rules->greylist, written_s);
	if (row.record.expires_s < now_s)
		return FOREIGN_EXPIRED;
	key_copy(&out->key, &row.key);
	out->record = row.record;
	return FOREIGN_TAKEN;
}
