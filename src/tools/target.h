/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_TARGET_H
#define TARDIGREY_TOOLS_TARGET_H

#include "tools/ctl.h"

/* target: which triplet an administrator means by REFERENCE, or by CLIENT
 * SENDER RECIPIENT. */

/* The triplet of three arguments. Returns CTL_DONE, or after a complaint
 * another status. */
int target_triplet(const struct ctl *ctl, char *const *items,
    struct triplet *out);

/* Every row that a reference fits; the caller frees them. Returns CTL_DONE
 * when there is one, or after a complaint another status and NULL. */
int target_by_reference(struct store *store, const char *text,
    struct store_row **rows_out, size_t *n_out);

/* The one triplet that is meant, and what is remembered of it. Returns
 * CTL_DONE, or after a complaint another status: a reference may fit none, or
 * several. */
int target_find(struct ctl *ctl, struct store *store,
    const struct ctl_arguments *arguments, struct triplet *triplet,
    struct store_answer *answer);

/* The same triplet in words, "CLIENT SENDER RECIPIENT", to be printed. */
const char *target_show(const struct triplet *triplet);

#endif
