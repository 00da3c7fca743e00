/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_DISPATCHER_H
#define TARDIGREY_DAEMON_DISPATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/store.h"
#include "mail/request.h"
#include "service/list_entries.h"
#include "service/settings.h"

/*
 * dispatcher: collects the requests of all connections in a batch and hands the
 * batch to the checker. Then it gives the answers to the connections and the
 * log lines to the log. The checker has at most one batch; meanwhile the
 * dispatcher collects the next one.
 *
 * Only this module knows whether the checker runs in the loop or in a thread.
 * The loop calls the functions below. In worker mode, a function waits for the
 * checker only if its comment says so.
 */

/* A store over a network needs the worker: the loop must not wait for it. With
 * SQLite a worker costs 45 % of the rate and 7 us at one connection, and
 * neither costs nor gains at 100 (tests/bench/compare). */
enum dispatcher_mode {
	DISPATCHER_INLINE, /* in the loop, within dispatcher_hand_over() */
	DISPATCHER_WORKER, /* in a thread of its own */
};

struct dispatcher_hooks {
	/* Called once for each request, in the order of the requests. If
	 * reply_n is 0, it must send no reply and close the connection. It
	 * must not add requests. */
	void (*answer)(void *owner, const char *reply, size_t reply_n);
	/* Called when the checker has begun to use the settings that were
	 * given to dispatcher_configure(). The function frees the old ones. */
	void (*configured)(struct settings *old, void *arg);
	void *arg; /* borrowed; for configured() */
};

struct dispatcher;
struct checker;

/* Make a dispatcher with its own checker. The store is borrowed. The dispatcher
 * owns the settings, except if the call fails: then it returns NULL and an
 * error, and the caller still owns them. The caller frees the dispatcher. */
struct dispatcher *dispatcher_new(struct store *store,
    struct settings *settings, enum dispatcher_mode mode,
    const struct dispatcher_hooks *hooks, struct err *err);

/* Start the thread of the worker, if any, and read the list entries if
 * dispatcher_leave_entries() was called. Call this once, before the first
 * request, and in the sandbox: the thread inherits the rules for files only
 * from the thread that starts it. Returns -1 and an error if the thread cannot
 * start. */
int dispatcher_start(struct dispatcher *dispatcher, struct err *err);

/* Waits for the checker. Unanswered requests stay unanswered. */
void dispatcher_free(struct dispatcher *dispatcher);

/* ---- Requests ---- */

/* Whether there is no room for a request now. */
bool dispatcher_full(const struct dispatcher *dispatcher);

/*
 * The number of batches that have failed because of the store. A connection
 * notes this number when it reads octets, and passes it to dispatcher_add()
 * with each request in these octets. A request that was read before the last
 * failure may already have waited for store_timeout, so its batch is decided
 * without the store.
 */
uint64_t dispatcher_failures_n(const struct dispatcher *dispatcher);

/* The place of the next request. There must be room. */
struct request *dispatcher_place(const struct dispatcher *dispatcher);

/* Add a request: a copy, or the request in dispatcher_place(). There must be
 * room. The owner must exist until the request is answered. */
void dispatcher_add(struct dispatcher *dispatcher, void *owner,
    const struct request *request, uint64_t failures_n);

/* Hand the collected requests to the checker, unless it is busy. In inline
 * mode, this function also gives the answers. */
void dispatcher_hand_over(struct dispatcher *dispatcher);

/* A descriptor that becomes readable when the checker has finished; -1 in
 * inline mode. */
int dispatcher_fd(const struct dispatcher *dispatcher);

/* If the checker has finished, give the answers. */
void dispatcher_take_back(struct dispatcher *dispatcher);

/* Whether every request has been answered. */
bool dispatcher_is_idle(const struct dispatcher *dispatcher);

/* ---- tardigrey-lookup ---- */

/* Call send() with the questions of each batch, lines that end in a newline. */
typedef void dispatcher_lookup_fn(void *arg, const char *questions, size_t n);
void dispatcher_set_lookup(struct dispatcher *dispatcher,
    dispatcher_lookup_fn *send, void *arg);

/* Give an answer to the checker: a line without its newline. If there are too
 * many answers for a batch, it is lost. */
void dispatcher_add_lookup_answer(struct dispatcher *dispatcher,
    const char *line);

/* ---- List entries ---- */

/* Call this before dispatcher_start(), which then reads the entries. If they
 * change, the caller reads them when dispatcher_wants_entries() is true: in
 * worker mode always, so that no request waits for the server; in inline mode
 * only if there are many. */
void dispatcher_leave_entries(struct dispatcher *dispatcher);
bool dispatcher_wants_entries(const struct dispatcher *dispatcher);

/* Use these entries at the next hand-over. The dispatcher owns them now. */
void dispatcher_use_entries(struct dispatcher *dispatcher,
    const struct list_entries *entries);

/* A list of entries that is not used any more, for the caller to free, or
 * NULL. It can take long to free it. */
struct list *dispatcher_take_old_entries(struct dispatcher *dispatcher);

/* At the next hand-over, look whether the entries have changed. Each batch does
 * so too. */
void dispatcher_refresh_entries(struct dispatcher *dispatcher);

/* ---- Other work for the checker ---- */

/* Let look() see the checker and use the store, and then let looked() take what
 * it found. look() may run in the thread of the worker, looked() runs in the
 * loop. what: bits that the caller chooses. */
struct dispatcher_look {
	void (*look)(struct checker *checker, unsigned what, void *arg);
	void (*looked)(unsigned what, void *arg);
	void *arg; /* borrowed */
};
void dispatcher_set_look(struct dispatcher *dispatcher,
    const struct dispatcher_look *look);

/* Look now, or in worker mode at the next hand-over. A worker also looks by
 * itself, with what = 1, when it has other work, at most every two seconds. */
void dispatcher_look(struct dispatcher *dispatcher, unsigned what);

/* Use these settings from the next batch on. The dispatcher frees them. */
void dispatcher_configure(struct dispatcher *dispatcher,
    struct settings *settings);

/* The newest settings. Borrowed until the next dispatcher_configure(). */
const struct settings *dispatcher_settings(const struct dispatcher *dispatcher);

/* At the next hand-over, also write the hits and the hourly statistics to the
 * store, and do maintenance. */
void dispatcher_flush(struct dispatcher *dispatcher);

/* Call this after the loop has sent the replies of a turn. In inline mode, the
 * checker does its maintenance here. A worker does it after each batch. Returns
 * true if the next turn should come at once, because there is more of it. */
bool dispatcher_end_turn(struct dispatcher *dispatcher);

/* Answer all collected requests, and write the hits and the hourly statistics
 * to the store. Waits for the checker. */
void dispatcher_finish(struct dispatcher *dispatcher);

#endif
