/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_NOTICES_H
#define TARDIGREY_SERVICE_NOTICES_H

#include <stddef.h>

#include "base/err.h"

/* notices: events that are logged in addition to the decisions. */

enum notice_kind {
	NOTICE_STORE_FAILED,    /* an error: on_failure decides */
	NOTICE_STORE_RECOVERED, /* the store takes changes again */
	NOTICE_LIST_ENTRY,      /* a warning: an entry is not valid */
	NOTICE_PATTERN,         /* a warning: a regex takes too many steps */
	NOTICE_EVICTED,         /* a warning: max_waiting is reached */
	NOTICE_FORGOTTEN,       /* a warning: max_known is reached */
	NOTICE_CORRESPONDENTS,  /* a warning: max_correspondents is reached */
	NOTICE_REFUSED, /* a warning: max_waiting_per_address is reached */
	NOTICE_DECISIONS_LOST,  /* a warning: not written at the end */
	NOTICE_LOOKUP,          /* a warning: questions were dropped */
	NOTICE_NEVER_RETURNED,  /* a triplet never returned */
	NOTICE_FALLBACK_BEGINS, /* an error: database_fallback decides */
	NOTICE_FALLBACK_ENDS,   /* the database decides again */
};
#define NOTICE_KINDS (NOTICE_FALLBACK_ENDS + 1)

/* The longest one is the line of a triplet that never returned. */
#define NOTICE_SIZE 2048

struct notice {
	enum notice_kind kind;
	char text[NOTICE_SIZE];
};

#define NOTICES_MAX 24

struct notices {
	size_t n;
	struct notice items[NOTICES_MAX];
};

/* Add a notice. If there are NOTICES_MAX already, it is lost. */
void notices_add(struct notices *notices, enum notice_kind kind,
    const char *text);

/* Move all notices behind those of "to". */
void notices_move(struct notices *from, struct notices *to);

#endif
