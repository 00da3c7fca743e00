/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_STORE_SCHEME_H
#define TARDIGREY_STORE_STORE_SCHEME_H

#include <stdbool.h>

#include "decide/store.h"

/*
 * store_scheme: what an adapter offers to store_open: one row, for the URIs
 * NAME:WHERE. The adapter alone knows what WHERE means.
 */
struct store_scheme {
	const char *name;
	const char *form; /* how a URI looks, for error messages */
	bool is_private;  /* other processes cannot reach such a store */

	/* Whether WHERE is well-formed; opens nothing. Returns 0, or -1 and
	 * what is wrong. */
	int (*check)(const char *where, struct err *err);

	/* Open a well-formed WHERE. Returns the store, or NULL and why not. */
	struct store *(*open)(const char *where,
	    const struct store_options *options, struct err *err);
};

#endif
