/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_EXPLORE_PROMISES_H
#define TARDIGREY_TESTS_EXPLORE_PROMISES_H

#include "decide/engine_rules.h"
#include "explore/state.h"
#include "mail/verdict.h"

/*
 * promises: what greylisting promises, in terms of attempts and answers only.
 * They do not depend on how the decision is made.
 *
 *   Too early never passes: mail passes by a retry only if an attempt to send
 *   it was made at least a delay ago, and one at most a window ago. Of several
 *   delays, the shortest counts.
 *   A due retry passes: a client that was told to wait passes when it has
 *   waited, until a window after its first attempt. A client of the same
 * network then passes too. An early retry does not make the wait longer, and no
 * wait is longer than the delay. Known mail passes: after a pass by a retry,
 * for "keep". Only such mail is known, and only a client that has passed so is
 * auto-whitelisted.
 *
 * When the clock is set back, the promises of a time are void. That nothing
 * passes too early, and that no wait is longer than the delay, holds always.
 */

/* Check a claim. If it is false, print it with the sequence of events, and
 * exit. */
#define promise(claim, what)                  \
	do {                                  \
		if (!(claim))                 \
			explore_broken(what); \
	} while (0)
_Noreturn void explore_broken(const char *what);

/* Check the answer to an attempt, and note what it promises. is_stored: the
 * store has the change. */
void promises_check(struct state *state, const struct engine_rules *rules,
    enum client client, const struct verdict *verdict, bool is_stored);

/* The same for two attempts at the same time. Neither counts for the other. */
void promises_check_both(struct state *state, const struct engine_rules *rules,
    enum client first, const struct verdict *first_verdict, enum client second,
    const struct verdict *second_verdict);

/* Note an attempt whose answer is not looked at; note that its answer was a
 * pass by a retry, if it was. */
void promises_attempt(struct state *state, enum client client);
void promises_note_pass(struct state *state, enum client client,
    const struct verdict *verdict);

void promises_clock_was_set_back(struct state *state);

#endif
