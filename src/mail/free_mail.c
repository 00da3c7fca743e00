/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/free_mail.h"

#include <stddef.h>
#include <string.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#define DOMAINS_MAX 16
#define POOLS_MAX   4

/* The table has the providers with many millions of mailboxes. The pools are
 * the domains of the names of its sending hosts: most differ from the domains
 * of the addresses. An error here only delays mail: a domain without its pool
 * is auto-whitelisted by single addresses. */
/* clang-format off */
static const struct {
	const char *domains[DOMAINS_MAX];
	const char *pools[POOLS_MAX];
} providers[] = {
	/* mail-wr1-f54.google.com */
	{ { "gmail.com", "googlemail.com" }, { "google.com" } },
	/* mail-am6eur05on2045.outbound.protection.outlook.com */
	{ { "hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.es",
	    "hotmail.fr", "hotmail.it", "live.com", "live.de", "live.fr",
	    "live.nl", "msn.com", "outlook.com", "outlook.de", "outlook.fr" },
	  { "outlook.com", "hotmail.com" } },
	/* sonic301-21.consmr.mail.ne1.yahoo.com; AOL is part of Yahoo */
	{ { "aol.com", "rocketmail.com", "yahoo.ca", "yahoo.co.in",
	    "yahoo.co.uk", "yahoo.com", "yahoo.com.br", "yahoo.de", "yahoo.es",
	    "yahoo.fr", "yahoo.in", "yahoo.it", "ymail.com" },
	  { "yahoo.com", "aol.com" } },
	/* Yahoo Japan is another company. */
	{ { "yahoo.co.jp" }, { "yahoo.co.jp" } },
	/* pv50p00im-zteg10011501.me.com */
	{ { "icloud.com", "mac.com", "me.com" },
	  { "icloud.com", "me.com", "apple.com" } },
	/* mout.gmx.net, mout.web.de: one company */
	{ { "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "mail.com",
	    "web.de" },
	  { "gmx.net", "web.de", "gmx.com", "mail.com" } },
	/* mailout07.t-online.de */
	{ { "magenta.de", "t-online.de" }, { "t-online.de" } },
	/* mout1.freenet.de */
	{ { "freenet.de" }, { "freenet.de" } },
	/* smtp-25.smtpout.orange.fr */
	{ { "orange.fr", "wanadoo.fr" }, { "orange.fr", "wanadoo.fr" } },
	/* smtp4-g21.free.fr */
	{ { "free.fr" }, { "free.fr" } },
	{ { "laposte.net" }, { "laposte.net" } },
	/* libero and virgilio: one company */
	{ { "libero.it", "virgilio.it" }, { "libero.it", "virgilio.it" } },
	{ { "seznam.cz" }, { "seznam.cz" } },
	{ { "wp.pl" }, { "wp.pl" } },
	/* fallback1.mail.ru, smtp16.i.mail.ru */
	{ { "bk.ru", "inbox.ru", "list.ru", "mail.ru" }, { "mail.ru" } },
	/* forward101o.mail.yandex.net */
	{ { "ya.ru", "yandex.com", "yandex.ru" },
	  { "yandex.net", "yandex.ru", "yandex.com" } },

	/* out162-62-57-252.mail.qq.com: a generic name, so without a pool */
	{ { "foxmail.com", "qq.com" }, { "qq.com" } },
	/* m15-113.126.com: NetEase */
	{ { "126.com", "163.com", "yeah.net" },
	  { "126.com", "163.com", "yeah.net", "netease.com" } },
	{ { "naver.com" }, { "naver.com" } },
	/* mail-4317.protonmail.ch */
	{ { "pm.me", "proton.me", "protonmail.com" },
	  { "protonmail.ch", "proton.ch", "proton.me" } },
	/* sender4-op-o12.zoho.com */
	{ { "zoho.com", "zohomail.com", "zohomail.eu" },
	  { "zoho.com", "zoho.eu", "zohomail.com" } },
};
/* clang-format on */

static bool
has(const char *const names[], size_t max, const char *name)
{
	for (size_t i = 0; i < max && names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The provider of a domain, or -1. */
static int
find_provider(const char *domain)
{
	for (size_t i = 0; i < ARRAY_LEN(providers); i++)
		if (has(providers[i].domains, DOMAINS_MAX, domain))
			return (int)i;
	return -1;
}

bool
free_mail_has_domain(const char *domain)
{
	return find_provider(domain) >= 0;
}

bool
free_mail_is_foreign(const char *domain, const char *pool)
{
	int i = find_provider(domain);

	return i >= 0 && !has(providers[i].pools, POOLS_MAX, pool);
}
