/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_LIST_ENTRIES_H
#define TARDIGREY_SERVICE_LIST_ENTRIES_H

#include "decide/store.h"
#include "lists/list.h"

/* list_entries: reads the list entries of the store into a list. */

struct list_entries {
	struct list *list;   /* owned; sealed; NULL: none */
	int64_t generation;  /* of the entries */
	int64_t delay_max_s; /* the longest delay that an entry may set */
};

/* Called with a sentence about an entry that is left out. */
typedef void list_entries_warn_fn(const char *text, void *arg);

/*
 * Read all entries. The caller frees the list. delay_max_s: see
 * config_delay_max_s(). An entry that is not valid (another program wrote it)
 * is left out with a warning. Returns STORE_OK, or STORE_FAILED with the reason
 * in *err: then *out is not changed.
 */
enum store_rc list_entries_read(struct store *store, int64_t delay_max_s,
    list_entries_warn_fn *warn, void *arg, struct list_entries *out,
    struct err *err);

#endif
