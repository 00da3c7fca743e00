/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_CORRESPONDENT_H
#define TARDIGREY_DECIDE_CORRESPONDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/record.h"

/*
 * correspondent: an outside address to which one of our users has written.
 * Answers to this user pass at once.
 *
 * In the record of a correspondent, last_seen_s is the time of our last mail,
 * and passed_n is the number of our mails that were written. The record expires
 * keep_s after our last mail. An answer does not change it, so that only our
 * own mail makes a correspondent.
 *
 * A stranger can forge an answer only if he knows two addresses: one of ours,
 * and one to which it has written. He gains nothing for other recipients.
 */

struct correspondent_rules {
	unsigned use; /* 1: remember correspondents, and let answers pass */
	int64_t keep_s;
};

/* True if an answer passes at once. *record is the record of the correspondent,
 * or NULL if it has none. */
bool correspondent_passes(const struct record *record, int64_t now_s,
    const struct correspondent_rules *rules);

/* The change after one more mail of ours to the correspondent: a refresh, as in
 * greylist.h. *record may be NULL. */
void correspondent_note_mail(const struct record *record, int64_t now_s,
    const struct correspondent_rules *rules, struct change *change);

#endif
