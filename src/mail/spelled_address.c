/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/spelled_address.h"

#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
const unsigned char hex_digits[256] = {
	['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21,
	['6'] = 22, ['7'] = 23, ['8'] = 24, ['9'] = 25, ['a'] = 26, ['b'] = 27,
	['c'] = 28, ['d'] = 29, ['e'] = 30, ['f'] = 31,
};
/* clang-format on */

/* One way to write an address in a host name: as a sequence of units. */
struct spelling {
	unsigned base;     /* of the digits: 10 or 16 */
	unsigned digits_n; /* most digits of a unit, with leading zeros */
	unsigned units_n;
	unsigned enough_n;  /* so many units in a row are enough */
	bool zeros_count;   /* a unit of 0 counts for enough_n (IPv4) */
	unsigned units[32]; /* octets, groups of 16 bits, or nibbles */
};

/* Orders in which names have the octets of an IPv4 address. */
/* clang-format off */
static const uint8_t orders[][4] = {
	{ 0, 1, 2, 3 }, /* c-73-1-2-3.hsd1.ca.comcast.net */
	{ 3, 2, 1, 0 }, /* 3.2.1.35.bc.googleusercontent.com */
	{ 2, 3, 0, 1 }, /* host, then network: -18-247.w90-76.abo... */
};
/* clang-format on */

static bool
is_digit(const struct spelling *spelling, char c)
{
	return hex_digit(c) < spelling->base;
}

/* True if the text begins with the unit, written with digits_n digits. */
static bool
begins_with(const struct spelling *spelling, const char *text, unsigned unit,
    unsigned digits_n)
{
	unsigned value = 0;

	for (unsigned i = 0; i < digits_n; i++) {
		if (!is_digit(spelling, text[i]))
			return false;
		value = value * spelling->base + hex_digit(text[i]);
	}
	/* A hexadecimal unit without its leading zeros needs a separator
	 * behind it. This also bounds the work for a name of many zeros. */
	if (digits_n < spelling->digits_n && spelling->base == 16 &&
	    is_digit(spelling, text[digits_n]))
		return false;
	return value == spelling->units[unit];
}

/* Between decimal units any text may stand (host3-2-dynamic.1-79-r.retail...).
 * Between hexadecimal units only one separator may: letters are digits there.
 */
static const char *
skip_separator(const struct spelling *spelling, const char *text)
{
	if (spelling->base == 16)
		return text + (*text == '-' || *text == '.' || *text == '_');
	while (*text != '\0' && !is_digit(spelling, *text))
		text++;
	return text;
}

static bool continues(const struct spelling *spelling, const char *text,
    unsigned unit, unsigned found_n, unsigned shortest_n);

/* True if the units found so far are enough, or if the text continues with more
 * units. "full": the last unit has all its digits. */
static bool
enough_or_continues(const struct spelling *spelling, const char *text,
    unsigned unit, unsigned found_n, bool full)
{
	if (found_n >= spelling->enough_n &&
	    (full || !is_digit(spelling, *text)))
		return true;
	return unit < spelling->units_n &&
	    continues(spelling, skip_separator(spelling, text), unit, found_n,
		1);
}

/* True if the text continues with this unit, in at least shortest_n digits, and
 * then with enough of the next units. found_n units stand before it. */
static bool
continues(const struct spelling *spelling, const char *text, unsigned unit,
    unsigned found_n, unsigned shortest_n)
{
	unsigned full_n = spelling->digits_n;

	if (spelling->zeros_count || spelling->units[unit] != 0)
		found_n++;
	for (unsigned digits_n = full_n; digits_n >= shortest_n; digits_n--) {
		if (begins_with(spelling, text, unit, digits_n) &&
		    enough_or_continues(spelling, text + digits_n, unit + 1,
			found_n, digits_n == full_n))
			return true;
	}
	return false;
}

/* True if enough units begin at name[at]. Inside a number, the first unit must
 * have all its digits, as in "pop081002003004". */
static bool
begins_at(const struct spelling *spelling, const char *name, size_t at)
{
	bool inside = at > 0 && is_digit(spelling, name[at - 1]);
	unsigned shortest_n = inside ? spelling->digits_n : 1;

	for (unsigned i = 0; i <= spelling->units_n - spelling->enough_n; i++) {
		/* This too bounds the work for a name of many zeros. */
		if (!spelling->zeros_count && spelling->units[i] == 0)
			continue;
		if (continues(spelling, name + at, i, 0, shortest_n))
			return true;
	}
	return false;
}

/* A bit for each digit that the unit may begin with: its first digit, or a
 * leading zero. */
static unsigned
first_digits(const struct spelling *spelling, unsigned unit)
{
	unsigned value = spelling->units[unit];
	unsigned digits_n = 1;

	for (; value >= spelling->base; digits_n++)
		value /= spelling->base;
	return 1U << value | (digits_n < spelling->digits_n ? 1U : 0);
}

/* True if the name has the spelling. The first digit rules out most places. */
static bool
has_spelling(const char *name, const struct spelling *spelling)
{
	unsigned firsts = 0;

	for (unsigned i = 0; i <= spelling->units_n - spelling->enough_n; i++)
		firsts |= first_digits(spelling, i);
	for (size_t at = 0; name[at] != '\0'; at++) {
		if ((firsts >> hex_digit(name[at]) & 1) != 0 &&
		    begins_at(spelling, name, at))
			return true;
	}
	return false;
}

static unsigned
decimal_digits_n(const char *name)
{
	unsigned n = 0;

	for (; *name != '\0'; name++)
		n += hex_digit(*name) < 10;
	return n;
}

static bool
spells_ipv4(const char *name, const uint8_t octets[4])
{
	struct spelling decimal = {.base = 10, .digits_n = 3, .units_n = 4};
	struct spelling hexadecimal = {.base = 16, .digits_n = 2, .units_n = 4};

	/* Most names have no digits. */
	bool may_be_decimal = decimal_digits_n(name) >= 3;

	decimal.enough_n = hexadecimal.enough_n = 3;
	decimal.zeros_count = hexadecimal.zeros_count = true;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		for (unsigned unit = 0; unit < 4; unit++) {
			decimal.units[unit] = octets[orders[i][unit]];
			hexadecimal.units[unit] = decimal.units[unit];
		}
		if ((may_be_decimal && has_spelling(name, &decimal)) ||
		    has_spelling(name, &hexadecimal))
			return true;
	}
	return false;
}

static bool
spells_ipv6(const char *name, const uint8_t octets[16])
{
	struct spelling groups = {.base = 16, .digits_n = 4, .units_n = 8};
	struct spelling nibbles = {.base = 16, .digits_n = 1, .units_n = 32};
	struct spelling reversed;

	groups.enough_n = 3;
	nibbles.enough_n = 6;
	for (unsigned i = 0; i < 8; i++)
		groups.units[i] =
		    (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
	for (unsigned i = 0; i < 32; i++)
		nibbles.units[i] = octets[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
	reversed = nibbles; /* as in ip6.arpa */
	for (unsigned i = 0; i < 32; i++)
		reversed.units[i] = nibbles.units[31 - i];
	return has_spelling(name, &groups) || has_spelling(name, &nibbles) ||
	    has_spelling(name, &reversed);
}

bool
spelled_address(const char *name, const struct netaddr *client)
{
	switch (client->family) {
	case NETADDR_IPV4:
		return spells_ipv4(name, client->octets);
	case NETADDR_IPV6:
		return spells_ipv6(name, client->octets);
	case NETADDR_NONE:
		break;
	}
	return false;
}
