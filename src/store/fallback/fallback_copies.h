/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_FALLBACK_FALLBACK_COPIES_H
#define TARDIGREY_STORE_FALLBACK_FALLBACK_COPIES_H

#include "decide/store.h"

/*
 * fallback_copies: records of the database that were just read or written, on
 * their way to the local store of copies. They are written after the answers
 * have been sent.
 */

struct fallback_copies;

/* Returns NULL if memory is short. The caller frees them. */
struct fallback_copies *fallback_copies_new(void);
void fallback_copies_free(struct fallback_copies *copies);

/* Note a record that the database has. If there is no room, it is lost: it
 * will be noted again when it is used again. */
void fallback_copies_note(struct fallback_copies *copies, const struct key *key,
    const struct record *record);

/* Note a change that the database has taken. */
void fallback_copies_note_change(struct fallback_copies *copies,
    const struct store_change *change);

/* Write all noted records to a store. They replace those that it has. */
enum store_rc fallback_copies_write(struct fallback_copies *copies,
    struct store *to, struct err *err);

#endif
