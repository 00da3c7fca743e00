/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_IMPORT_ENTRIES_H
#define TARDIGREY_TOOLS_IMPORT_ENTRIES_H

#include "decide/store.h"
#include "import/foreign.h"

/* import_entries: adds the rules of another program to the lists. An entry that
 * exists already stays as it is. */

struct import_entries;

/* Read the entries of the store. The author and the program are borrowed.
 * Returns NULL after a complaint. */
struct import_entries *import_entries_new(struct store *store,
    const char *author, const char *program, int64_t now_s);

void import_entries_free(struct import_entries *entries);

/* Add an entry, which is copied. Returns 0, or -1 after a complaint. */
int import_entries_add(struct import_entries *entries,
    const struct foreign *foreign);

/* Write the entries that were added. Returns 0, or -1 after a complaint. */
int import_entries_flush(struct import_entries *entries);

/* The number of entries that existed already, since this was made. */
int64_t import_entries_unchanged_n(const struct import_entries *entries);

#endif
