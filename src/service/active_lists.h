/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_ACTIVE_LISTS_H
#define TARDIGREY_SERVICE_ACTIVE_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/store.h"
#include "lists/list_verdict.h"
#include "service/list_entries.h"
#include "service/notices.h"
#include "service/settings.h"

/*
 * active_lists: the lists that decide now. The list files belong to the
 * settings. The entries come from the store, and are read again when they have
 * changed.
 */

struct active_lists;

/* More entries than this take too long to read between two requests: some
 * microseconds each. */
#define ACTIVE_LISTS_MANY 2000

/* The store is borrowed. The settings are borrowed until active_lists_use()
 * replaces them. Returns NULL when memory is short. */
struct active_lists *active_lists_new(struct store *store,
    const struct settings *settings);
void active_lists_free(struct active_lists *active);

/* Use the list files of other settings, and read the entries again. */
void active_lists_use(struct active_lists *active,
    const struct settings *settings);

/* The lists. The pointer stays valid. active_lists_use() and
 * active_lists_reload() change the struct that it points to. */
const struct lists *active_lists_get(const struct active_lists *active);

/* Check whether the entries in the store have changed, at most every 200 ms.
 * Sets *changed_out. Also adds a notice if a regex has taken too many steps
 * since the last check. Returns STORE_FAILED, with the reason in *err, if the
 * store fails. Returns STORE_PARTLY if the part of the store that has the
 * entries is away, and they have been read before: they remain in force. */
enum store_rc active_lists_look(struct active_lists *active,
    int64_t monotonic_ms, bool *changed_out, struct notices *notices,
    struct err *err);

/* Which changed entries active_lists_look() leaves to the caller. */
enum active_lists_leaves {
	ACTIVE_LISTS_LEAVE_NONE, /* at first */
	ACTIVE_LISTS_LEAVE_MANY, /* if the store can say how many there are */
	ACTIVE_LISTS_LEAVE_ALL,
};

/* From now on, leave it to the caller to read these entries: then
 * active_lists_look() reports no change, but active_lists_wants_entries() is
 * true until the caller has read them. Until then the old entries count. The
 * first entries are always read by active_lists_reload(). */
void active_lists_leave(struct active_lists *active,
    enum active_lists_leaves leaves);
bool active_lists_wants_entries(const struct active_lists *active);

/* Use entries that the caller has read by list_entries_read(). The old ones
 * take their place: the caller frees them. If the longest delay has changed
 * since they were read, nothing changes. */
void active_lists_use_entries(struct active_lists *active,
    struct list_entries *entries);

/* Read the entries again, for at most ten seconds. The deadline of the store is
 * later then, until the next one is set. If this fails, the deadline becomes
 * monotonic_ms + store_timeout. Then returns STORE_FAILED if there are no
 * entries yet. Otherwise adds a notice and returns STORE_PARTLY: the old
 * entries remain in force, and active_lists_look() reports a change again after
 * five seconds. */
enum store_rc active_lists_reload(struct active_lists *active,
    int64_t monotonic_ms, struct notices *notices, struct err *err);

#endif
