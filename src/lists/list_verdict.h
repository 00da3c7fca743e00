/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_LIST_VERDICT_H
#define TARDIGREY_LISTS_LIST_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "lists/list.h"
#include "mail/verdict.h"

/*
 * list_verdict: the verdict of the lists on a request. The first of these rules
 * that applies gives the verdict:
 *
 *   1  an entry of the store whitelists              pass
 *   2  an entry of the store greylists               greylist, also a client
 *                                                    that is auto-whitelisted
 *   3  a line of a list file whitelists              pass
 *   4  a line of a list file greylists               as in rule 2
 *   5  greylist_recipients = listed, and no entry
 *      or line matches the recipient                 pass
 *   6  no rule above applies                         no verdict
 *
 * A recipient has one setting: off (whitelists), on (greylists), shadow, all,
 * suspicious, or a delay. It comes from the most specific entry of the store
 * that matches the recipient. If no entry matches, it comes from the most
 * specific line of a list file. If several entries, or several lines, have the
 * same pattern, the first that whitelists counts, otherwise the first. The
 * settings shadow, all, suspicious and delay give no verdict. They change how
 * mail is greylisted.
 */

struct lists {
	struct list *entries;   /* entries of the store; borrowed, or NULL */
	struct list *files;     /* lines of list files; borrowed, or NULL */
	bool recipients_listed; /* greylist_recipients = listed */
};

/* The clients to greylist: the option greylist, or a recipient's setting. */
enum greylist_clients {
	GREYLIST_ALL,
	GREYLIST_SUSPICIOUS,
	GREYLIST_BY_OPTION, /* the recipient has no such setting */
};

enum list_verdict_how {
	LIST_VERDICT_NONE,     /* rule 6 */
	LIST_VERDICT_PASS,     /* rules 1 and 3 */
	LIST_VERDICT_GREYLIST, /* rules 2 and 4 */
	LIST_VERDICT_UNLISTED, /* rule 5 */
};

struct list_verdict {
	enum list_verdict_how how;
	/* The entry that decided, or NULL. */
	const struct list_entry *entry;
	/* The entry that set shadow, clients or delay_s, or NULL. */
	const struct list_entry *recipient;
	bool shadow;
	enum greylist_clients clients;
	int64_t delay_s; /* < 0: the delay of the client's class applies */
};

/* Search the lists. Counts no hits. */
struct list_verdict lists_verdict(const struct lists *lists,
    const struct request *request, int64_t now_s);

/* Convert an entry to the member "listed" of struct verdict. NULL: no entry.
 * The texts are borrowed from the list. */
struct verdict_listed list_verdict_listed(const struct list_entry *entry);

#endif
