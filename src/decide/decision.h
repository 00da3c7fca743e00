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
 * decision: one request against what the store knows of it.
 *
 *   1  an auto-whitelisted client passes
 *   2  else the triplet decides (greylist.h)
 *   3  a pass is counted for the client and for the message
 *   4  a deferral may still become a pass: another recipient of the message
 *      passed, the mail server is under stress, or the null sender waits
 *      until DATA
 */

/* What a decision needs; everything is borrowed. */
struct decision {
	const struct engine_rules *rules;
	struct batch_records *records; /* takes the changes */
	const struct pending *pending; /* not settled */
	struct message *message;       /* NULL: the request has no instance */
	int64_t now_s;
};

void decision_make(const struct decision *decision, struct verdict *verdict);

/* The verdict when the store failed: on_failure. */
void decision_fail(const struct decision *decision, struct verdict *verdict);

/* Whether the request only watched: mode = shadow, or its recipient's. */
bool decision_is_shadow(const struct engine_rules *rules,
    const struct pending *pending);

#endif
