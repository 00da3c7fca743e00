/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_CONNECTION_H
#define TARDIGREY_DAEMON_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/dispatcher.h"

/*
 * connection: the connections to the daemon. The peer is a mail server, or
 * another program that speaks the policy protocol; src/daemon calls it the
 * client of a connection. Octets go from sockets to sessions and back. Requests
 * go to the dispatcher, and answers come back.
 */

struct connections;
struct event_base;

/* Make an empty set of connections. Both arguments are borrowed. Returns NULL
 * if there is no memory. The caller frees the set. */
struct connections *connections_new(struct event_base *base,
    struct dispatcher *dispatcher);

/* Close all connections and free the set, even if requests are unanswered. The
 * dispatcher must give no answer after this. */
void connections_free(struct connections *connections);

/* The number of open connections. */
size_t connections_n(const struct connections *connections);

/* Add a connection that owns this socket. If there is no memory, the socket is
 * closed. */
void connections_add(struct connections *connections, int fd);

/* Answer the oldest unanswered request of a connection. The dispatcher calls
 * this. connections_go_on() sends the reply. */
void connections_answer(void *connection, const char *reply, size_t reply_n);

/* Send the replies that connections_answer() has added, and take more requests
 * that were read. Returns whether there was anything to do. */
bool connections_go_on(struct connections *connections);

/* Free the closed connections. A connection with unanswered requests stays,
 * because the batch points to it. */
void connections_free_closed(struct connections *connections);

/* Close the connections on which the client has been silent for too long; see
 * session_is_dead(). */
void connections_close_idle(struct connections *connections);

/* ---- When the daemon stops ---- */

/* Read once from each connection. */
void connections_read_all(struct connections *connections);

/* Close each connection that is between two requests. */
void connections_close_quiet(struct connections *connections);

/* Close each connection that has no unanswered request, even if the client has
 * sent a part of a request or has not read its replies. */
void connections_close_answered(struct connections *connections);

#endif
