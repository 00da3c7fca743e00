/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_KEY_PLAN_H
#define TARDIGREY_DECIDE_KEY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/batch_records.h"
#include "decide/engine_rules.h"
#include "mail/request.h"

/*
 * key_plan: which keys of a request the store is asked for, in which stage.
 *
 * Most requests need one key or two, so a batch is looked up in up to three
 * stages, each with the keys that its requests still need:
 *
 *   1  the address, and the network unless the hint says that the address is
 *      auto-whitelisted
 *   2  the network, if stage 1 left it out and the address does not pass, or
 *      its record must be refreshed
 *   3  the pool, if the host (address or network) does not pass, or its
 *      record must be refreshed: so a pool does not expire while its hosts
 *      are known
 *
 * Stages 2 and 3 are one step for a request that needs only one of them.
 */

#define KEY_PLAN_STAGES 3

/* What all requests of a batch share. */
struct key_planner {
	struct batch_records *records;    /* borrowed */
	const struct engine_rules *rules; /* borrowed */
	bool *hints;                      /* owned; see key_plan.c */
};

/* Returns 0, or -1 when memory is short. */
int key_planner_init(struct key_planner *planner, struct batch_records *records,
    const struct engine_rules *rules);
void key_planner_free(struct key_planner *planner);

struct key_plan {
	unsigned kinds;            /* keys in use, as bits 1 << kind */
	size_t records[KEY_KINDS]; /* their places in the batch records */
	bool auto_whitelist;       /* these keys may let the request pass */
	bool is_complete;          /* no stage is left */
};

/* Whether a kind of key is in use. */
bool key_plan_has(const struct key_plan *plan, enum key_kind kind);

/* Plan the first stage. Without auto_whitelist no such key is used. */
void key_plan_begin(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, bool auto_whitelist);

/* The keys of the stage before were looked up: plan the next stage. */
void key_plan_continue(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, int64_t now_s);

/*
 * Everything was looked up, and earlier requests of the batch may have changed
 * records: drop the keys that the decision does not need. A host that passes
 * needs no pool, and a pool that passes is not written down for each network.
 */
void key_plan_finish(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, int64_t now_s);

#endif
