/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_STORE_SCHEME_H
#define TARDIGREY_STORE_STORE_SCHEME_H

#include <stdbool.h>

#include "decide/store.h"

/*
 * store_scheme: an adapter, as store_open.c sees it. It opens the stores with
 * URIs of the form NAME:WHERE. Only the adapter knows what WHERE means.
 */
struct store_scheme {
	const char *name;
	const char *form; /* form of a URI, for error messages */
	bool is_private;  /* no other process can open the store of a URI */
	bool is_file;     /* WHERE is the path of a file */
	bool is_remote;   /* a call waits for another process */

	/* Check that WHERE is well-formed. Opens nothing. Returns 0, or -1 and
	 * what is wrong. */
	int (*check)(const char *where, struct err *err);

	/* Check the files that the options name, as open() does. NULL: the
	 * adapter reads none. */
	int (*check_files)(const struct store_options *options,
	    struct err *err);

	/* Open a store. WHERE is well-formed. Returns NULL and why not on
	 * failure. */
	struct store *(*open)(const char *where,
	    const struct store_options *options, struct err *err);
};

#endif
