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
 * key_plan: chooses the keys to look up for a request.
 *
 * Most requests need only one or two keys. So a batch is looked up in three
 * stages at most. Each stage has the keys that the requests still need:
 *
 *   1  the address, and also the network, unless a hint says that the address
 *      is auto-whitelisted
 *   2  the network, if stage 1 left it out and the address does not pass or its
 *      record needs a refresh
 *   3  the pool and the correspondent, if the host (address or network) does
 *      not pass or its record needs a refresh. The pool is refreshed together
 *      with its hosts, so that it does not expire while its hosts are known.
 *
 * If stage 1 has looked up the network, stage 2 looks up the pool.
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
	unsigned kinds;            /* kinds of keys in use, bits 1 << kind */
	size_t records[KEY_KINDS]; /* their places in the batch records */
	enum client_class client_class;
	bool auto_whitelist; /* auto-whitelist keys are used */
	bool spf_at_once;    /* those of the sender's domain are used */
	bool correspondents; /* correspondent keys are used */
	bool is_complete;    /* no stage is left */
};

/* True if a kind of key is in use. */
bool key_plan_has(const struct key_plan *plan, enum key_kind kind);

/* Plan the first stage for a client of this class. If at_once is false, the
 * request must not pass at once: the plan has no auto-whitelist keys and no
 * correspondent keys. */
void key_plan_begin(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, enum client_class client_class,
    bool at_once);

/* Plan the next stage, after the keys of the previous stage were looked up. */
void key_plan_continue(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, int64_t now_s);

/*
 * Drop the keys that the decision does not need. Call this after all stages,
 * just before the decision, because earlier requests of the batch may have
 * changed the records. If the host passes with a fresh record, drop the pool.
 * If only the pool passes, drop the host: a known pool needs no record for each
 * of its networks.
 */
void key_plan_finish(struct key_planner *planner, struct key_plan *plan,
    const struct request *request, int64_t now_s);

#endif
