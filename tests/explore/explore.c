/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * explore: tries all sequences of events up to a length, and checks after each
 * event what greylisting promises (promises.h). The events are attempts of four
 * clients, steps of the clock in both directions, failures of the store,
 * expiry, two writers at the same time, and a writer that writes late, twice or
 * never.
 *
 *   explore [LENGTH]
 *
 * The store is an array in the state, so a state can be copied. A state that
 * was visited before is not visited again, unless more events may follow now.
 * Two states are equal if all their times are equally far from the clock.
 *
 * The engine must keep nothing of its own from one request to the next: the
 * requests have no instance, and each set of rules has a new engine.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/engine.h"
#include "explore/promises.h"
#include "explore/state.h"
#include "explore/visited.h"

#define LENGTH_MAX 32

/* ---- Sets of rules ---- */

static const struct rules_case {
	const char *name;
	struct engine_rules rules;
} rules_cases[] = {
#define GREYLIST                                                  \
	{                                                         \
		EXPLORE_DELAY_S, EXPLORE_WINDOW_S, EXPLORE_KEEP_S \
	}
    {"pools",
	{.greylist = GREYLIST,
	    .delay_suspicious_s = EXPLORE_DELAY_SUSPICIOUS_S,
	    .keys = {24, 64, 15, 1},
	    .on_failure = ON_FAILURE_TEMPFAIL}},
    {"no pools",
	{.greylist = GREYLIST,
	    .delay_suspicious_s = EXPLORE_DELAY_SUSPICIOUS_S,
	    .keys = {24, 64, 15, 0},
	    .on_failure = ON_FAILURE_PASS}},
    {"auto-whitelist",
	{.greylist = GREYLIST,
	    .delay_suspicious_s = EXPLORE_DELAY_SUSPICIOUS_S,
	    .keys = {24, 64, 15, 1},
	    .auto_whitelist_after = 2,
	    .auto_whitelist_spacing_s = 60,
	    .on_failure = ON_FAILURE_TEMPFAIL}},
};

static struct engine *engine;
static const struct engine_rules *rules;

/* ---- The store: the records of a state ---- */

enum store_mode {
	STORE_WORKS,
	STORE_LOOKUP_FAILS,
	STORE_WRITES_NOTHING,
	STORE_WRITES_FIRST, /* the first change; then it fails */
	STORE_CAPTURES,     /* keeps the changes for a late write */
};

static struct {
	struct store store; /* must be first */
	struct state *state;
	enum store_mode mode;
	struct late late;
} ours;

static enum store_rc
look_up(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	(void)store;
	if (ours.mode == STORE_LOOKUP_FAILS) {
		err_set(err, "look-up");
		return STORE_FAILED;
	}
	for (size_t i = 0; i < n; i++) {
		const struct row *row =
		    &ours.state->rows[state_place(&keys[i])];

		answers[i].found = row->found;
		answers[i].record = row->record;
	}
	return STORE_OK;
}

static enum store_rc
apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	(void)store;
	for (size_t i = 0; i < n; i++) {
		struct late_change change = {
		    state_place(changes[i].key), changes[i].change};

		if (ours.mode == STORE_CAPTURES)
			late_add(&ours.late, &change);
		else if (ours.mode == STORE_WORKS ||
		    (ours.mode == STORE_WRITES_FIRST && i == 0))
			state_apply(ours.state, &change);
	}
	if (ours.mode == STORE_WORKS || ours.mode == STORE_CAPTURES)
		return STORE_OK;
	err_set(err, "apply");
	return STORE_FAILED;
}

static const struct record_store_ops record_ops = {
    .lookup = look_up, .apply = apply};

/* Ask the engine. Changes the records of the state as the mode says. */
static enum store_rc
ask(struct state *state, enum client client, enum store_mode mode,
    struct verdict *verdict)
{
	struct err err;

	ours.state = state;
	ours.mode = mode;
	ours.late.n = 0;
	return engine_check(engine, client_request(client), 1, state->now_s,
	    verdict, &err);
}

/* ---- Events ---- */

static void
attempt(struct state *state, int client)
{
	struct verdict verdict;

	promise(ask(state, client, STORE_WORKS, &verdict) == STORE_OK,
	    "the store works");
	promises_check(state, rules, client, &verdict, true);
}

static void
attempt_without_lookup(struct state *state, int client)
{
	struct verdict verdict;
	enum store_rc rc = ask(state, client, STORE_LOOKUP_FAILS, &verdict);

	promise(rc == STORE_FAILED && verdict.reason == REASON_FAILURE &&
		verdict.action == engine_rules_failure_action(rules),
	    "if a look-up fails, on_failure decides");
	promises_attempt(state, client);
}

static void
attempt_without_apply(struct state *state, int client)
{
	struct verdict verdict;
	enum store_rc rc = ask(state, client, STORE_WRITES_NOTHING, &verdict);

	promises_check(state, rules, client, &verdict, rc == STORE_OK);
}

static void
attempt_with_half_apply(struct state *state, int client)
{
	struct verdict verdict;
	enum store_rc rc = ask(state, client, STORE_WRITES_FIRST, &verdict);

	promises_check(state, rules, client, &verdict, rc == STORE_OK);
}

static void
advance(struct state *state, int seconds)
{
	state->now_s += seconds;
}

static void
set_back(struct state *state, int seconds)
{
	state->now_s -= seconds;
	promises_clock_was_set_back(state);
}

