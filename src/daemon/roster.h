/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_ROSTER_H
#define TARDIGREY_DAEMON_ROSTER_H

#include "core/config.h"
#include "core/ruling.h"
#include "core/store.h"

/*
 * roster: the lists in force. Files are read when the configuration is,
 * entries of the store whenever somebody has changed them.
 */

struct roster;

/* "store" and "config" are borrowed and must outlive it; the list of files
 * becomes the roster's own. Returns NULL when memory is short. */
struct roster *roster_new(struct store *store, const struct config *config,
    struct list *files);
void roster_free(struct roster *roster);

/* The lists, at one place for good; what they hold changes only in the calls
 * below. */
const struct lists *roster_lists(const struct roster *roster);

/* The configuration was read again; the list of its files becomes the
 * roster's own. */
void roster_replace_files(struct roster *roster, struct list *files);

/* If it is time to look, find out whether somebody has changed the entries,
 * or they were never read. Returns STORE_OK or STORE_FAILED. */
enum store_rc roster_look(struct roster *roster, bool *changed_out,
    struct err *err);

/* Take the entries as they are now; if that fails those in force stay. Returns
 * STORE_OK or STORE_FAILED. */
enum store_rc roster_reload(struct roster *roster, struct err *err);

#endif
