/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_OBSERVER_H
#define TARDIGREY_DAEMON_OBSERVER_H

#include <limits.h>

#include "daemon/dispatcher.h"
#include "daemon/loop.h"
#include "daemon/store_timer.h"
#include "view/page.h"
#include "view/snapshot.h"

/*
 * observer: takes snapshots of the daemon, at most one every two seconds,
 * however many http clients ask.
 */

struct observer {
	/* Set by the owner; borrowed. */
	struct store *store;
	struct dispatcher *dispatcher;
	const struct loop *loop;
	const struct store_timer *timer;
	int64_t started_s; /* set by http_new() */
	/* Set by this module. */
	struct snapshot snapshot;
	int64_t next_ms; /* monotonic; take no snapshot before */
	struct page page;
	int64_t next_page_ms;
	int64_t midnight_s;     /* when today began; 0: read all page.days */
	struct store_row *rows; /* owned; of page.waiting */
	char host[HOST_NAME_MAX + 1];
};

void observer_free(struct observer *observer);

/* The same for the page. Returns NULL if there is no memory. */
const struct page *observer_look_at_page(struct observer *observer);

/* Take a snapshot, unless the last one is new. Borrowed until the next call. If
 * a worker uses the checker, returns the last one. */
const struct snapshot *observer_look(struct observer *observer);

#endif
