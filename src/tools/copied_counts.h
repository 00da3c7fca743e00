/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_COPIED_COUNTS_H
#define TARDIGREY_TOOLS_COPIED_COUNTS_H

#include "decide/store.h"

/* copied_counts: copies the hits and the hourly statistics of one store to
 * another. A number of the other store is raised to that of the first one, so a
 * second copy changes nothing. */

/* Sets the numbers of hits and of counts that were raised. Returns STORE_OK, or
 * STORE_FAILED and a sentence. */
enum store_rc copied_counts(struct store *from, struct store *to,
    int64_t *hits_n, int64_t *counts_n, struct err *err);

#endif
