/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * rcptcheck_direct: tardigrey-rcptcheck without a daemon. The same engine on
 * the same store decides in this process; several at once on one file wait
 * for each other. Not to be called by itself.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decide/engine.h"
#include "decide/list_hits.h"
#include "mail/log_line.h"
#include "mail/policy.h"
#include "mail/reply.h"
#include "system/clock.h"
#include "system/config_file.h"
#include "system/list_files.h"
#include "store/store_open.h"
#include "tools/qmail.h"

#define PROGRAM "tardigrey-rcptcheck"

/* The share of our time that waiting for other writers may take. */
#define STORE_SHARE 2

/* The configuration, but for what the environment of the check decides. */
static void
load_config(struct rcptcheck *check, struct config *config)
{
	const char *path =
	    check->config_file[0] != '\0' ? check->config_file : CONFIG_FILE;
	struct err err;

	if (check->config_file[0] == '\0' && access(path, F_OK) != 0)
		config_defaults(config);
	else if (config_file_load(path, NULL, 0, config, &err) != 0)
		qmail_fail(check, "%s", err.text);
	config->store.timeout_ms = check->timeout_ms / STORE_SHARE;
	if (config->rules.mode == MODE_SHADOW)
		check->tempfail_on_failure = false;
	config->rules.on_failure =
	    check->tempfail_on_failure ? ON_FAILURE_TEMPFAIL : ON_FAILURE_PASS;
}

/* Through the protocol's own parser, so that no door reads a question
 * differently. */
static void
read_request(const struct rcptcheck *check, struct request *request)
{
	char text[RCPTCHECK_REQUEST_MAX];
	size_t n = rcptcheck_request(check, text), used;
	struct policy_parser parser;
	struct err err = {.text = "the envelope cannot be asked about"};

	policy_begin(&parser);
	if (n == 0 ||
	    policy_feed(&parser, text, n, &used, request, &err) !=
		POLICY_REQUEST)
		qmail_fail(check, "%s", err.text);
}

static void
notice(const char *text)
{
	fprintf(stderr, PROGRAM ": %s\n", text);
}

/* Lists that cannot be had are no reason to greylist whom they whitelist. */
static void
load_lists(const struct rcptcheck *check, const struct config *config,
    struct store *store, struct lists *out)
{
	int64_t generation;
	struct err err;

	if (list_files_load(config, notice, &out->files, &err) != 0 ||
	    list_entries_load(store, config, notice, &out->entries, &generation,
		&err) != STORE_OK)
		qmail_fail(check, "%s", err.text);
	out->recipients_listed =
	    config->greylist_recipients == RECIPIENTS_LISTED;
}

/* Numbers are not mail: what a busy store does not take is let go. */
static void
count(struct store *store, const struct lists *lists,
    const struct verdict *verdict, int64_t now_s)
{
	struct hourly_stats tally = {.n = 0};
	struct store_hit hits[2]; /* a ruling has no more */
	size_t hits_n = list_hits_take(lists, hits, 2);
	struct err err;

	hourly_stats_add(&tally, verdict, now_s);
	store->counts->add_counts(store, hits, hits_n, tally.counts, tally.n,
	    &err);
}

static void
decide(const struct rcptcheck *check, const struct config *config,
    const struct request *request, struct verdict *verdict)
{
	struct err err;
	struct store *store = store_open(check->database, &config->store, &err);
	struct lists lists = {0};
	int64_t now_s = clock_now_s();
	struct engine *engine;

	if (store == NULL)
		qmail_fail(check, "%s", err.text);
	load_lists(check, config, store, &lists);
	engine = engine_new(store, &config->rules, 1);
	if (engine == NULL)
		qmail_fail(check, "out of memory");
	engine_set_lists(engine, &lists);
	if (engine_check(engine, request, 1, now_s, verdict, &err) == STORE_OK)
		count(store, &lists, verdict, now_s);
	else
		notice(err.text);
	engine_free(engine);
	store_close(store);
	/* The lists stay for the log, which names the line that matched. */
}

static void
log_decision(const struct request *request, const struct verdict *verdict)
{
	char line[LOG_LINE_SIZE];

	log_line_format(request, verdict, line);
	fprintf(stderr, PROGRAM ": %s\n", line);
}

int
main(int argc, char **argv)
{
	static struct config config;   /* large */
	static struct request request; /* large */
	struct rcptcheck check;
	struct verdict verdict;
	char reply[REPLY_MAX];

	qmail_begin(argc, argv, PROGRAM, &check);
	umask(077);
	load_config(&check, &config);
	read_request(&check, &request);
	if (config.trust_client_name)
		request_trust_client_name(&request);
	decide(&check, &config, &request, &verdict);
	log_decision(&request, &verdict);
	qmail_answer(&check, reply,
	    reply_format(&config.reply, &request, &verdict, reply));
}
