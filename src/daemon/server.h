/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_SERVER_H
#define TARDIGREY_DAEMON_SERVER_H

#include "base/err.h"
#include "daemon/batch.h"
#include "daemon/listener.h"

/*
 * server: the loop. Accepts connections, reads what is readable, runs the
 * batch once a turn, writes the replies. The only file that knows libevent.
 */

struct server_hooks {
	void (*reload)(void *arg);   /* SIGHUP */
	void (*stopping)(void *arg); /* SIGTERM or SIGINT, before the rest */
	void *arg;
};

struct server;

/* A server on these listeners, through this batch; both are borrowed.
 * files_max is the limit on descriptors of the process: connections leave
 * some for the rest of it. Returns it, or NULL with a sentence. */
struct server *server_new(struct listener_set *listeners, struct batch *batch,
    unsigned long files_max, const struct server_hooks *hooks, struct err *err);
void server_free(struct server *server);

/* Serve until SIGTERM or SIGINT. Then close the listeners, finish the
 * requests in hand (for a second at most), and return. */
void server_run(struct server *server);

#endif
