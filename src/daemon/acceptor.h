/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_ACCEPTOR_H
#define TARDIGREY_DAEMON_ACCEPTOR_H

#include "base/err.h"
#include "daemon/connection.h"
#include "daemon/listener.h"

/*
 * acceptor: accepts clients, as many as there are descriptors for.
 */

struct acceptor;

/* Accept clients of the listeners into the connections. files_max is the limit
 * on descriptors of the process. All pointers are borrowed. Returns NULL and
 * an error if it fails. The caller frees the acceptor. */
struct acceptor *acceptor_new(struct event_base *base,
    struct listener_set *listeners, struct connections *connections,
    unsigned long files_max, struct err *err);
void acceptor_free(struct acceptor *acceptor);

/* Accept again if it was paused and a connection has been closed since. */
void acceptor_end_turn(struct acceptor *acceptor);

/* Accept the clients that wait at the listeners, then close the listeners. */
void acceptor_stop(struct acceptor *acceptor);

#endif
