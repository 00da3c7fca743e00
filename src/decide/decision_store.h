/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_DECISION_STORE_H
#define TARDIGREY_DECIDE_DECISION_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/store_rc.h"

/*
 * decision_store: the port for the decisions of the last days, with which
 * tardigrey answers what happened to a mail. Nothing else reads them.
 *
 * The store keeps the decisions in the order in which they were added. That is
 * the order of time, unless the clock was set back.
 */

struct store;

/* A decision, or the number of those that were left out. */
struct kept_decision {
	int64_t time_s;
	const char *line; /* of mail/log_line.h */
};

/* Called for each decision. Its line is borrowed for the call. The function
 * must not use the store. */
typedef void store_decision_fn(const struct kept_decision *decision, void *arg);

struct decision_store_ops {
	/* Append n decisions, in one transaction if the store has any. With
	 * any result but STORE_OK, some of them may have been added. If
	 * another process writes now, and the call may not wait for it,
	 * *is_added is false with STORE_OK: try again later. A store may remove
	 * decisions by itself when they are older than keep_s. */
	enum store_rc (*add)(struct store *store,
	    const struct kept_decision *decisions, size_t n, int64_t keep_s,
	    bool may_wait, bool *is_added, struct err *err);

	/* Visit the next decisions, about n_max. *position is 0 at first, and
	 * the call moves it. *done says whether the end is reached. The call
	 * keeps no lock afterwards. When it fails, *position is unchanged, but
	 * some decisions may have been visited. */
	enum store_rc (*read)(struct store *store, int64_t *position,
	    size_t n_max, store_decision_fn *visit, void *arg, bool *done,
	    struct err *err);

	/* Remove the oldest decisions: those before before_s, and all but the
	 * newest max_n. Removes n_max at most, or fewer, so the call is short.
	 * It does not wait for another process that writes: the next call
	 * removes them. */
	enum store_rc (*trim)(struct store *store, int64_t before_s,
	    int64_t max_n, size_t n_max, struct err *err);
};

#endif
