/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/generic_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS     "0123456789"
#define HEX_DIGITS DIGITS "abcdef"
#define LETTERS    "abcdefghijklmnopqrstuvwxyz"

/* ---- Words ---- */

enum match { WHOLE, BEGINNING };

/* A word is a run of letters in the host part. */
static const struct {
	const char *word;
	enum match match;
} words[] = {
    /* The line. */
    {"adsl", BEGINNING},
    {"ads", WHOLE},
    {"asdl", WHOLE},
    {"bb", WHOLE},
    {"broadband", BEGINNING},
    {"cable", BEGINNING},
    {"catv", BEGINNING},
    {"cm", WHOLE},
    {"cmts", WHOLE},
    {"docsis", WHOLE},
    {"dsl", BEGINNING},
    {"fibra", WHOLE},
    {"fibre", WHOLE},
    {"ftth", WHOLE},
    {"fttx", WHOLE},
    {"gpon", WHOLE},
    {"hfc", WHOLE},
    {"hsd", WHOLE},
    {"isdn", WHOLE},
    {"lightspeed", WHOLE},
    {"onu", WHOLE},
    {"sdsl", WHOLE},
    {"vdsl", BEGINNING},
    {"wimax", WHOLE},
    {"xdsl", WHOLE},
    /* How the address is given. */
    {"cgn", BEGINNING},
    {"dhcp", BEGINNING},
    {"dial", BEGINNING},
    {"dip", WHOLE},
    {"dyn", BEGINNING},
    {"ipcp", WHOLE},
    {"ipoe", WHOLE},
    {"nat", WHOLE},
    {"pool", BEGINNING},
    {"ppp", BEGINNING},
    {"unassigned", WHOLE},
    {"unknown", WHOLE},
    {"unused", WHOLE},
    /* Radio. */
    {"edge", WHOLE},
    {"gprs", WHOLE},
    {"gsm", WHOLE},
    {"lte", WHOLE},
    {"mob", WHOLE},
    {"mobile", WHOLE},
    {"umts", WHOLE},
    {"wifi", WHOLE},
    {"wireless", WHOLE},
    {"wlan", WHOLE},
    /* Whose it is. */
    {"abo", WHOLE},
    {"client", WHOLE},
    {"clients", WHOLE},
    {"cpe", WHOLE},
    {"cust", WHOLE},
    {"customer", WHOLE},
    {"customers", WHOLE},
    {"home", WHOLE},
    {"homeuser", WHOLE},
    {"kunde", WHOLE},
    {"res", WHOLE},
    {"resi", WHOLE},
    {"residential", WHOLE},
    {"subs", WHOLE},
    {"subscriber", WHOLE},
    {"subscribers", WHOLE},
    {"user", WHOLE},
    {"users", WHOLE},
    /* Rented machines. */
    {"ec", WHOLE},
    {"kvm", WHOLE},
    {"vmi", WHOLE},
    {"vps", BEGINNING},
    {"vserver", WHOLE},
    {"instance", WHOLE},
};

static bool
is_telling(const char *run, size_t n)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t word_n = strlen(words[i].word);

		if (strncmp(run, words[i].word, word_n) == 0 &&
		    (n == word_n ||
			(n > word_n && words[i].match == BEGINNING)))
			return true;
	}
	return false;
}

static bool
has_telling_word(const char *name, size_t host_n)
{
	size_t at = 0;

	while (at < host_n) {
		size_t n = strspn(name + at, LETTERS);

		if (n > 0 && at + n <= host_n && is_telling(name + at, n))
			return true;
		at += n > 0 ? n : 1;
	}
	return false;
}

/* ---- Domains where machines are rented, and names are made for them ---- */

static const char *const domains[] = {
    "amazonaws.com",
    "azure.com",
    "cloudapp.net",
    "contaboserver.net",
    "googleusercontent.com",
    "hosted-by-vdsina.com",
    "hwclouds-dns.com",
    "linode.com",
    "linodeusercontent.com",
    "members.linode.com",
    "oraclecloud.com",
    "oraclevcn.com",
    "poneytelecom.eu",
    "vultr.com",
    "vultrusercontent.com",
    "your-server.de",
};

static bool
is_below(const char *name, const char *domain)
{
	size_t n = strlen(name), domain_n = strlen(domain);

	return n > domain_n && name[n - domain_n - 1] == '.' &&
	    strcmp(name + n - domain_n, domain) == 0;
}

static bool
is_rented(const char *name)
{
	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		if (is_below(name, domains[i]))
			return true;
	return false;
}

/* ---- The address, spelled ---- */

/* What part i of n of the address is, forward or backward. */
static unsigned
part(const unsigned parts[], unsigned n, unsigned i, bool backward)
{
	return parts[backward ? n - 1 - i : i];
}

#define PARTS_ENOUGH  3
#define SEPARATOR_MAX 2

/* How many parts in a row, from part i on, the numbers from "at" on are; up to
 * two octets of other kind stand between two of them. */
