/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_LIST_FILES_H
#define TARDIGREY_SYSTEM_LIST_FILES_H

#include "config/config.h"
#include "lists/list_verdict.h"
#include "decide/store.h"

/* list_files: lists from the disk and from the store, the same for every
 * program. */

/* What is odd, and works all the same: one sentence, with file and line. */
typedef void list_warn_fn(const char *text);

/* Read all files that the configuration names into one sealed list, which the
 * caller frees. Returns 0, or -1 with "FILE:LINE: what was expected". */
int list_files_load(const struct config *config, list_warn_fn *notice,
    struct list **list_out, struct err *err);

/* The same from the entries of the store. An entry that makes no sense (some
 * other program wrote it) is left out with a warning. generation_out says of
 * which generation the entries are. Returns STORE_OK or STORE_FAILED. */
enum store_rc list_entries_load(struct store *store,
    const struct config *config, list_warn_fn *notice, struct list **list_out,
    int64_t *generation_out, struct err *err);

#endif
