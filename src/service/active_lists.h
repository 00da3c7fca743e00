/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_ACTIVE_LISTS_H
#define TARDIGREY_SERVICE_ACTIVE_LISTS_H

#include "config/config.h"
#include "lists/list_verdict.h"
#include "decide/store.h"

/*
 * roster: the lists in force. Files are read when the configuration is,
 * entries of the store whenever somebody has changed them.
 */

struct active_lists;

/* "store" and "config" are borrowed and must outlive it; the list of files
 * becomes the roster's own. Returns NULL when memory is short. */
struct active_lists *active_lists_new(struct store *store,
    const struct config *config, struct list *files);
void active_lists_free(struct active_lists *active_lists);

/* The lists, at one place for good; what they hold changes only in the calls
 * below. */
const struct lists *active_lists_lists(const struct active_lists *active_lists);

/* The configuration was read again; the list of its files becomes the
 * roster's own. */
void active_lists_replace_files(struct active_lists *active_lists,
    struct list *files);

/* If it is time to look, find out whether somebody has changed the entries,
 * or they were never read. Returns STORE_OK or STORE_FAILED. */
enum store_rc active_lists_look(struct active_lists *active_lists,
    bool *changed_out, struct err *err);

/* Take the entries as they are now; if that fails those in force stay. Returns
 * STORE_OK or STORE_FAILED. */
enum store_rc active_lists_reload(struct active_lists *active_lists,
    struct err *err);

#endif
