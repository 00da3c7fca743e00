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
 * however many http clients ask. If a worker uses the checker, the snapshot is
 * taken there, and a client gets the one before: at most ten seconds old.
 */

/* What the thread of the checker has found, until the loop takes it over. */
struct observation {
	struct snapshot snapshot;
	struct history days[PAGE_DAYS];
	bool has_days;          /* the counts could be read, at least once */
	int64_t midnight_s;     /* when today began; 0: read all days */
	struct store_row *rows; /* owned */
	size_t rows_n;
	struct recent recent;
};

struct observer {
	/* Set by the owner; borrowed. */
	struct store *store;
	struct dispatcher *dispatcher;
	const struct loop *loop;
	const struct store_timer *timer;
	/* Set by this module. */
	struct observation found; /* belongs to the thread of the checker */
	int64_t started_s;
	struct snapshot snapshot;
	int64_t next_ms; /* monotonic; take no snapshot before */
	struct page page;
	int64_t next_page_ms;
	struct store_row *rows; /* owned; of page.waiting */
	struct recent recent;
	char host[HOST_NAME_MAX + 1];
};

/* Begin to observe. The members of the owner must be set. Returns 0, or -1 when
 * memory is short. The caller calls observer_free() in any case. */
int observer_begin(struct observer *observer);
void observer_free(struct observer *observer);

/* Take a snapshot, unless the last one is new. Borrowed until the next call. */
const struct snapshot *observer_look(struct observer *observer);

/* The same for the page. */
const struct page *observer_look_at_page(struct observer *observer);

#endif
