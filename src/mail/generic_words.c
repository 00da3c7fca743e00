/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/generic_words.h"

#include <stddef.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Tables ---- */

/* The ends of the default names that clouds and hosters give to hosts. In front
 * of the end is a number or the name of a customer. A provider is left out if
 * its default names always contain the address. */
static const char *const ends[] = {
    ".amazonaws.com",          /* SES sends from amazonses.com */
    ".clients.your-server.de", /* Hetzner; its own mail servers have other names
				*/
    ".cloudapp.azure.com",     /* the customer's label, then the region */
    ".cloudapp.net",           /* Azure, old names */
    ".contaboserver.net",      /* vmi123456 */
    ".googleusercontent.com",  /* Gmail sends from google.com */
    ".hstgr.cloud",            /* Hostinger: srv123456 */
    ".instances.scw.cloud",    /* Scaleway */
    ".kimsufi.com",            /* OVH: ns1234567 */
    ".linodeusercontent.com",  /* with IPv6, "--" replaces zeros */
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

enum place { WHOLE, START, END };

/* A word, and where it must stand in a run of letters. */
struct word {
	const char *text;
	enum place place;
};

/* clang-format off */

/* Words for access lines of customers and for dynamic addresses. Mail servers
 * have no such names. A mail server on such a line has neighbours that are not
 * mail servers. */
static const struct word access_words[] = {
	/* Dynamic addresses. */
	{ "dyn", START },
	{ "dhcp", START },
	{ "dinamic", START }, /* Italian, Portuguese, Romanian, Spanish */
	{ "dip", WHOLE },     /* Deutsche Telekom: dip0 */
	{ "dynamic", END },
	/* Telephone lines. */
	{ "adsl", START },
	{ "dial", WHOLE },
	{ "dialin", START },
	{ "dialup", START },
	{ "dsl", START },
	{ "dsl", END }, /* also vdsl, xdsl, internetdsl; not landslide */
	{ "modem", END },
	{ "ppp", START }, /* also pppoe, pppoa */
	/* Cable and fibre. */
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
	/* Radio. */
	{ "gprs", WHOLE },
	{ "hotspot", WHOLE },
	{ "lte", WHOLE },
	{ "umts", WHOLE },
	{ "wifi", START },
	{ "wireless", WHOLE },
	{ "wlan", WHOLE },
	/* Carrier-grade NAT. */
	{ "cgn", START }, /* also cgnat */
	/* Universities. */
	{ "dorm", WHOLE },
	{ "eduroam", WHOLE },
	{ "resnet", WHOLE },
};

/* Words that the names of mail servers can contain, too. They do not count if
 * the name also has a word of mail_words: smtp-pool-3, out.mail.customers. */
static const struct word weak_words[] = {
	/* The customer. */
	{ "abo", WHOLE }, /* abonne, abonent, ...: a subscriber */
	{ "client", START }, /* also clientes */
	{ "cust", WHOLE },
	{ "customer", START },
	{ "home", WHOLE },
	{ "kunde", START }, /* also kunden */
	{ "res", WHOLE },   /* residential: res.spectrum.com */
	{ "subscriber", START },
	{ "user", START }, /* also users */
	/* The line. */
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
	/* Rented servers. */
	{ "dedicated", WHOLE },
	{ "hosted", WHOLE }, /* Leaseweb: hosted-by */
	{ "vds", WHOLE },
	{ "vm", WHOLE },
	{ "vps", START },
	{ "vps", END },
};

/* Words for mail servers. */
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

/* Second labels of country domains that are public suffixes, as in co.uk. The
 * list need not be complete: if a label is missing, words in the registered
 * domain count, too. */
static const char *const second_labels[] = {
	"ac", "ad", "co", "com", "edu", "go", "gob", "gov", "gouv", "in", "ltd",
	"ne", "net", "nom", "or", "org", "plc",
};
/* clang-format on */

/* ---- Search ---- */

static bool
ends_with(const char *name, const char *end)
{
	size_t name_n = strlen(name);
	size_t end_n = strlen(end);

	return name_n >= end_n && strcmp(name + name_n - end_n, end) == 0;
}

bool
generic_words_at_end(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (ends_with(name, ends[i]))
			return true;
	}
	return false;
}

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

/* True if one of the words is in the first host_n octets of the name. */
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

/* The start of the label that ends at "end". */
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

/* The number of octets in front of the registered domain. Words in the domain
 * do not count: mobile.de, cable.co.uk and pool.net.pl are names of firms. */
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

bool
generic_words_inside(const char *name)
{
	size_t host_n = host_octets(name);

	if (has_word(name, host_n, access_words, ARRAY_LEN(access_words)))
		return true;
	return has_word(name, host_n, weak_words, ARRAY_LEN(weak_words)) &&
	    !has_word(name, host_n, mail_words, ARRAY_LEN(mail_words));
}
