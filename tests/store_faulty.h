/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_STORE_FAULTY_H
#define TARDIGREY_TESTS_STORE_FAULTY_H

#include "decide/store.h"

/*
 * store_faulty: a store that passes each call to another store, and counts the
 * calls. A test can make its calls fail.
 */

struct store_faulty {
	struct store store;
	struct store *inner; /* borrowed */
	bool lookup_fails;
	size_t lookup_fails_at; /* this lookup fails; 1: the first, 0: none */
	bool apply_fails;
	bool apply_fails_late; /* it has applied all changes, but fails */
	bool is_away;          /* every call fails */
	/* A part is away: this client's records are unknown (NULL: all are
	 * known), the entries cannot be read, or counts and decisions cannot be
	 * added. */
	const char *away_client;
	bool entries_are_away, counts_are_away;
	bool entries_fail; /* they cannot be read; their generation can */
	bool is_locked; /* decisions are added only by a call that may wait */
	bool trim_fails;
	bool has_many_entries;
	bool has_no_room; /* apply answers STORE_NO_ROOM and does nothing */
	size_t lookups_n, applies_n, changes_n;
};

void store_faulty_init(struct store_faulty *faulty, struct store *inner);

#endif