static void
expire(struct state *state, int unused)
{
	(void)unused;
	for (size_t i = 0; i < ROWS; i++)
		if (state->rows[i].record.expires_s < state->now_s)
			state->rows[i].found = false;
}

/* Two writers look up at the same time, then write. The order does not
 * matter. */
static void
overlap(struct state *state, int other)
{
	struct verdict verdicts[2];
	struct late first, second;
	struct state reverse;

	ask(state, CLIENT_MX1, STORE_CAPTURES, &verdicts[0]);
	first = ours.late;
	ask(state, other, STORE_CAPTURES, &verdicts[1]);
	second = ours.late;
	reverse = *state;
	late_write(state, &first);
	late_write(state, &second);
	late_write(&reverse, &second);
	late_write(&reverse, &first);
	promise(state_same_rows(state, &reverse), "merges commute");
	promises_check_both(state, rules, CLIENT_MX1, &verdicts[0], other,
	    &verdicts[1]);
}

/* A writer looks up now, and writes later or never. Its client gets the answer
 * after the write. */
static void
begin_late(struct state *state, int client)
{
	struct verdict verdict;

	ask(state, client, STORE_CAPTURES, &verdict);
	state->late = ours.late;
	state->late.looked_up_s = state->now_s;
	promises_attempt(state, client);
	promises_note_pass(state, client, &verdict);
}

/* A write that is later than the window would make the first attempt of a newer
 * record too old, so a client would wait twice. No writer takes that long. */
static void
write_late(struct state *state, int again)
{
	if (state->now_s - state->late.looked_up_s <= EXPLORE_WINDOW_S)
		late_write(state, &state->late);
	if (!again)
		state->late.n = 0;
}

static void
crash(struct state *state, int unused)
{
	(void)unused;
	state->late.n = 0;
}

static const struct event {
	const char *name;
	void (*run)(struct state *state, int argument);
	int argument;
} events[] = {
    {"mx1 tries", attempt, CLIENT_MX1},
    {"mx2 tries", attempt, CLIENT_MX2},
    {"the neighbour of mx1 tries", attempt, CLIENT_NEIGHBOUR},
    {"mx1 tries with another recipient", attempt, CLIENT_OTHER_MAIL},
    {"1 s", advance, 1},
    {"59 s", advance, EXPLORE_DELAY_S - 1},
    {"240 s", advance, EXPLORE_DELAY_SUSPICIOUS_S},
    {"the window", advance, EXPLORE_WINDOW_S},
    {"almost keep", advance, EXPLORE_KNOWN_S},
    {"60 s back", set_back, EXPLORE_DELAY_S},
    {"a window back", set_back, EXPLORE_WINDOW_S + 1},
    {"mx1 tries, the look-up fails", attempt_without_lookup, CLIENT_MX1},
    {"mx1 tries, the write fails", attempt_without_apply, CLIENT_MX1},
    {"mx1 tries, half of the write fails", attempt_with_half_apply, CLIENT_MX1},
    {"expiry", expire, 0},
    {"mx1 and mx2 try at the same time", overlap, CLIENT_MX2},
    {"mx1 asks twice at the same time", overlap, CLIENT_MX1},
    {"mx2 begins a late write", begin_late, CLIENT_MX2},
    {"the late write", write_late, false},
    {"the late write, to be repeated", write_late, true},
    {"the late writer crashes", crash, 0},
};
#define EVENTS (sizeof(events) / sizeof(events[0]))

/* ---- All sequences ---- */

static const struct event *path[LENGTH_MAX];
static int path_n;
static const struct rules_case *rules_case;
static uint64_t steps_n;

/* Called when a promise is broken. */
void
explore_broken(const char *what)
{
	printf("broken: %s\nrules: %s\n", what, rules_case->name);
	for (int i = 0; i < path_n; i++)
		printf("  %s\n", path[i]->name);
	exit(EXIT_FAILURE);
}

static void
explore(const struct state *state, int length)
{
	for (size_t i = 0; i < EVENTS; i++) {
		struct state next = *state;

		path[path_n++] = &events[i];
		events[i].run(&next, events[i].argument);
		steps_n++;
		records_note(&next);
		if (visited_add(state_hash(&next), length - 1) && length > 1)
			explore(&next, length - 1);
		path_n--;
	}
}

static void
explore_rules(const struct rules_case *one, int length)
{
	struct state state;

	rules_case = one;
	rules = &one->rules;
	ours.store.records = &record_ops;
	engine = engine_new(&ours.store, rules, 1);
	if (engine == NULL)
		exit(EXIT_FAILURE);
	steps_n = 0;
	visited_clear();
	state_begin(&state);
	explore(&state, length);
	printf("%s: %" PRIu64 " states, %" PRIu64 " steps of up to %d events\n",
	    one->name, visited_n(), steps_n, length);
	fflush(stdout);
	engine_free(engine);
}

int
main(int argc, char **argv)
{
	int length = argc > 1 ? atoi(argv[1]) : 5;

	if (length < 1 || length > LENGTH_MAX) {
		fprintf(stderr, "usage: explore [LENGTH]\n");
		return 2;
	}
	clients_make();
	for (size_t i = 0; i < sizeof(rules_cases) / sizeof(rules_cases[0]);
	     i++)
		explore_rules(&rules_cases[i], length);
	printf("records: %zu, merged with each other\n", records_check());
	return EXIT_SUCCESS;
}
