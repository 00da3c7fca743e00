/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/generic_name.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/lowercase.h"

#define NAME_MAX_N 253 /* RFC 1035 2.3.4, without the dot at the end */
#define SERIAL_MIN 12  /* hexadecimal digits of a MAC address */
#define QUAD_N     4
#define OCTET_MAX  255

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- The client's address ---- */

/* An address as numbers that a name may hold one after the other. */
struct spelling {
	unsigned base;     /* of the digits: 10 or 16 */
	unsigned digits_n; /* of a unit with its leading zeros */
	unsigned units_n;
	unsigned enough_n;  /* units in a row that are no accident */
	bool zeros_count;   /* IPv6 addresses are full of them */
	unsigned units[32]; /* octets, groups of 16 bits, or nibbles */
};

/* Where in an IPv4 address the octets are that a name has. */
/* clang-format off */
static const uint8_t orders[][4] = {
	{ 0, 1, 2, 3 }, /* c-73-1-2-3.hsd1.ca.comcast.net */
	{ 3, 2, 1, 0 }, /* 3.2.1.35.bc.googleusercontent.com */
	{ 2, 3, 0, 1 }, /* the host, then its network: -18-247.w90-76.abo... */
};
/* clang-format on */

/* The digit's value, 16 when it is none. */
static unsigned
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	return 16;
}

static bool
is_digit(const struct spelling *spelling, char c)
{
	return digit(c) < spelling->base;
}

/* Whether the text begins with this unit, in so many digits. */
static bool
begins_with(const struct spelling *spelling, const char *text, unsigned unit,
    unsigned digits_n)
{
	unsigned value = 0;

	for (unsigned i = 0; i < digits_n; i++) {
		if (!is_digit(spelling, text[i]))
			return false;
		value = value * spelling->base + digit(text[i]);
	}
	/* Without their zeros, only decimal octets are ever joined; and a
	 * name of zeros must not be tried in all its ways. */
	if (digits_n < spelling->digits_n && spelling->base == 16 &&
	    is_digit(spelling, text[digits_n]))
		return false;
	return value == spelling->units[unit];
}

/* Words may stand between decimal numbers (host3-2-dynamic.1-79-r.retail...);
 * letters are hexadecimal digits too often. */
static const char *
skip_separator(const struct spelling *spelling, const char *text)
{
	if (spelling->base == 16)
		return text + (*text == '-' || *text == '.' || *text == '_');
	while (*text != '\0' && !is_digit(spelling, *text))
		text++;
	return text;
}

static bool goes_on(const struct spelling *spelling, const char *text,
    unsigned unit, unsigned told_n, unsigned shortest_n);

/* Whether that many units are enough here, or go on with the next one. */
static bool
enough_or_goes_on(const struct spelling *spelling, const char *text,
    unsigned unit, unsigned told_n, bool full)
{
	if (told_n >= spelling->enough_n &&
	    (full || !is_digit(spelling, *text)))
		return true;
	return unit < spelling->units_n &&
	    goes_on(spelling, skip_separator(spelling, text), unit, told_n, 1);
}

/* Whether the text has the units from this one on, after told_n others; this
 * one in shortest_n digits at least. */
static bool
goes_on(const struct spelling *spelling, const char *text, unsigned unit,
    unsigned told_n, unsigned shortest_n)
{
	unsigned full_n = spelling->digits_n;

	if (spelling->zeros_count || spelling->units[unit] != 0)
		told_n++;
	for (unsigned digits_n = full_n; digits_n >= shortest_n; digits_n--) {
		if (begins_with(spelling, text, unit, digits_n) &&
		    enough_or_goes_on(spelling, text + digits_n, unit + 1,
			told_n, digits_n == full_n))
			return true;
	}
	return false;
}

/* Whether enough units begin at name[at]. Inside of a number they do when the
 * first one has all its digits: "pop081002003004". */
