/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_TALLY_H
#define TARDIGREY_CORE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/verdict.h"

/*
 * tally: decisions counted by the hour, by reason, and first passes by how
 * long the mail was delayed. Kept in memory between two visits to the store.
 */

#define TALLY_HOUR_S 3600

/* The delays are told apart by these bounds, in seconds: a pass counts under
 * the first bound that is not less than its delay, INT64_MAX being the
 * last. */
extern const int64_t tally_bounds_s[];
extern const size_t tally_bounds_n;

/* One number, as the store keeps it. */
struct tally_count {
	int64_t hour_s;   /* begin of the hour, Unix seconds */
	const char *name; /* the word of a reason */
	int64_t bound_s;  /* of "retried": from tally_bounds_s; else 0 */
	int64_t n;
};

#define TALLY_MAX (REASON_COUNT + 24) /* counts of one tally */

struct tally {
	size_t n;
	struct tally_count counts[TALLY_MAX];
};

/* Count one verdict. The tally holds one hour: returns false, having counted
 * nothing, when it holds another that must be written down first. */
bool tally_add(struct tally *tally, const struct verdict *verdict,
    int64_t now_s);

/* Let the hour of now hold what is there, as it could not be written down. */
void tally_move(struct tally *tally, int64_t now_s);

#endif
