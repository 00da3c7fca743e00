/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/pattern.h"

#include <stdio.h>
#include <string.h>

#include "base/lowercase.h"

#define DIGITS "0123456789"
#define PLAIN                                                      \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123" \
	"456789-_."

static const char *const kind_words[LIST_KINDS] = {
    [LIST_CLIENT] = "client",
    [LIST_SENDER] = "sender",
    [LIST_RECIPIENT] = "recipient",
};

const char *
list_kind_word(enum list_kind kind)
{
	return kind_words[kind];
}

int
list_kind_parse(const char *word, enum list_kind *out)
{
	for (int i = 0; i < LIST_KINDS; i++)
		if (strcmp(kind_words[i], word) == 0) {
			*out = (enum list_kind)i;
			return 0;
		}
	return -1;
}

/* ---- Networks ---- */

static unsigned
count_of(const char *text, char octet)
{
	unsigned n = 0;

	for (; *text != '\0'; text++)
		n += *text == octet;
	return n;
}

/* Append zeros to "192.0.2" or "192.168", to make four octets. Returns the
 * prefix length, or 0 if the text is neither two nor three octets. */
static unsigned
complete_octets(const char *text, char out[NETADDR_TEXT_SIZE])
{
	unsigned dots_n = count_of(text, '.');

	if (text[strspn(text, DIGITS ".")] != '\0' || dots_n < 1 ||
	    dots_n > 2 || text[strlen(text) - 1] == '.' || strlen(text) > 11)
		return 0;
	strcpy(out, text);
	strcat(out, dots_n == 1 ? ".0.0" : ".0");
	return dots_n == 1 ? 16 : 24;
}

/* True if the text can only mean an address or a network. */
static bool
looks_like_network(const char *text)
{
	return strchr(text, ':') != NULL ||
	    text[strspn(text, DIGITS "./")] == '\0';
}

static int
bad_network(const char *text, struct err *err)
{
	if (text[strspn(text, DIGITS)] == '\0')
		return err_set(err,
		    "a single octet is not a network: \"%s\" (write "
		    "%s.0.0.0/8)",
		    text, text);
	if (text[strlen(text) - 1] == '.')
		return err_set(err,
		    "a dot at the end of a network: \"%s\" (write it without "
		    "the dot)",
		    text);
	return err_set(err,
	    "not an address or a network: \"%s\" (write it like 192.0.2.1, "
	    "192.0.2, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32)",
	    text);
}

static void
spell_network(struct pattern *out)
{
	if (out->prefix_bits == netaddr_bits(out->network.family))
		netaddr_format(&out->network, out->text);
	else
		netaddr_format_network(&out->network, out->prefix_bits,
		    out->text);
}

static int
parse_network(const char *text, struct pattern *out, struct err *err)
{
	char address[NETADDR_TEXT_SIZE];
	unsigned bits = complete_octets(text, address);
	struct netaddr given;

	out->type = PATTERN_NETWORK;
	out->was_two_octets = bits == 16;
	if ((bits != 0 ? netaddr_parse(address, &given)
		       : netaddr_parse_network(text, &given, &bits)) != 0)
		return bad_network(text, err);
	out->network = netaddr_network(given, bits);
	out->prefix_bits = bits;
	out->had_host_bits = memcmp(&given, &out->network, sizeof(given)) != 0;
	spell_network(out);
	return 0;
}

/* ---- Names and mail addresses ---- */

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* True if the text is a domain: labels that are not empty, with dots between
 * them. */
static bool
is_domain(const char *text, bool ascii_only)
{
	const char *label = text;

	if (*text == '\0' || strlen(text) > 255)
		return false;
	for (;; label++) {
		size_t n = strcspn(label, ".");

		if (n == 0)
			return false;
		for (size_t i = 0; i < n; i++)
			if (strchr(PLAIN, label[i]) == NULL &&
			    (ascii_only || (unsigned char)label[i] < 0x80))
				return false;
		label += n;
		if (*label == '\0')
			return true;
	}
}

static int
bad_domain(enum list_kind kind, const char *text, struct err *err)
{
	if (!is_ascii(text) && kind == LIST_CLIENT)
		return err_set(err,
		    "a host name that is not ASCII: \"%s\" (write its xn-- "
		    "form)",
		    text);
	if (text[0] != '\0' && text[strlen(text) - 1] == '.')
		return err_set(err,
		    "a dot at the end of a name: \"%s\" (write it without the "
		    "dot)",
		    text);
	return err_set(err, "not a %s pattern: \"%s\" (write %s)",
	    list_kind_word(kind), text,
	    kind == LIST_CLIENT
		? "an address, a network, a host or domain name, or /regex/"
		: "user@domain, user@, a domain, or /regex/");
}

/* True for "10.0.0.1-10.0.0.5", and for "10.0.0.0-255". The last label of a
 * host name with a dot is alphabetic (RFC 1123 2.1), or begins with "xn--". */
