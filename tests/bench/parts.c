/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * parts: runs one part of the work for a request, without sockets. Each run
 * executes the same instructions. The script "instructions" runs it under
 * callgrind, which counts only inside the function part_NAME().
 *
 *   parts NAME CONFIG ROWS REQUESTS
 *
 * NAME is one of
 *   parse    octets to requests
 *   decide   requests to verdicts: lists, keys, the engine, a store in memory
 *   reply    verdicts to replies and log lines
 *   known    all parts together, with sessions and the database. The triplets
 *            have passed, and were asked for before, so that they are in the
 *            cache. Each turn handles TURN requests
 *   cold     like known, but the triplets were not asked for before
 *   alone    like known, but each turn handles one request
 *   auto     like known, but the clients are auto-whitelisted
 *   new      like known, but the triplets are new
 *   retry    the first retries of new triplets, which pass
 *
 * CONFIG names a database that preload has filled with ROWS. Decisions are
 * logged to stderr.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/keys.h"
#include "bench/question.h"
#include "mail/log_line.h"
#include "mail/policy.h"
#include "mail/reply.h"
#include "daemon/dispatcher.h"
#include "decide/engine.h"
#include "daemon/log.h"
#include "daemon/session.h"
#include "system/clock.h"
#include "system/config_file.h"
#include "system/list_files.h"
#include "store/store_open.h"

#define TURN    64
#define DELAY_S 1 /* of the configuration */

/* The data of all parts. */
struct parts {
	struct settings *settings; /* owned, or owned by the dispatcher */
	unsigned rows, requests_n;
	enum envelope_kind kind; /* of the questions */
	bool retries;            /* they are retries, and pass */
	size_t turn_n;
	struct question *questions;    /* owned; requests_n */
	struct store *store;           /* owned */
	struct dispatcher *dispatcher; /* owned; part_serve() */
	struct engine *engine;         /* owned; part_decide() */
	struct session sessions[TURN];
	struct request requests[TURN];
	struct verdict verdicts[TURN];
	unsigned answered_n;
};

typedef void part_fn(struct parts *parts);

/* callgrind needs the names of these functions, so they are not static. */
part_fn part_parse, part_decide, part_reply, part_serve;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "parts: %s\n", what);
	exit(EXIT_FAILURE);
}

static void
parse(const struct question *question, struct request *out)
{
	struct policy_parser parser;
	struct err err;
	size_t used;

	policy_begin(&parser);
	if (policy_feed(&parser, question->octets, question->n, &used, out,
		&err) != POLICY_REQUEST)
		die(err.text);
}

void
part_parse(struct parts *parts)
{
	for (unsigned i = 0; i < parts->requests_n; i++)
		parse(&parts->questions[i], &parts->requests[0]);
	parts->answered_n = parts->requests_n;
}

/* ---- Deciding ---- */

static void
remember(struct parts *parts)
{
	static struct key triplet; /* large */
	struct store_change change = {.key = &triplet};
	int64_t now_s = clock_now_s();
	struct err err;

	change.change.how = CHANGE_MERGE;
	change.change.record = (struct record){
	    .first_seen_s = now_s - 600,
	    .last_seen_s = now_s,
	    .passed_s = now_s,
	    .expires_s = now_s + 86400,
	};
	for (size_t i = 0; i < TURN; i++) {
		key_of_network(&parts->requests[i],
		    &parts->settings->config.rules.keys, &triplet);
		if (parts->store->records->apply(parts->store, &change, 1,
			&err) != STORE_OK)
			die(err.text);
	}
}

static void
set_up_engine(struct parts *parts)
{
	static struct lists lists;
	struct err err;

	lists.files = parts->settings->files;
	parts->store =
	    store_open("memory:", &parts->settings->config.store, &err);
	parts->engine = parts->store != NULL
	    ? engine_new(parts->store, &parts->settings->config.rules, TURN)
	    : NULL;
	if (parts->engine == NULL)
		die("no engine");
	engine_use_lists(parts->engine, &lists, NULL);
	for (size_t i = 0; i < TURN; i++)
		parse(&parts->questions[i], &parts->requests[i]);
}

