/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_LIST_VERDICT_H
#define TARDIGREY_LISTS_LIST_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "lists/list.h"
#include "mail/verdict.h"

/*
 * ruling: what the lists say about a request.
 *
 *   1  an entry of the store whitelists           pass
 *   2  an entry of the store greylists            greylist
 *   3  a line of a file whitelists                pass
 *   4  a line of a file greylists                 greylist
 *   5  greylist_recipients = listed, and nothing
 *      above or below names the recipient         pass
 *   6  nothing                                    greylist, unless the client
 *                                                 is whitelisted by itself
 *
 * A recipient has one setting: that of the most specific entry of the store
 * that matches it, or else of the most specific line: off (whitelists), on
 * (greylists), shadow, or a delay. The last two only change how it is
 * greylisted.
 */

struct lists {
	struct list *entries;   /* of the store; borrowed; NULL: none */
	struct list *files;     /* borrowed; NULL: none */
	bool recipients_listed; /* greylist_recipients = listed */
};

enum list_verdict_how {
	LIST_VERDICT_NONE,
	LIST_VERDICT_PASS,     /* by entry */
	LIST_VERDICT_GREYLIST, /* by entry: no automatic whitelisting */
	LIST_VERDICT_UNLISTED, /* pass: rule 5 */
};

struct list_verdict {
	enum list_verdict_how how;
	const struct list_entry *entry; /* what decided; NULL: nothing */
	const struct list_entry
	    *recipient; /* what changes shadow or delay; NULL */
	bool shadow;
	int64_t delay_s; /* < 0: as the option says */
};

/* Ask the lists; changes nothing in them. */
struct list_verdict lists_verdict(const struct lists *lists,
    const struct request *request, int64_t now_s);

/* What a verdict says of an entry; NULL: no entry. The texts are borrowed from
 * the list. */
struct verdict_listed list_verdict_listed(const struct list_entry *entry);

#endif