static unsigned
count_row(const char *at, const char *digits, int base, const unsigned parts[],
    unsigned n, unsigned i, bool backward)
{
	/* A lone hexadecimal digit of an IPv4 address is rather a letter. */
	size_t digits_min = base == 16 && n == 4 ? 2 : 1;
	unsigned found_n = 0;

	while (i < n) {
		size_t digits_n = strspn(at, digits), gap_n;

		if (digits_n < digits_min || digits_n > 4 ||
		    strtoul(at, NULL, base) != part(parts, n, i, backward))
			break;
		found_n++;
		i++;
		at += digits_n;
		gap_n = strcspn(at, digits);
		if (gap_n == 0 || gap_n > SEPARATOR_MAX)
			break;
		at += gap_n;
	}
	return found_n;
}

/* Zeros alone are no proof. */
static bool
says_something(const unsigned parts[], unsigned n, unsigned i, bool backward)
{
	for (unsigned j = 0; j < PARTS_ENOUGH; j++)
		if (part(parts, n, i + j, backward) != 0)
			return true;
	return false;
}

/* Whether enough parts stand in a row, as numbers with something between
 * them. */
static bool
spells_apart(const char *name, const char *digits, int base,
    const unsigned parts[], unsigned n)
{
	for (size_t at = 0; name[at] != '\0'; at++) {
		if (strchr(digits, name[at]) == NULL ||
		    (at > 0 && strchr(digits, name[at - 1]) != NULL))
			continue;
		for (unsigned i = 0; i + PARTS_ENOUGH <= n; i++)
			for (int backward = 0; backward < 2; backward++)
				if (says_something(parts, n, i, backward) &&
				    count_row(name + at, digits, base, parts, n,
					i, backward) >= PARTS_ENOUGH)
					return true;
	}
	return false;
}

/* How a part is written where nothing stands between them. */
struct style {
	bool hex;
	int width;       /* filled up with zeros */
	const char *end; /* behind each */
};

static void
spell(const struct style *style, unsigned value, char *out, size_t size)
{
	if (style->hex)
		snprintf(out, size, "%0*x%s", style->width, value, style->end);
	else
		snprintf(out, size, "%0*u%s", style->width, value, style->end);
}

/* Whether so many parts stand in a row, in this style, and are long enough to
 * be no accident. */
static bool
spells_joined(const char *name, const struct style *style, size_t octets_min,
    const unsigned parts[], unsigned n, unsigned enough)
{
	for (unsigned i = 0; i + enough <= n; i++)
		for (int backward = 0; backward < 2; backward++) {
			char text[64] = "";
			size_t text_n = 0;

			for (unsigned j = 0; j < enough; j++) {
				spell(style, part(parts, n, i + j, backward),
				    text + text_n, sizeof(text) - text_n);
				text_n = strlen(text);
			}
			if (text_n >= octets_min &&
			    strspn(text, "0.") != text_n &&
			    strstr(name, text) != NULL)
				return true;
		}
	return false;
}

static const struct style padded = {false, 3, ""};
static const struct style plain = {false, 0, ""};
static const struct style hex_octet = {true, 2, ""};
static const struct style hex_group = {true, 4, ""};
static const struct style hex_digit = {true, 1, "."};

static bool
spells_ipv4(const char *name, const struct netaddr *client)
{
	unsigned octets[4];
	char number[16];

	for (int i = 0; i < 4; i++)
		octets[i] = client->octets[i];
	snprintf(number, sizeof(number), "%lu",
	    (unsigned long)octets[0] << 24 | octets[1] << 16 | octets[2] << 8 |
		octets[3]);
	return spells_apart(name, DIGITS, 10, octets, 4) ||
	    spells_apart(name, HEX_DIGITS, 16, octets, 4) ||
	    spells_joined(name, &padded, 9, octets, 4, 3) ||
	    spells_joined(name, &hex_octet, 6, octets, 4, 3) ||
	    spells_joined(name, &plain, 7, octets, 4, 4) ||
	    (strlen(number) >= 8 && strstr(name, number) != NULL);
}

/* As groups of four digits, or as single digits (RFC 3596 2.5). */
static bool
spells_ipv6(const char *name, const struct netaddr *client)
{
	unsigned groups[8], digits[32];

	for (int i = 0; i < 8; i++)
		groups[i] = (unsigned)client->octets[2 * i] << 8 |
		    client->octets[2 * i + 1];
	for (int i = 0; i < 16; i++) {
		digits[2 * i] = client->octets[i] >> 4;
		digits[2 * i + 1] = client->octets[i] & 15;
	}
	return spells_apart(name, HEX_DIGITS, 16, groups, 8) ||
	    spells_joined(name, &hex_group, 12, groups, 8, 3) ||
	    spells_joined(name, &hex_digit, 16, digits, 32, 8);
}

bool
generic_name(const char *name, size_t host_n, const struct netaddr *client)
{
	if (is_rented(name) || has_telling_word(name, host_n))
		return true;
	return client->family == NETADDR_IPV6 ? spells_ipv6(name, client)
					      : spells_ipv4(name, client);
}
