/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_LIST_ENTRIES_H
#define TARDIGREY_SERVICE_LIST_ENTRIES_H

#include "decide/store.h"
#include "lists/list.h"

/* list_entries: reads the list entries of the store into a list. */

/* Called with a sentence about an entry that is left out. */
typedef void list_entries_warn_fn(const char *text, void *arg);

/*
 * Read all entries into a sealed list. The caller frees the list. delay_max_s
 * is the longest delay that an entry may set (config_delay_max_s()). An entry
 * that is not valid (another program wrote it) is left out with a warning.
 * *generation_out is the generation of the entries that were read. Returns
 * STORE_OK, or STORE_FAILED with the reason in *err.
 */
enum store_rc list_entries_read(struct store *store, int64_t delay_max_s,
    list_entries_warn_fn *warn, void *arg, struct list **list_out,
    int64_t *generation_out, struct err *err);

#endif
