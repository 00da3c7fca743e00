/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_HTTP_H
#define TARDIGREY_DAEMON_HTTP_H

#include "base/err.h"
#include "daemon/listener.h"
#include "daemon/observer.h"

/*
 * http: answers GET requests for a few fixed paths, in the loop of the daemon.
 *
 * A client must not slow the mail servers down. So the module limits the number
 * of connections, their duration, and how many it accepts in a second. An
 * answer comes from a snapshot that is up to two seconds old.
 */

/* Descriptors that this module may use, in addition to the listeners. */
#define HTTP_CONNECTIONS_MAX 16

struct http;
struct event_base;

/* Serve at the listeners. All pointers are borrowed. The observer begins; the
 * caller frees it when no look can run any more, even after an error. Returns
 * NULL and an error if it fails. The caller frees the result, before the event
 * base. */
struct http *http_new(struct event_base *base,
    const struct listener_set *listeners, struct observer *observer,
    struct err *err);
void http_free(struct http *http);

#endif
