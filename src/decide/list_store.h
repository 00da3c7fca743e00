/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_LIST_STORE_H
#define TARDIGREY_DECIDE_LIST_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/store_rc.h"
#include "lists/list.h"

/*
 * list_store: the port for list entries. The administrator makes them with the
 * command tardigrey.
 */

struct store;

#define STORE_COMMENT_SIZE 512
#define STORE_AUTHOR_SIZE  128
#define STORE_PUT_MAX      1000 /* entries in one call of put_entries */

/* An entry. Its key is (list, kind, pattern). The list is "whitelist" if the
 * effect is LIST_WHITELIST, otherwise "greylist". */
struct store_entry {
	enum list_kind kind;
	enum list_effect effect;
	int64_t delay_s; /* if effect is LIST_DELAY */
	char pattern[PATTERN_SIZE];
	char comment[STORE_COMMENT_SIZE];
	char author[STORE_AUTHOR_SIZE];
	int64_t created_s;
	int64_t expires_s; /* 0: never */
};

/* Called for each entry. The entry is borrowed for the call. The function must
 * not use the store. */
typedef void store_entry_fn(const struct store_entry *entry, void *arg);

struct list_store_ops {
	/* Get a number that changes whenever any process changes an entry.
	 * Hits do not change it. The call is cheap. It returns STORE_PARTLY if
	 * the part of the store that has the entries is away. */
	enum store_rc (*generation)(struct store *store,
	    int64_t *generation_out, struct err *err);

	/* Visit all entries, also expired ones, in the order of their keys. */
	enum store_rc (*entries)(struct store *store, store_entry_fn *visit,
	    void *arg, struct err *err);

	/* Set *out to whether there are more than n entries. The call takes no
	 * longer than a visit of n entries. NULL: the store has no such call.
	 */
	enum store_rc (*has_more_entries)(struct store *store, int64_t n,
	    bool *out, struct err *err);

	/* Add n entries, or replace the entries of the same keys. One call for
	 * many entries takes much less time than a call for each. It may stop
	 * other writers meanwhile: pass at most STORE_PUT_MAX. If the call
	 * fails, some of the entries may have been added. */
	enum store_rc (*put_entries)(struct store *store,
	    const struct store_entry *entries, size_t n, struct err *err);

	/* Remove an entry and its hits. *found_out says whether it existed. */
	enum store_rc (*remove_entry)(struct store *store, bool whitelists,
	    enum list_kind kind, const char *pattern, bool *found_out,
	    struct err *err);
};

#endif
