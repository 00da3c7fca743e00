/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_STORE_OPEN_H
#define TARDIGREY_STORE_STORE_OPEN_H

#include <stdbool.h>

#include "decide/store.h"

/*
 * store_open: opens the store of a URI, SCHEME:WHERE. The list of adapters is
 * in store_open.c.
 */

/* Check that a URI is well-formed, and that an adapter has its scheme. Opens
 * nothing. Returns 0, or -1 and what is wrong. */
int store_uri_check(const char *uri, struct err *err);

/* Check the files that the options name for the store of this URI, as
 * store_open() does. Opens nothing. Returns 0, or -1 and a sentence that begins
 * with "OPTION: ". Returns 0 if no adapter has the scheme. */
int store_uri_check_files(const char *uri, const struct store_options *options,
    struct err *err);

/* True if no other process can open the store of this URI. False if no adapter
 * has the scheme. */
bool store_uri_is_private(const char *uri);

/* True if the calls of the store wait for a server. Then they belong in a
 * thread of their own. False if no adapter has the scheme. */
bool store_uri_is_remote(const char *uri);

/* True if the connections to the server are encrypted. */
bool store_uri_has_tls(const char *uri);

/* The path of the file that holds the store of this URI. It points into the
 * URI. NULL if the store has no file, or no adapter has the scheme. */
const char *store_uri_path(const char *uri);

/* Open a store. The caller closes it with store_close(). Returns NULL and why
 * not on failure. With STORE_SERVE, it only fails if the URI or what it names
 * is wrong. After any other failure it calls options->notice and returns a
 * store whose calls fail until the cause is gone. */
struct store *store_open(const char *uri, const struct store_options *options,
    struct err *err);

/* As store_open(), with local stores that decide while the database of "uri" is
 * away (store/fallback/store_fallback.h). "fallback" is the URI of a file.
 * There is a second file, with "-unmerged" after its path. */
struct store *store_open_with_fallback(const char *uri, const char *fallback,
    const struct store_options *options, struct err *err);

/* Open only these local stores, to read them while the database is away. */
struct store *store_open_only_fallback(const char *fallback,
    const struct store_options *options, struct err *err);

/* Close a store; NULL is fine. */
void store_close(struct store *store);

#endif
