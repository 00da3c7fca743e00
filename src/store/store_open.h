/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_STORE_OPEN_H
#define TARDIGREY_STORE_STORE_OPEN_H

#include "decide/store.h"

/*
 * store_open: from a URI, SCHEME:WHERE, to a store. The registry of backends.
 */

/* Whether a backend has this scheme and WHERE looks right for it; opens
 * nothing. Returns 0, or -1 and what was expected. */
int store_uri_check(const char *uri, struct err *err);

/* Open the store. Returns it (the caller closes it with store_close()), or
 * NULL and a sentence. */
struct store *store_open(const char *uri, const struct store_options *options,
    struct err *err);

/* Close it; NULL is fine. */
void store_close(struct store *store);

/* The backends. */
extern const struct store_ops store_memory_ops; /* memory:            */
extern const struct store_ops store_sqlite_ops; /* sqlite:/abs/path   */

#endif
