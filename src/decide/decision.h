/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_DECISION_H
#define TARDIGREY_DECIDE_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/batch_records.h"
#include "decide/engine_rules.h"
#include "decide/message.h"
#include "decide/pending.h"
#include "mail/verdict.h"

/*
 * decision: decides about one request from its records.
 *
 *   1  an auto-whitelisted client passes
 *   2  else an answer to our own mail passes, unless its triplet is known
 *   3  else the triplet decides (greylist.h)
 *   4  a pass is counted for the client and for the message
 *   5  a deferral becomes a pass if another recipient of the message has
 *      passed, if the mail server is under stress, or if the deferral of a
 *      null sender is postponed until DATA
 *
 * An answer to our own mail passes for its recipient only. Its pass counts
 * neither for the client nor for the message.
 */

/* What a decision needs. Everything is borrowed. */
struct decision {
	const struct engine_rules *rules;
	struct batch_records *records; /* takes the changes */
	const struct pending *pending; /* is not settled */
	struct message *message;       /* NULL: the request has no instance */
	int64_t now_s;
};

/* Decide. Adds the changes to decision->records. If a record is unknown, a
 * deferral becomes the verdict of on_failure, and a retry is not counted for
 * the client. */
void decision_make(const struct decision *decision, struct verdict *verdict);

/* Set the verdict of on_failure, for a store that failed. */
void decision_fail(const struct decision *decision, struct verdict *verdict);

/* True if the request is in shadow mode: mode = shadow, or the recipient has
 * the setting shadow. */
bool decision_is_shadow(const struct engine_rules *rules,
    const struct pending *pending, int64_t now_s);

#endif
