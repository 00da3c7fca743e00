/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_STORE_WATCH_H
#define TARDIGREY_SERVICE_STORE_WATCH_H

#include <stdbool.h>

#include "base/err.h"
#include "decide/engine_rules.h"
#include "service/notices.h"

/*
 * store_watch: knows whether the store fails, and says when it begins to fail
 * and when it works again.
 */

struct store_watch {
	bool is_failing;    /* no change was written since it failed */
	bool has_no_room;   /* no new triplet was written since then */
	bool is_part;       /* only a part of it is away */
	struct err failure; /* the last one */
};

enum store_fault {
	STORE_FAULT_ALL,  /* the store has failed */
	STORE_FAULT_ROOM, /* it has no room for new triplets */
	STORE_FAULT_PART, /* a part of it is away */
};

/* The store has failed. The notice says what requests get meanwhile, by these
 * rules at this time. */
void store_watch_fail(struct store_watch *watch, enum store_fault fault,
    const struct err *err, const struct engine_rules *rules, int64_t now_s,
    struct notices *notices);

/* The store has written a change. has_new_triplet: there was a new triplet
 * among the changes. */
void store_watch_succeed(struct store_watch *watch, bool has_new_triplet,
    struct notices *notices);

/* The store has written counts. The requests that failed are counted, so there
 * are counts to write after each failure. */
void store_watch_counted(struct store_watch *watch, struct notices *notices);

#endif