static void
decide(struct parts *parts)
{
	struct err err;

	if (engine_check(parts->engine, parts->requests, TURN, clock_now_s(),
		parts->verdicts, &err) != STORE_OK)
		die(err.text);
}

void
part_decide(struct parts *parts)
{
	for (unsigned i = 0; i < parts->requests_n; i += TURN) {
		decide(parts);
		parts->answered_n += TURN;
	}
}

/* ---- Replying ---- */

void
part_reply(struct parts *parts)
{
	char reply[REPLY_MAX], line[LOG_LINE_SIZE];

	for (unsigned i = 0; i < parts->requests_n; i++) {
		const struct request *request = &parts->requests[i % TURN];
		const struct verdict *verdict = &parts->verdicts[i % TURN];

		reply_format(&parts->settings->config.reply, request, verdict,
		    reply);
		log_line_format(request, verdict, line);
		log_decision(line);
	}
	parts->answered_n = parts->requests_n;
}

/* ---- All parts together ---- */

static void
on_answer(void *owner, const char *reply, size_t reply_n)
{
	session_answer(owner, reply, reply_n);
}

static void
receive(struct parts *parts, struct session *session,
    const struct question *question)
{
	struct request *place = dispatcher_place(parts->dispatcher);
	struct err err;

	session_received(session, question->octets, question->n);
	if (session_next(session, place, &err) != SESSION_REQUEST)
		die(err.text);
	dispatcher_add(parts->dispatcher, session, place, 0);
}

static bool
begins_with(const char *octets, size_t n, const char *expected)
{
	return n >= strlen(expected) &&
	    memcmp(octets, expected, strlen(expected)) == 0;
}

static bool
is_right(const struct parts *parts, const char *octets, size_t n)
{
	if (parts->kind == ENVELOPE_NEW && !parts->retries)
		return begins_with(octets, n, "action=DEFER_IF_PERMIT ");
	return begins_with(octets, n,
	    parts->retries ? "action=PREPEND X-Greylist: "
			   : "action=DUNNO\n\n");
}

static void
send_answer(struct parts *parts, struct session *session)
{
	const char *octets;
	size_t n = session_output(session, &octets);

	if (!is_right(parts, octets, n))
		die("a wrong answer");
	session_sent(session, n);
	parts->answered_n++;
}

static void
serve_turn(struct parts *parts, const struct question *questions)
{
	for (size_t i = 0; i < parts->turn_n; i++)
		receive(parts, &parts->sessions[i], &questions[i]);
	dispatcher_hand_over(parts->dispatcher);
	for (size_t i = 0; i < parts->turn_n; i++)
		send_answer(parts, &parts->sessions[i]);
	log_flush();
	dispatcher_end_turn(parts->dispatcher);
}

static void
serve_all(struct parts *parts)
{
	for (unsigned i = 0; i < parts->requests_n; i += parts->turn_n)
		serve_turn(parts, &parts->questions[i]);
}

void
part_serve(struct parts *parts)
{
	serve_all(parts);
}

/* Fill the caches before part_serve(). */
static void
warm_up(struct parts *parts)
{
	serve_all(parts);
	parts->answered_n = 0;
}

/* Do the work for which a daemon has time after its start. */
static void
maintain_store(struct parts *parts)
{
	struct record_maintenance report;
	struct err err;

	for (unsigned i = 0; i < parts->rows; i += 32)
		if (parts->store->records->maintain(parts->store, clock_now_s(),
			&report, &err) != STORE_OK)
			die(err.text);
}

static void
set_up_dispatcher(struct parts *parts)
{
	static const struct dispatcher_hooks hooks = {.answer = on_answer};
	struct err err;

	parts->store = store_open(parts->settings->config.database,
	    &parts->settings->config.store, &err);
	if (parts->store == NULL)
		die(err.text);
	maintain_store(parts);
	parts->dispatcher = dispatcher_new(parts->store, parts->settings,
	    DISPATCHER_INLINE, &hooks, &err);
	if (parts->dispatcher == NULL ||
	    dispatcher_start(parts->dispatcher, &err) != 0)
		die(err.text);
	for (size_t i = 0; i < TURN; i++)
		session_begin(&parts->sessions[i]);
}

