/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_ACCEPTOR_H
#define TARDIGREY_DAEMON_ACCEPTOR_H

#include "base/err.h"
#include "daemon/connection.h"
#include "daemon/listener.h"

/*
 * acceptor: accepts connections while there are descriptors for them.
 */

struct acceptor;

/* With fewer descriptors the daemon could serve hardly any connection. */
#define ACCEPTOR_FILES_MIN 32

/* Make an acceptor that accepts at the listeners and gives each socket to
 * connections_add(). files_max is the largest number of descriptors that the
 * process may have. All pointers are borrowed. Returns NULL and an error if it
 * fails. The caller frees the acceptor. */
struct acceptor *acceptor_new(struct event_base *base,
    struct listener_set *listeners, struct connections *connections,
    unsigned long files_max, struct err *err);
void acceptor_free(struct acceptor *acceptor);

/* If the acceptor has paused, and a connection has closed since then, accept
 * again. */
void acceptor_end_turn(struct acceptor *acceptor);

/* Accept the connections that wait at the listeners, then close the
 * listeners. */
void acceptor_stop(struct acceptor *acceptor);

#endif
