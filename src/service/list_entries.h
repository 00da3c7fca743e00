/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_LIST_ENTRIES_H
#define TARDIGREY_SERVICE_LIST_ENTRIES_H

#include "config/config.h"
#include "decide/store.h"
#include "lists/list.h"

/* list_entries: the list entries of the store, as a list. */

/* A sentence about an entry that is left out. */
typedef void list_entries_warn_fn(const char *text, void *arg);

/*
 * Read all entries into a sealed list, which the caller frees. An entry that
 * makes no sense (another program wrote it) is left out with a warning.
 * generation_out says which generation of the entries was read. Returns
 * STORE_OK, or STORE_FAILED and a sentence.
 */
enum store_rc list_entries_read(struct store *store,
    const struct config *config, list_entries_warn_fn *warn, void *arg,
    struct list **list_out, int64_t *generation_out, struct err *err);

#endif
