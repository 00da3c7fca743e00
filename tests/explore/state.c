/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "explore/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/promises.h"

#define BEGINS_S 1000000000

/* ---- Clients ---- */

static struct request requests[CLIENTS];

static void
make_request(enum client client, const char *address, const char *name,
    const char *recipient)
{
	struct request *request = &requests[client];

	request_clear(request);
	if (netaddr_parse(address, &request->client) != 0)
		abort();
	strcpy(request->client_address, address);
	strcpy(request->client_name, name);
	request->client_name_confirmed = strcmp(name, "unknown") != 0;
	strcpy(request->sender, "sender@example.net");
	strcpy(request->recipient, recipient);
}

void
clients_make(void)
{
	make_request(CLIENT_MX1, "192.0.2.1", "mx1.example.com",
	    "one@example.org");
	make_request(CLIENT_MX2, "198.51.100.1", "mx2.example.com",
	    "one@example.org");
	make_request(CLIENT_NEIGHBOUR, "192.0.2.9", "unknown",
	    "one@example.org");
	make_request(CLIENT_OTHER_MAIL, "192.0.2.1", "mx1.example.com",
	    "two@example.org");
}

const struct request *
client_request(enum client client)
{
	return &requests[client];
}

int64_t
client_delay_s(enum client client)
{
	return client == CLIENT_NEIGHBOUR ? EXPLORE_DELAY_SUSPICIOUS_S
					  : EXPLORE_DELAY_S;
}

int
client_group(enum client client)
{
	return client == CLIENT_OTHER_MAIL;
}

/* ---- Records ---- */

static struct key keys[ROWS];
static size_t keys_n;

size_t
state_place(const struct key *key)
{
	size_t i = 0;

	while (i < keys_n && !key_equal(&keys[i], key))
		i++;
	if (i == ROWS)
		abort(); /* make ROWS larger */
	if (i == keys_n)
		key_copy(&keys[keys_n++], key);
	return i;
}

void
state_begin(struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->now_s = BEGINS_S;
}

void
state_apply(struct state *state, const struct late_change *change)
{
	struct row *row = &state->rows[change->place];

	record_apply(&row->record, &row->found, &change->change);
}

void
late_add(struct late *late, const struct late_change *change)
{
	if (late->n == sizeof(late->changes) / sizeof(late->changes[0]))
		abort();
	late->changes[late->n++] = *change;
}

void
late_write(struct state *state, const struct late *late)
{
	for (size_t i = 0; i < late->n; i++)
		state_apply(state, &late->changes[i]);
}

static bool
is_equal(const struct record *a, const struct record *b)
{
	return record_same(a, b) && a->expires_s == b->expires_s &&
	    a->deferred_n == b->deferred_n && a->passed_n == b->passed_n &&
	    a->delay_s == b->delay_s;
}

bool
state_same_rows(const struct state *a, const struct state *b)
{
	for (size_t i = 0; i < ROWS; i++)
		if (a->rows[i].found != b->rows[i].found ||
		    (a->rows[i].found &&
			!is_equal(&a->rows[i].record, &b->rows[i].record)))
			return false;
	return true;
}

/* ---- Hash ---- */

static void
add_number(uint64_t *hash, uint64_t number)
{
	*hash = (*hash ^ number) * 0x9e3779b97f4a7c15U;
	*hash ^= *hash >> 29;
}

static void
add_time(uint64_t *hash, const struct state *state, int64_t time_s)
{
	add_number(hash,
	    time_s != 0 ? (uint64_t)(time_s - state->now_s) : UINT64_MAX / 3);
}

static void
add_record(uint64_t *hash, const struct state *state,
    const struct record *record)
{
	add_time(hash, state, record->first_seen_s);
	add_time(hash, state, record->last_seen_s);
	add_time(hash, state, record->passed_s);
	add_time(hash, state, record->expires_s);
	add_number(hash, (uint64_t)record->deferred_n);
	add_number(hash, (uint64_t)record->passed_n);
	add_number(hash, (uint64_t)record->delay_s);
}

static void
add_late(uint64_t *hash, const struct state *state)
{
	add_number(hash, state->late.n);
	if (state->late.n > 0)
		add_time(hash, state, state->late.looked_up_s);
	for (size_t i = 0; i < state->late.n; i++) {
		const struct late_change *change = &state->late.changes[i];

		add_number(hash, change->place);
		add_number(hash, change->change.how);
		add_record(hash, state, &change->change.record);
		if (change->change.how == CHANGE_RESTART)
			add_record(hash, state, &change->change.read);
	}
}

uint64_t
state_hash(const struct state *state)
{
	uint64_t hash = 1;

	for (size_t i = 0; i < ROWS; i++) {
		add_number(&hash, state->rows[i].found);
		if (state->rows[i].found)
			add_record(&hash, state, &state->rows[i].record);
	}
	add_late(&hash, state);
	for (size_t i = 0; i < CLIENTS; i++) {
		add_time(&hash, state, state->promises[i].due_s);
		add_time(&hash, state, state->promises[i].due_until_s);
		add_time(&hash, state, state->promises[i].known_until_s);
	}
	for (size_t i = 0; i < GROUPS; i++) {
		add_time(&hash, state, state->groups[i].first_s);
		add_time(&hash, state, state->groups[i].oldest_s);
		add_time(&hash, state, state->groups[i].latest_s);
		add_number(&hash, (uint64_t)state->groups[i].retried_n);
		add_number(&hash, (uint64_t)state->groups[i].shortest_s);
		add_number(&hash, (uint64_t)state->groups[i].shortest_of_all_s);
		add_number(&hash, state->groups[i].is_of_networks);
	}
	return hash;
}

/* ---- Merging ---- */

#define RECORDS_MAX 2000
#define TRIPLES_MAX 120

static struct record records[RECORDS_MAX];
static size_t records_n;

static void
note(const struct record *record)
{
	for (size_t i = 0; i < records_n; i++)
		if (is_equal(&records[i], record))
			return;
	if (records_n < RECORDS_MAX)
		records[records_n++] = *record;
}

void
records_note(const struct state *state)
{
	for (size_t i = 0; i < ROWS && records_n < RECORDS_MAX; i++)
		if (state->rows[i].found)
			note(&state->rows[i].record);
}

static struct record
merge(struct record a, const struct record *b)
{
	record_merge(&a, b);
	return a;
}

static bool
commutes(const struct record *a, const struct record *b)
{
	struct record one = merge(*a, b), other = merge(*b, a);
	struct record twice = merge(one, b);

	return is_equal(&one, &other) && record_same(&one, &twice) &&
	    one.expires_s == twice.expires_s;
}

static bool
associates(const struct record *a, const struct record *b,
    const struct record *c)
{
	struct record bc = merge(*b, c);
	struct record one = merge(merge(*a, b), c), other = merge(*a, &bc);

	return is_equal(&one, &other);
}

size_t
records_check(void)
{
	for (size_t i = 0; i < records_n; i++)
		for (size_t j = 0; j < records_n; j++) {
			promise(commutes(&records[i], &records[j]),
			    "the order of two merges does not matter");
			for (size_t k = 0; i < TRIPLES_MAX && j < TRIPLES_MAX &&
			     k < TRIPLES_MAX && k < records_n;
			     k++)
				promise(associates(&records[i], &records[j],
					    &records[k]),
				    "the order of three merges does not "
				    "matter");
		}
	return records_n;
}
