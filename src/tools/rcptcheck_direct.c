/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * rcptcheck_direct: tardigrey-rcptcheck without a daemon. tardigrey-rcptcheck
 * runs this program, which opens the database and decides by itself. Several
 * processes can use one database at once: each waits for the locks of the
 * others.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/policy.h"
#include "service/checker.h"
#include "system/clock.h"
#include "system/config_file.h"
#include "system/list_files.h"
#include "store/store_open.h"
#include "tools/qmail.h"

#define PROGRAM "tardigrey-rcptcheck"

/* Locks of other writers may take up to 1/2 of TARDIGREY_TIMEOUT. */
#define STORE_SHARE 2

static void
notice(const char *text)
{
	fprintf(stderr, PROGRAM ": %s\n", text);
}

/* The environment overrides the options store_timeout and on_failure. */
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
	/* A process that decides once never reads the cache. */
	config->store.record_cache_octets = 0;
	if (engine_rules_is_shadow(&config->rules, clock_now_s()))
		check->tempfail_on_failure = false;
	config->rules.on_failure =
	    check->tempfail_on_failure ? ON_FAILURE_TEMPFAIL : ON_FAILURE_PASS;
}

static struct settings *
load_settings(struct rcptcheck *check)
{
	struct settings *settings = settings_new();
	struct err err;

	if (settings == NULL)
		qmail_fail(check, "out of memory");
	load_config(check, &settings->config);
	if (list_files_load(&settings->config, notice, &settings->files,
		&err) != 0)
		qmail_fail(check, "%s", err.text);
	return settings;
}

/* Write a policy request and parse it, so that the daemon and this program read
 * the environment in the same way. */
static void
add_request(const struct rcptcheck *check, struct batch *batch)
{
	static struct request request; /* large */
	char text[RCPTCHECK_REQUEST_MAX];
	size_t n = rcptcheck_request(check, text), used;
	struct policy_parser parser;
	struct err err = {.text = "the envelope contains a newline or is too "
				  "long"};

	policy_begin(&parser);
	if (n == 0 ||
	    policy_feed(&parser, text, n, &used, &request, &err) !=
		POLICY_REQUEST)
		qmail_fail(check, "%s", err.text);
	batch_add(batch, NULL, &request);
}

static void
print_notices(struct batch *batch)
{
	for (size_t i = 0; i < batch->notices.n; i++)
		notice(batch->notices.items[i].text);
	batch->notices.n = 0;
}

static void
decide(const struct rcptcheck *check, const struct settings *settings,
    struct batch *batch)
{
	const struct checker_time now = {clock_now_s(), clock_monotonic_ms()};
	struct err err;
	struct store *store =
	    store_open(check->database, &settings->config.store, &err);
	struct checker *checker;

	if (store == NULL)
		qmail_fail(check, "%s", err.text);
	checker = checker_new(store, settings, 1);
	if (checker == NULL)
		qmail_fail(check, "out of memory");
	checker_run(checker, batch, &now);
	print_notices(batch);
	/* A busy store loses these counts. The answer does not depend on
	 * them. */
	if (!batch->store_failed)
		checker_flush(checker, batch);
	checker_free(checker);
	store_close(store);
}

int
main(int argc, char **argv)
{
	struct rcptcheck check;
	struct settings *settings;
	struct batch *batch;

	qmail_begin(argc, argv, PROGRAM, &check);
	umask(077);
	settings = load_settings(&check);
	batch = batch_new(1);
	if (batch == NULL)
		qmail_fail(&check, "out of memory");
	add_request(&check, batch);
	decide(&check, settings, batch);
	notice(batch->answers[0].log_line);
	qmail_answer(&check, batch->answers[0].reply,
	    batch->answers[0].reply_n);
}
