/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_TALLY_H
#define TARDIGREY_TOOLS_TALLY_H

#include <stddef.h>
#include <stdint.h>

/*
 * tally: counts names, and keeps the largest value of each name. The different
 * names are in memory, with at most four items for each.
 */

struct tally_item {
	char *name; /* owned */
	int64_t n;
	int64_t largest;
};

struct tally {
	struct tally_item *items; /* owned; before tally_sort() a name may have
				   * several */
	size_t n, room;
};

void tally_add(struct tally *tally, const char *name, int64_t value);

/* Join equal names, and sort: the largest n first, then by name. */
void tally_sort(struct tally *tally);

void tally_free(struct tally *tally);

#endif
