/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_FALLBACK_STORE_FALLBACK_H
#define TARDIGREY_STORE_FALLBACK_STORE_FALLBACK_H

#include "decide/store.h"

/*
 * store_fallback: a store that uses a database of several hosts, and decides
 * with local stores while the database is away (database_fallback).
 *
 * While the database works, this store copies the records that it reads and
 * writes there to the local store "copies". So the local store knows the mail
 * of this host. When a call of the database fails, the local stores take over:
 * changed records go to the local store "unmerged".
 *
 * maintain() finds out whether the database works again, and then merges the
 * unmerged records into it, in slices. Meanwhile a lookup combines both. A
 * record that is merged is removed from "unmerged". Merging raises the counters
 * to the larger number, so it may be repeated: after a crash, or after a
 * failure of which nobody knows what it has written.
 *
 * List entries have no copy: the caller keeps those that it has read. Counts
 * and decisions wait until the database works again.
 */

/* Make a store of three others. It owns them. Returns NULL if memory is short;
 * then the caller still owns them. database may be NULL: it is away for ever.
 */
struct store *store_fallback_new(struct store *database, struct store *copies,
    struct store *unmerged);

#endif
