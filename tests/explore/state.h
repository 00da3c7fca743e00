/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_EXPLORE_STATE_H
#define TARDIGREY_TESTS_EXPLORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/key.h"
#include "decide/record.h"
#include "mail/request.h"

/*
 * state: what explore.c explores: the clock, the records of the store, a write
 * that is late, and what was promised to the clients.
 */

#define EXPLORE_DELAY_S            60  /* of clients with a name */
#define EXPLORE_DELAY_SUSPICIOUS_S 240 /* of the others */
#define EXPLORE_WINDOW_S           1000
#define EXPLORE_KEEP_S             5000

/* How long known mail passes after its last use: the time of a use may be
 * stored later by 1/840 of "keep" (decide/record.h). */
#define EXPLORE_KNOWN_S (EXPLORE_KEEP_S - EXPLORE_KEEP_S / 840 - 1)

/* The first three send the same mail. mx1 and mx2 are in one pool, mx1 and its
 * neighbour in one network. */
enum client {
	CLIENT_MX1,
	CLIENT_MX2,
	CLIENT_NEIGHBOUR,  /* without a name */
	CLIENT_OTHER_MAIL, /* mx1, to another recipient */
};
#define CLIENTS (CLIENT_OTHER_MAIL + 1)

/* Clients that send the same mail are a group. An attempt of one may count for
 * the others, also through a third one. */
#define GROUPS 2
int client_group(enum client client);

void clients_make(void);
const struct request *client_request(enum client client);
int64_t client_delay_s(enum client client);

/* ---- Records ---- */

#define ROWS 16 /* more than the requests have keys */

struct row {
	bool found;
	struct record record;
};

struct late_change {
	size_t place;
	struct change change;
};

struct late {
	int64_t looked_up_s;
	size_t n;
	struct late_change changes[8];
};

/* ---- What was said to the clients ---- */

/* Times; 0: none. */
struct promises {
	int64_t due_s;         /* a retry from then on passes */
	int64_t due_until_s;   /* ... and until then */
	int64_t known_until_s; /* every attempt until then passes */
};

struct group {
	int64_t first_s;  /* attempt of all */
	int64_t oldest_s; /* attempt that counts: between it and the latest one
			   * no gap is longer than a window */
	int64_t latest_s; /* attempt, by the clock of its time */
	/* The shortest delay of the attempts since oldest_s, and of all. */
	int64_t shortest_s, shortest_of_all_s;
	bool is_of_networks; /* attempts of the pool's other network count */
	int retried_n;       /* passes by a retry */
};

struct state {
	int64_t now_s;
	struct row rows[ROWS];
	struct late late;
	struct promises promises[CLIENTS];
	struct group groups[GROUPS];
};

void state_begin(struct state *state);

/* The row of a key: its index in rows. */
size_t state_place(const struct key *key);

void state_apply(struct state *state, const struct late_change *change);
void late_add(struct late *late, const struct late_change *change);
void late_write(struct state *state, const struct late *late);

bool state_same_rows(const struct state *a, const struct state *b);

/* Equal for states whose times are equally far from the clock. */
uint64_t state_hash(const struct state *state);

/* Collect the different records of a state. records_check() merges each two of
 * them, and triples of some: the result must not depend on the order. Returns
 * their number. */
void records_note(const struct state *state);
size_t records_check(void);

#endif
