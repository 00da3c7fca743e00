/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_ENTRIES_READER_H
#define TARDIGREY_DAEMON_ENTRIES_READER_H

#include "base/err.h"
#include "daemon/dispatcher.h"

/*
 * entries_reader: reads the list entries of the store in a thread, so that no
 * request waits for it. The thread opens the store for itself. It also
 * frees the old entries.
 */

struct entries_reader;
struct event_base;

/* Let the checker read the entries at the start, and from then on read them in
 * a thread, as dispatcher_leave_entries() says. The base and the dispatcher are
 * borrowed. Returns NULL and an error if memory is short. */
struct entries_reader *entries_reader_new(struct event_base *base,
    struct dispatcher *dispatcher, struct err *err);

/* Waits for the thread. */
void entries_reader_free(struct entries_reader *reader);

/* Begin to read if the checker wants entries, or to free the old ones. Call
 * this once in a turn. */
void entries_reader_end_turn(struct entries_reader *reader);

#endif
