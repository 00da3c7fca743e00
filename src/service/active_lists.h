/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_ACTIVE_LISTS_H
#define TARDIGREY_SERVICE_ACTIVE_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/store.h"
#include "lists/list_verdict.h"
#include "service/notices.h"
#include "service/settings.h"

/*
 * active_lists: the lists that decide now. The list files belong to the
 * settings; the entries are read from the store again whenever somebody has
 * changed them.
 */

struct active_lists;

/* The store and the settings are borrowed; the settings until
 * active_lists_use() replaces them. Returns NULL when memory is short. */
struct active_lists *active_lists_new(struct store *store,
    const struct settings *settings);
void active_lists_free(struct active_lists *active);

/* Use the list files of other settings, and read the entries again. */
void active_lists_use(struct active_lists *active,
    const struct settings *settings);

/* The lists. The place stays; what it points to changes in active_lists_use()
 * and active_lists_reload(). */
const struct lists *active_lists_get(const struct active_lists *active);

/* Look whether somebody has changed the entries, unless it was looked less than
 * 200 ms ago. A regex that was given up since becomes a notice. Returns
 * STORE_FAILED, and a sentence, if the store cannot tell. */
enum store_rc active_lists_look(struct active_lists *active,
    int64_t monotonic_ms, bool *changed_out, struct notices *notices,
    struct err *err);

/* Read the entries again. If that fails, the lists stay as they are and the
 * next look tries again. */
enum store_rc active_lists_reload(struct active_lists *active,
    struct notices *notices, struct err *err);

#endif
