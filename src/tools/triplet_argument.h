/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_TRIPLET_ARGUMENT_H
#define TARDIGREY_TOOLS_TRIPLET_ARGUMENT_H

#include "tools/ctl.h"

/* triplet_argument: the arguments that name a triplet, REFERENCE or CLIENT
 * SENDER RECIPIENT. Functions return CTL_DONE, or another status after a
 * complaint, unless a comment says something else. */

/* Set the sender and the recipient of the request to the arguments SENDER and
 * RECIPIENT. Returns 0, or -1 with a sentence. */
int triplet_argument_envelope(char *const *items, struct request *request,
    struct err *err);

/* Make the triplet of CLIENT SENDER RECIPIENT. */
int triplet_argument_parse(const struct ctl *ctl, char *const *items,
    struct key *out);

/* Find all triplets with this reference; there is at least one. The caller
 * frees *rows_out, which is NULL after a complaint. */
int triplet_argument_by_reference(struct store *store, const char *text,
    struct store_row **rows_out, size_t *n_out);

/* Find the single triplet that the arguments name, and its record. Refuses a
 * reference that several triplets have. */
int triplet_argument_find(struct ctl *ctl, struct store *store,
    const struct ctl_arguments *arguments, struct key *triplet,
    struct store_answer *answer);

#endif
