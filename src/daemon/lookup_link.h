/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOOKUP_LINK_H
#define TARDIGREY_DAEMON_LOOKUP_LINK_H

#include <stddef.h>

#include "base/err.h"
#include "daemon/dispatcher.h"

/*
 * lookup_link: the connections of tardigrey-lookup to the daemon. The daemon
 * listens, so that it never waits for the other side and needs no new socket.
 *
 * Each process of tardigrey-lookup has a connection, and gets one question at a
 * time. Questions wait in a short queue. If it is full, or if no process is
 * connected, questions are lost. A process that does not answer in time, or
 * that sends anything but one line for a question, is disconnected.
 */

#define LOOKUP_PEERS_MAX 16
#define LOOKUP_QUEUE     64 /* questions */

struct lookup_link;
struct event_base;

/* Listen at an absolute path, for this account only. Replaces a socket on which
 * no process listens. Any other file there is an error. The base and the
 * dispatcher are borrowed. Returns NULL and an error if it fails.
 * lookup_link_free() removes the socket. */
struct lookup_link *lookup_link_new(struct event_base *base, const char *path,
    struct dispatcher *dispatcher, struct err *err);
void lookup_link_free(struct lookup_link *link);

/* Send n octets of questions: lines that end in a newline. */
void lookup_link_send(void *link, const char *questions, size_t n);

#endif
