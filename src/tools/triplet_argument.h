/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_TRIPLET_ARGUMENT_H
#define TARDIGREY_TOOLS_TRIPLET_ARGUMENT_H

#include "tools/ctl.h"

/* target: which triplet an administrator means by REFERENCE, or by CLIENT
 * SENDER RECIPIENT. */

/* The triplet of three arguments. Returns CTL_DONE, or after a complaint
 * another status. */
int triplet_argument_parse(const struct ctl *ctl, char *const *items,
    struct key *out);

/* Every row that a reference fits; the caller frees them. Returns CTL_DONE
 * when there is one, or after a complaint another status and NULL. */
int triplet_argument_by_reference(struct store *store, const char *text,
    struct store_row **rows_out, size_t *n_out);

/* The one triplet that is meant, and what is remembered of it. Returns
 * CTL_DONE, or after a complaint another status: a reference may fit none, or
 * several. */
int triplet_argument_find(struct ctl *ctl, struct store *store,
    const struct ctl_arguments *arguments, struct key *triplet,
    struct store_answer *answer);

/* The same triplet in words, "CLIENT SENDER RECIPIENT", to be printed. */
const char *triplet_argument_show(const struct key *triplet);

#endif
