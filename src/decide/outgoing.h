/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_OUTGOING_H
#define TARDIGREY_DECIDE_OUTGOING_H

#include "decide/engine_rules.h"
#include "decide/store.h"
#include "mail/request.h"
#include "mail/verdict.h"

/*
 * outgoing: adds the correspondents of outgoing mail.
 *
 * A request for outgoing mail passes without the store, and must not wait for
 * it. So this module collects its correspondents in memory, and writes them
 * after the answer has been sent. If the write fails, the correspondents are
 * lost, and their answers are greylisted. The room is limited. Correspondents
 * that do not fit are lost too.
 */

struct outgoing;

/* Allocate room for n_max requests. The store is borrowed. Returns NULL when
 * memory is short. */
struct outgoing *outgoing_new(struct store *store, size_t n_max);
void outgoing_free(struct outgoing *outgoing);

/* Collect the correspondents of a settled request. Does nothing unless the
 * request is mail of ours: authenticated, or from own_networks. */
void outgoing_add(struct outgoing *outgoing, const struct request *request,
    const struct verdict *verdict, const struct engine_rules *rules);

/* Collect a correspondent, as if "ours" had written to "theirs". Returns false
 * if there is no room, or no key for the two (keys_of_correspondent()). */
bool outgoing_add_pair(struct outgoing *outgoing, const char *ours,
    const char *theirs, const struct key_rules *rules);

/*
 * Write the correspondents to the store, and forget them. Makes one look-up and
 * one apply at most. Sets *wrote to whether the store was changed. Returns
 * STORE_FAILED with the error in *err if the store failed. After that, the
 * function drops everything for OUTGOING_PAUSE_S, so that a store that hangs
 * does not stop the requests after this one again and again. After STORE_PARTLY
 * only the correspondents in the part that is away are dropped.
 */
#define OUTGOING_PAUSE_S 10
enum store_rc outgoing_write(struct outgoing *outgoing,
    const struct engine_rules *rules, int64_t now_s, bool *wrote,
    struct err *err);

#endif
