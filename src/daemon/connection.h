/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_CONNECTION_H
#define TARDIGREY_DAEMON_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/dispatcher.h"

/*
 * connection: the connections of clients. Octets go from sockets to sessions
 * and back; requests go to the dispatcher, and come back as answers.
 */

struct connections;
struct event_base;

/* No connections yet. Both arguments are borrowed. Returns NULL if there is no
 * memory. The caller frees them. */
struct connections *connections_new(struct event_base *base,
    struct dispatcher *dispatcher);

/* Close all connections. The dispatcher must be idle. */
void connections_free(struct connections *connections);

/* How many are open. */
size_t connections_n(const struct connections *connections);

/* Serve a client on this socket, which becomes the connection's own. */
void connections_add(struct connections *connections, int fd);

/* Answer a request; for dispatcher_hooks. The reply is sent by
 * connections_go_on(). */
void connections_answer(void *connection, const char *reply, size_t reply_n);

/* Send the replies of connections that were answered, and take the requests
 * that waited for room in the batch or for replies. Returns whether there was
 * anything to do. */
bool connections_go_on(struct connections *connections);

/* Free closed connections. One with unanswered requests stays until they are
 * answered, because the batch points to it. */
void connections_free_closed(struct connections *connections);

/* Close the connections of clients that have been silent for too long. */
void connections_close_idle(struct connections *connections);

/* ---- When the daemon stops ---- */

/* Read what has arrived by now. */
void connections_read_all(struct connections *connections);

/* Close connections if the client misses no reply. */
void connections_close_quiet(struct connections *connections);

/* Close connections that have no complete request without an answer, also if
 * the client has sent a part of a request or has not read its replies. */
void connections_close_answered(struct connections *connections);

#endif
