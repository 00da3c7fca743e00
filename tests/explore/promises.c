/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "explore/promises.h"

#include <string.h>

static struct group *
group_of(struct state *state, enum client client)
{
	return &state->groups[client_group(client)];
}

static bool
is_deferral(const struct verdict *verdict)
{
	return verdict->action == ACTION_GREYLIST;
}

static int64_t
lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- Safety ---- */

static int64_t
shortest_delay_s(const struct group *group, enum client client)
{
	return lesser(group->shortest_s, client_delay_s(client));
}

static void
check_pass(const struct state *state, const struct engine_rules *rules,
    enum client client, const struct verdict *verdict)
{
	const struct group *group = &state->groups[client_group(client)];
	int64_t now_s = state->now_s;
	int retried_n = 0;

	for (size_t i = 0; i < GROUPS; i++)
		retried_n += state->groups[i].retried_n;
	switch ((int)verdict->reason) {
	case REASON_RETRIED:
		promise(group->oldest_s != 0 &&
			now_s - group->oldest_s >=
			    shortest_delay_s(group, client),
		    "nothing passes before the shortest of its delays");
		promise(now_s - group->latest_s <= EXPLORE_WINDOW_S,
		    "nothing passes by a retry after the window");
		break;
	case REASON_KNOWN:
		promise(group->retried_n > 0,
		    "known mail has passed by a retry");
		break;
	case REASON_AUTO_WHITELISTED:
		promise(rules->auto_whitelist_after > 0 &&
			retried_n >= (int)rules->auto_whitelist_after,
		    "a client is auto-whitelisted after enough retries");
		break;
	case REASON_FAILURE:
		promise(verdict->action == engine_rules_failure_action(rules),
		    "on_failure decides");
		break;
	default:
		explore_broken("a pass has a good reason");
	}
}

static void
check_deferral(const struct state *state, enum client client,
    const struct verdict *verdict)
{
	const struct promises *promises = &state->promises[client];
	int64_t now_s = state->now_s;

	promise(verdict->wait_s > 0, "a wait is not over");
	promise(verdict->wait_s <= client_delay_s(client),
	    "no wait is longer than the delay");
	promise(now_s > promises->known_until_s, "known mail passes");
	if (promises->due_s == 0 || now_s > promises->due_until_s)
		return;
	promise(now_s < promises->due_s, "a due retry is never deferred");
	promise(now_s + verdict->wait_s <= promises->due_s,
	    "an early retry never makes the wait longer");
}

/* ---- What an answer promises ---- */

/* The window begins with the first attempt. While a write of it is late, the
 * answer does not know it yet. */
static int64_t
first_attempt(const struct state *state, enum client client,
    const struct verdict *verdict)
{
	const struct group *group = &state->groups[client_group(client)];
	int64_t first_s = state->now_s - verdict->age_s;

	return state->late.n > 0 && group->oldest_s < first_s ? group->oldest_s
							      : first_s;
}

static void
note_deferral(struct state *state, enum client client,
    const struct verdict *verdict)
{
	state->promises[client] = (struct promises){
	    .due_s = state->now_s + verdict->wait_s,
	    .due_until_s =
		first_attempt(state, client, verdict) + EXPLORE_WINDOW_S,
	};
}

/* A retry of the other client of the network is due at the same time. If a
 * client of the pool's other network has tried, the answer may come from the
 * record of the pool, which the client without a name does not have. */
static void
note_network(struct state *state, enum client client)
{
	static const enum client others[CLIENTS] = {
	    [CLIENT_MX1] = CLIENT_NEIGHBOUR,
	    [CLIENT_NEIGHBOUR] = CLIENT_MX1,
	    [CLIENT_MX2] = CLIENT_MX2,
	    [CLIENT_OTHER_MAIL] = CLIENT_OTHER_MAIL,
	};

	if (!group_of(state, client)->is_of_networks)
		state->promises[others[client]] = state->promises[client];
}

static void
note_known(struct state *state, enum client client,
    const struct verdict *verdict)
{
	if (verdict->reason == REASON_RETRIED ||
	    verdict->reason == REASON_KNOWN)
		state->promises[client] = (struct promises){
		    .known_until_s = state->now_s + EXPLORE_KNOWN_S,
		};
}

void
promises_attempt(struct state *state, enum client client)
{
	struct group *group = group_of(state, client);

	if (group->oldest_s == 0 ||
	    state->now_s - group->latest_s > EXPLORE_WINDOW_S) {
		group->oldest_s = state->now_s;
		group->shortest_s = INT64_MAX;
		group->is_of_networks = false;
	}
	group->oldest_s = lesser(group->oldest_s, state->now_s);
	group->is_of_networks |= client == CLIENT_MX2;
	group->shortest_s = lesser(group->shortest_s, client_delay_s(client));
	group->shortest_of_all_s = group->shortest_of_all_s == 0
	    ? group->shortest_s
	    : lesser(group->shortest_of_all_s, group->shortest_s);
	if (group->latest_s < state->now_s)
		group->latest_s = state->now_s;
	if (group->first_s == 0 || state->now_s < group->first_s)
		group->first_s = state->now_s;
}

void
promises_note_pass(struct state *state, enum client client,
    const struct verdict *verdict)
{
	struct group *group = group_of(state, client);

	if (verdict->reason == REASON_RETRIED && group->retried_n < 3)
		group->retried_n++;
}

static void
check(const struct state *state, const struct engine_rules *rules,
    enum client client, const struct verdict *verdict)
{
	if (is_deferral(verdict))
		check_deferral(state, client, verdict);
	else
		check_pass(state, rules, client, verdict);
}

static void
note(struct state *state, enum client client, const struct verdict *verdict,
    bool is_stored)
{
	promises_attempt(state, client);
	promises_note_pass(state, client, verdict);
	if (is_deferral(verdict)) {
		note_deferral(state, client, verdict);
		if (is_stored)
			note_network(state, client);
	} else if (is_stored)
		note_known(state, client, verdict);
}

void
promises_check(struct state *state, const struct engine_rules *rules,
    enum client client, const struct verdict *verdict, bool is_stored)
{
	check(state, rules, client, verdict);
	note(state, client, verdict, is_stored);
}

void
promises_check_both(struct state *state, const struct engine_rules *rules,
    enum client first, const struct verdict *first_verdict, enum client second,
    const struct verdict *second_verdict)
{
	check(state, rules, first, first_verdict);
	check(state, rules, second, second_verdict);
	note(state, first, first_verdict, true);
	note(state, second, second_verdict, true);
}

/* Attempts that were too old may count again. */
void
promises_clock_was_set_back(struct state *state)
{
	memset(state->promises, 0, sizeof(state->promises));
	for (size_t i = 0; i < GROUPS; i++) {
		struct group *group = &state->groups[i];

		group->oldest_s = group->first_s;
		group->shortest_s = group->shortest_of_all_s;
		group->is_of_networks = true;
	}
}