static bool
begins_at(const struct spelling *spelling, const char *name, size_t at)
{
	bool inside = at > 0 && is_digit(spelling, name[at - 1]);
	unsigned shortest_n = inside ? spelling->digits_n : 1;

	for (unsigned i = 0; i <= spelling->units_n - spelling->enough_n; i++) {
		/* Nor must a name of zeros be tried at each of them. */
		if (!spelling->zeros_count && spelling->units[i] == 0)
			continue;
		if (goes_on(spelling, name + at, i, 0, shortest_n))
			return true;
	}
	return false;
}

/* The digits, as bits, that a unit may begin with: its own first one, or a
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

/* Most places in a name are settled by their first digit. */
static bool
has_spelling(const char *name, const struct spelling *spelling)
{
	unsigned firsts = 0;

	for (unsigned i = 0; i <= spelling->units_n - spelling->enough_n; i++)
		firsts |= first_digits(spelling, i);
	for (size_t at = 0; name[at] != '\0'; at++) {
		if ((firsts >> digit(name[at]) & 1) != 0 &&
		    begins_at(spelling, name, at))
			return true;
	}
	return false;
}

static bool
spells_ipv4(const char *name, const uint8_t octets[4])
{
	struct spelling decimal = {.base = 10, .digits_n = 3, .units_n = 4};
	struct spelling hexadecimal = {.base = 16, .digits_n = 2, .units_n = 4};

	decimal.enough_n = hexadecimal.enough_n = 3;
	decimal.zeros_count = hexadecimal.zeros_count = true;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		for (unsigned unit = 0; unit < 4; unit++) {
			decimal.units[unit] = octets[orders[i][unit]];
			hexadecimal.units[unit] = decimal.units[unit];
		}
		if (has_spelling(name, &decimal) ||
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

static bool
spells_address(const char *name, const struct netaddr *client)
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

/* ---- Other numbers ---- */

/* The end of a number up to 255, NULL when none begins here. */
static const char *
after_octet(const char *text)
{
	unsigned value = 0;
	unsigned digits_n = 0;

	for (; digit(text[digits_n]) < 10 && digits_n < 4; digits_n++)
		value = value * 10 + digit(text[digits_n]);
	return digits_n >= 1 && digits_n <= 3 && value <= OCTET_MAX
	    ? text + digits_n
	    : NULL;
}

static bool
quad_begins(const char *text)
{
	char separator = '\0';

	for (unsigned i = 0; i < QUAD_N; i++) {
		if (i == 1 && strchr("-._x", *text) != NULL)
			separator = *text;
		if (i > 0 && (separator == '\0' || *text++ != separator))
			return false;
		text = after_octet(text);
		if (text == NULL)
			return false;
	}
	return true;
}

/* Whether it has four octets with the same separator: an address that the
 * client has besides, or had. */
static bool
has_quad(const char *name)
{
	for (size_t at = 0; name[at] != '\0'; at++) {
		if ((at == 0 || digit(name[at - 1]) >= 10) &&
		    quad_begins(name + at))
			return true;
	}
	return false;
}

/* Whether it has so many hexadecimal digits in a row, with a decimal one
 * among them: a MAC address (S0106001122334455.vc.shawcable.net), a UUID. */
static bool
has_serial(const char *name)
{
	size_t digits_n = 0;
	bool decimal = false;

	for (; *name != '\0'; name++) {
		if (digit(*name) == 16) {
			digits_n = 0;
			decimal = false;
			continue;
		}
		digits_n++;
		decimal = decimal || digit(*name) < 10;
		if (digits_n >= SERIAL_MIN && decimal)
			return true;
	}
	return false;
}

/* ---- Ends of names ---- */

/* Clouds and hosters that name what they rent out after a number or a
 * customer; those that always spell the address need no row. */
static const char *const ends[] = {
    ".amazonaws.com",          /* SES sends from amazonses.com */
    ".clients.your-server.de", /* Hetzner; its own mail is beside it */
    ".cloudapp.azure.com",     /* the customer's label, then the region */
    ".cloudapp.net",           /* Azure, earlier */
    ".contaboserver.net",      /* vmi123456 */
    ".googleusercontent.com",  /* Gmail sends from google.com */
    ".hstgr.cloud",            /* Hostinger: srv123456 */
    ".instances.scw.cloud",    /* Scaleway */
    ".kimsufi.com",            /* OVH: ns1234567 */
    ".linodeusercontent.com",  /* IPv6 too, where "--" hides the rest */
    ".members.linode.com",     /* li123-45: two octets */
    ".onlinehome-server.com",  /* IONOS: s12345678 */
    ".onlinehome-server.info", /* IONOS; it sends from kundenserver.de */
    ".startdedicated.com",     /* Host Europe: atlantic540 */
    ".startdedicated.de",
    ".startdedicated.net",
    ".stratoserver.net", /* h1234567; Strato sends from rzone.de */
    ".vps.ovh.ca",       /* vps-1a2b3c4d; OVH sends from mail-out.ovh.net */
    ".vps.ovh.net",
    ".vps.ovh.us",
    ".vultrusercontent.com",
};

static bool
ends_with(const char *name, const char *end)
{
	size_t name_n = strlen(name);
	size_t end_n = strlen(end);

	return name_n >= end_n && strcmp(name + name_n - end_n, end) == 0;
}

static bool
has_end(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (ends_with(name, ends[i]))
			return true;
	}
	return false;
}

/* ---- Words ---- */

enum place { WHOLE, START, END };

/* A word as it stands in a run of letters in front of the domain. */
struct word {
	const char *text;
	enum place place;
};

/* clang-format off */

/* Who gets a line, how, and that another gets it next: nobody calls a mail
 * server so, and a mail server behind such a line shares its network with
 * those that are none. */
static const struct word access_words[] = {
	/* Given out for a while. */
	{ "dyn", START },
	{ "dhcp", START },
	{ "dinamic", START }, /* Italian, Portuguese, Romanian, Spanish */
	{ "dip", WHOLE },     /* Deutsche Telekom: dip0 */
	{ "dynamic", END },
	/* By telephone. */
	{ "adsl", START },
	{ "dial", WHOLE },
	{ "dialin", START },
	{ "dialup", START },
	{ "dsl", START },
	{ "dsl", END }, /* also vdsl, xdsl, internetdsl; not landslide */
	{ "modem", END },
	{ "ppp", START }, /* also pppoe, pppoa */
	/* By cable and fibre. */
	{ "broad", WHOLE }, /* China Telecom: broad.sh.sh */
	{ "broadband", WHOLE },
	{ "cable", START },
	{ "cable", END },
	{ "catv", START },
	{ "cpe", WHOLE },
	{ "ftth", WHOLE },
	{ "hfc", WHOLE },
	{ "hsd", WHOLE },   /* Comcast: hsd1 */
	{ "ipngn", START }, /* NTT: p4213-ipngn100105osakachuo.osaka.ocn... */
	{ "ipoe", WHOLE },  /* NTT */
	{ "nbn", WHOLE },   /* Australia */
	/* By radio. */
	{ "gprs", WHOLE },
	{ "hotspot", WHOLE },
	{ "lte", WHOLE },
	{ "umts", WHOLE },
	{ "wifi", START },
	{ "wireless", WHOLE },
	{ "wlan", WHOLE },
	/* Behind the address of many. */
	{ "cgn", START }, /* also cgnat */
	/* In a home of students. */
	{ "dorm", WHOLE },
	{ "eduroam", WHOLE },
	{ "resnet", WHOLE },
};

/* A mail server may have these in its name beside a word that says what it is:
 * smtp-pool-3, out.mail.customers. */
static const struct word weak_words[] = {
	/* Who has it. */
	{ "abo", WHOLE }, /* abonne, abonent, ...: a subscriber */
	{ "client", START }, /* also clientes */
	{ "cust", WHOLE },
	{ "customer", START },
	{ "home", WHOLE },
	{ "kunde", START }, /* also kunden */
	{ "res", WHOLE },   /* residential: res.spectrum.com */
	{ "subscriber", START },
	{ "user", START }, /* also users */
	/* What it is. */
	{ "access", WHOLE },
	{ "bb", WHOLE }, /* broadband: ti0056a400-0234.bb.online.no */
	{ "bras", WHOLE },
	{ "cm", WHOLE }, /* a cable modem */
	{ "fiber", START },
	{ "fibre", START },
	{ "ip", WHOLE },
	{ "ipad", WHOLE }, /* NTT: p3225-ipad203funabasi.chiba.ocn.ne.jp */
	{ "ipbf", START }, /* NTT */
	{ "lns", WHOLE },
	{ "mobile", WHOLE },
	{ "nas", WHOLE },
	{ "nat", WHOLE },
	{ "pool", START },
	{ "pool", END },
	{ "rev", WHOLE },
	{ "static", WHOLE },
	{ "unassigned", WHOLE },
	{ "unused", WHOLE },
	{ "vpn", START },
	/* What is rented out. */
	{ "dedicated", WHOLE },
	{ "hosted", WHOLE }, /* Leaseweb: hosted-by */
	{ "vds", WHOLE },
	{ "vm", WHOLE },
	{ "vps", START },
	{ "vps", END },
};

static const struct word mail_words[] = {
	{ "bounce", START },
	{ "mail", START }, /* also mailer, mailout, mailgate */
	{ "mail", END },   /* also email, webmail */
	{ "mout", WHOLE },
	{ "mta", START },
	{ "mx", START }, /* also mxphxpool1001.ebay.com */
	{ "outbound", WHOLE },
	{ "outgoing", WHOLE },
	{ "relay", WHOLE },
	{ "smtp", START }, /* also smtpout */
	{ "smtp", END },   /* also esmtp, vsmtp */
};

/* Second labels below which, in domains of countries, others are registered.
 * The public suffix list knows better, but here an error costs little. */
static const char *const second_labels[] = {
	"ac", "ad", "co", "com", "edu", "go", "gob", "gov", "gouv", "in", "ltd",
	"ne", "net", "nom", "or", "org", "plc",
};
/* clang-format on */

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
word_is(const struct word *word, const char *run, size_t run_n)
{
	size_t word_n = strlen(word->text);

	if (run_n < word_n || (word->place == WHOLE && run_n != word_n))
		return false;
	if (word->place == END)
		run += run_n - word_n;
	return strncmp(run, word->text, word_n) == 0;
}

/* Whether one of the words is in the first host_n octets of the name. */
static bool
has_word(const char *name, size_t host_n, const struct word *words,
    size_t words_n)
{
	for (size_t at = 0, run_n; at < host_n; at += run_n + 1) {
		for (run_n = 0; is_letter(name[at + run_n]);)
			run_n++;
		for (size_t i = 0; i < words_n; i++) {
			if (word_is(&words[i], name + at, run_n))
				return true;
		}
	}
	return false;
}

/* The beginning of the label that ends there. */
static size_t
label_at(const char *name, size_t end)
{
	while (end > 0 && name[end - 1] != '.')
		end--;
	return end;
}

static bool
is_second_label(const char *label, size_t label_n)
{
	for (size_t i = 0; i < ARRAY_LEN(second_labels); i++) {
		if (strlen(second_labels[i]) == label_n &&
		    strncmp(label, second_labels[i], label_n) == 0)
			return true;
	}
	return false;
}

/* How many octets stand in front of the domain: a firm may well be called
 * mobile.de, cable.co.uk or pool.net.pl. */
static size_t
host_octets(const char *name)
{
	size_t end = strlen(name);
	size_t top = label_at(name, end);
	size_t second = top > 0 ? label_at(name, top - 1) : 0;

	if (second > 0 && end - top == 2 &&
	    is_second_label(name + second, top - 1 - second))
		second = label_at(name, second - 1);
	return second;
}

static bool
has_generic_word(const char *name)
{
	size_t host_n = host_octets(name);

	if (has_word(name, host_n, access_words, ARRAY_LEN(access_words)))
		return true;
	return has_word(name, host_n, weak_words, ARRAY_LEN(weak_words)) &&
	    !has_word(name, host_n, mail_words, ARRAY_LEN(mail_words));
}

/* ---- All of it ---- */

bool
generic_name(const char *name, const struct netaddr *client)
{
	char folded[NAME_MAX_N + 1];

	if (strlen(name) > NAME_MAX_N)
		return true;
	lowercase(name, folded);
	return spells_address(folded, client) || has_quad(folded) ||
	    has_serial(folded) || has_end(folded) || has_generic_word(folded);
}