static bool
ends_with_number(const char *domain)
{
	const char *dot = strrchr(domain, '.');

	return dot != NULL ? dot[1] != '\0' && strchr(DIGITS, dot[1]) != NULL
			   : domain[strspn(domain, DIGITS "-")] == '\0';
}

static int
bad_number(const char *text, struct err *err)
{
	return err_set(err,
	    "the last part of a host name cannot begin with a digit: \"%s\" "
	    "(write a network like 192.0.2.0/24)",
	    text);
}

static int
parse_domain(enum list_kind kind, const char *text, struct pattern *out,
    struct err *err)
{
	const char *domain = text;

	out->type = PATTERN_DOMAIN;
	if (strncmp(domain, "*.", 2) == 0)
		domain++;
	if (*domain == '.') {
		out->type = PATTERN_SUBDOMAINS;
		domain++;
	}
	if (!is_domain(domain, kind == LIST_CLIENT) ||
	    (kind == LIST_CLIENT && looks_like_network(domain)))
		return bad_domain(kind, text, err);
	if (kind == LIST_CLIENT && ends_with_number(domain))
		return bad_number(text, err);
	snprintf(out->text, sizeof(out->text), "%s%s",
	    out->type == PATTERN_SUBDOMAINS ? "." : "", domain);
	lowercase(out->text, out->text);
	return 0;
}

/* "*" is an ordinary character of a user (RFC 5321 4.1.2), but at the beginning
 * or the end it is meant as a wildcard. */
static int
check_wildcard(const char *text, const char *at, struct err *err)
{
	if (text[0] != '*' && at[-1] != '*')
		return 0;
	if (at == text + 1 && at[1] != '\0' && at[1] != '[')
		return err_set(err,
		    "\"*\" is no wildcard in a mail address: \"%s\" (write %s)",
		    text, at + 1);
	return err_set(err,
	    "\"*\" is no wildcard in a mail address: \"%s\" (write a regular "
	    "expression like /^user.*@example\\.org$/)",
	    text);
}

/* A user can have "@" or a comma, but "a@example.org,b@example.org" are two
 * addresses. */
static int
check_single(const char *text, const char *at, struct err *err)
{
	size_t n = strcspn(text, ",;");

	if (text[0] == '"' || strchr(text, '@') == at || text + n >= at)
		return 0;
	return err_set(err,
	    "more than one mail address: \"%s\" (write one pattern for each "
	    "address)",
	    text);
}

static int
parse_address(enum list_kind kind, const char *text, const char *at,
    struct pattern *out, struct err *err)
{
	out->type = at[1] == '\0' ? PATTERN_USER : PATTERN_ADDRESS;
	if (at == text ||
	    (at[1] != '\0' && at[1] != '[' && !is_domain(at + 1, false)))
		return bad_domain(kind, text, err);
	if (check_wildcard(text, at, err) != 0 ||
	    check_single(text, at, err) != 0)
		return -1;
	lowercase(text, out->text);
	return 0;
}

/* ---- Any pattern ---- */

static bool
has_blank_or_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return true;
	return false;
}

static int
parse_regex(const char *text, struct pattern *out, struct err *err)
{
	size_t n = strlen(text);

	if (n < 3 || text[n - 1] != '/')
		return err_set(err,
		    "not a regular expression: \"%s\" (write it between two "
		    "slashes)",
		    text);
	out->type = PATTERN_REGEX;
	strcpy(out->text, text);
	return 0;
}

static int
parse_mail_pattern(enum list_kind kind, const char *text, struct pattern *out,
    struct err *err)
{
	const char *at = strrchr(text, '@');

	if (strcmp(text, "<>") == 0 && kind == LIST_SENDER) {
		out->type = PATTERN_NULL_SENDER;
		strcpy(out->text, text);
		return 0;
	}
	if (at != NULL)
		return parse_address(kind, text, at, out, err);
	return parse_domain(kind, text, out, err);
}

int
pattern_parse(enum list_kind kind, const char *text, struct pattern *out,
    struct err *err)
{
	struct pattern pattern = {.type = PATTERN_DOMAIN};
	int rc;

	if (strlen(text) >= PATTERN_SIZE)
		return err_set(err,
		    "the pattern is too long (write at most %d octets)",
		    PATTERN_SIZE - 1);
	if (*text == '\0')
		return err_set(err, "the pattern is empty");
	if (has_blank_or_control(text))
		return err_set(err,
		    "the pattern has a blank or a control character");
	if (text[0] == '/')
		rc = parse_regex(text, &pattern, err);
	else if (kind != LIST_CLIENT)
		rc = parse_mail_pattern(kind, text, &pattern, err);
	else if (looks_like_network(text))
		rc = parse_network(text, &pattern, err);
	else
		rc = parse_domain(kind, text, &pattern, err);
	if (rc == 0)
		*out = pattern;
	return rc;
}

bool
pattern_is_top_level(const struct pattern *pattern)
{
	const char *name = pattern->text + (pattern->text[0] == '.');

	return (pattern->type == PATTERN_DOMAIN ||
		   pattern->type == PATTERN_SUBDOMAINS) &&
	    strchr(name, '.') == NULL;
}