/* ---- The table of parts ---- */

static const struct part {
	const char *name;
	part_fn *run;
	enum envelope_kind kind;
	size_t turn_n;
	bool is_warm;  /* the requests were asked before */
	bool is_retry; /* and the delay is over */
} rows[] = {
    {"parse", part_parse, ENVELOPE_KNOWN, TURN, false, false},
    {"decide", part_decide, ENVELOPE_KNOWN, TURN, false, false},
    {"reply", part_reply, ENVELOPE_NEW, TURN, false, false},
    {"known", part_serve, ENVELOPE_KNOWN, TURN, true, false},
    {"cold", part_serve, ENVELOPE_KNOWN, TURN, false, false},
    {"alone", part_serve, ENVELOPE_KNOWN, 1, true, false},
    {"auto", part_serve, ENVELOPE_AUTO, TURN, true, false},
    {"new", part_serve, ENVELOPE_NEW, TURN, false, false},
    {"retry", part_serve, ENVELOPE_NEW, TURN, true, true},
};

static const struct part *
find_part(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	die("unknown part");
}

static void
make_questions(struct parts *parts)
{
	uint64_t auto_n = keys_auto_n(parts->rows);
	uint64_t n =
	    parts->kind == ENVELOPE_AUTO ? auto_n : keys_known_n(parts->rows);
	struct envelope key;

	parts->questions = calloc(parts->requests_n, sizeof(struct question));
	if (parts->questions == NULL)
		die("out of memory");
	for (unsigned i = 0; i < parts->requests_n; i++) {
		keys_make(parts->kind,
		    parts->kind == ENVELOPE_NEW ? i : keys_mix(i) % n, n, &key);
		question_begin(&parts->questions[i]);
		question_ask(&parts->questions[i], &key, i);
	}
}

static void
ignore(const char *text)
{
	(void)text;
}

static void
set_up(struct parts *parts, const struct part *part)
{
	struct err err;

	parts->kind = part->kind;
	parts->turn_n = part->turn_n;
	make_questions(parts);
	if (list_files_load(&parts->settings->config, ignore,
		&parts->settings->files, &err) != 0)
		die(err.text);
	if (part->run == part_serve)
		set_up_dispatcher(parts);
	else
		set_up_engine(parts);
	if (part->run == part_decide)
		remember(parts);
	if (part->run == part_reply)
		decide(parts);
	if (part->is_warm)
		warm_up(parts);
	if (part->is_retry) {
		sleep(DELAY_S + 1);
		parts->retries = true;
	}
}

int
main(int argc, char **argv)
{
	static struct parts parts; /* large */
	const struct part *part;
	struct err err;

	if (argc != 5) {
		fputs("usage: parts NAME CONFIG ROWS REQUESTS\n", stderr);
		return 2;
	}
	part = find_part(argv[1]);
	parts.rows = (unsigned)atoi(argv[3]);
	parts.requests_n = (unsigned)atoi(argv[4]) / TURN * TURN;
	if (parts.rows < KEYS_ROWS_PER_AUTO || parts.requests_n == 0)
		die("too few rows or requests");
	parts.settings = settings_new();
	if (parts.settings == NULL)
		die("out of memory");
	if (config_file_load(argv[2], NULL, 0, &parts.settings->config, &err) !=
	    0)
		die(err.text);
	parts.settings->config.store.use = STORE_SERVE;
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, LOG_SYSLOG_PATH);
	set_up(&parts, part);
	part->run(&parts);
	printf("%u\n", parts.answered_n);
	if (parts.dispatcher == NULL)
		settings_free(parts.settings);
	dispatcher_free(parts.dispatcher);
	engine_free(parts.engine);
	store_close(parts.store);
	free(parts.questions);
	return EXIT_SUCCESS;
}
