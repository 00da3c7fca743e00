/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * replay: play a story. The requests of the story go through the parser, the
 * checker and the memory store, under simulated time.
 *
 *   # ...               a comment
 *   set NAME VALUE      set an option, as in tardigrey.conf(5)
 *   after SPAN ...      time passes; spans add up: "after 4m 59s"
 *   clock +SPAN|-SPAN   set the clock forward or back
 *   store works|fails|cannot-write
 *                       make the store work or fail from now on
 *   file OPTION LINE    add a line to the list file of the option
 *   entry whitelist|greylist KIND PATTERN [SPAN]
 *                       add a list entry to the store; it expires after SPAN
 *   > ATTRIBUTE=VALUE   a line of a new request
 *   + ATTRIBUTE=VALUE   repeat the last request, with this line added
 *   again               repeat the last request
 *   < PATTERN           the reply must match (fnmatch); "closed" is no reply
 *   log PATTERN         the log line must match
 *   lookup yes|no       tardigrey-lookup answers the question about the last
 *                       request, which must have made one
 *   lookup none         the last request must have made no question
 *
 * Each request must be followed by a "<" line. Exits 1 at the first line that
 * does not match.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "lists/list_file.h"
#include "mail/policy.h"
#include "service/checker.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define STORY_BEGINS_S 1000000000

static const struct {
	const char *option;
	enum list_kind kind;
	enum list_effect effect;
} files[] = {
    {"whitelist_clients", LIST_CLIENT, LIST_WHITELIST},
    {"whitelist_senders", LIST_SENDER, LIST_WHITELIST},
    {"whitelist_recipients", LIST_RECIPIENT, LIST_WHITELIST},
    {"greylist_clients", LIST_CLIENT, LIST_GREYLIST},
    {"greylist_senders", LIST_SENDER, LIST_GREYLIST},
};
#define FILES_N (sizeof(files) / sizeof(files[0]))

struct player {
	const char *file;
	unsigned line_n;
	struct checker_time now;
	struct store *memory;
	struct store_faulty store;
	struct settings *settings;
	struct checker *checker;
	struct batch *batch;
	char files[FILES_N][POLICY_REQUEST_MAX]; /* their lines so far */
	char request[POLICY_REQUEST_MAX];
	bool collecting; /* the request is not complete yet */
	bool answered;   /* the last request has its reply in the batch */
	bool checked;    /* ... and a "<" line has checked it */
};

static _Noreturn void
die(const struct player *player, const char *what, const char *detail)
{
	fprintf(stderr, "%s:%u: %s%s%s\n", player->file, player->line_n, what,
	    detail[0] != '\0' ? ": " : "", detail);
	exit(EXIT_FAILURE);
}

/* ---- Requests ---- */

static void
receive(struct player *player, struct request *request)
{
	struct policy_parser parser;
	size_t n = strlen(player->request), used;
	struct err err;

	player->request[n++] = '\n';
	policy_begin(&parser);
	if (policy_feed(&parser, player->request, n, &used, request, &err) !=
		POLICY_REQUEST ||
	    used != n)
		die(player, "not one request", err.text);
	player->request[n - 1] = '\0';
}

static void
ask(struct player *player)
{
	static struct request request;

	receive(player, &request);
	batch_clear(player->batch);
	batch_add(player->batch, NULL, &request);
	player->now.monotonic_ms += 1000;
	checker_run(player->checker, player->batch, &player->now);
	checker_maintain(player->checker, player->now.now_s);
	player->collecting = false;
	player->answered = true;
	player->checked = false;
}

/* The reply without its two newlines; "closed" if there is none. */
static const char *
reply(const struct player *player)
{
	static char text[REPLY_MAX + 1];
	const struct answer *answer = &player->batch->answers[0];

	if (answer->reply_n == 0)
		return "closed";
	snprintf(text, sizeof(text), "%.*s", (int)answer->reply_n - 2,
	    answer->reply);
	return text;
}

static void
request_is_over(struct player *player)
{
	if (player->answered && !player->checked)
		die(player, "no \"<\" line checks the reply", reply(player));
	if (player->collecting)
		ask(player);
}

static void
do_request_line(struct player *player, char *rest)
{
	if (!player->collecting) {
		request_is_over(player);
		player->request[0] = '\0';
		player->collecting = true;
	}
	snprintf(player->request + strlen(player->request),
	    sizeof(player->request) - strlen(player->request), "%s\n", rest);
}

static void
do_added_line(struct player *player, char *rest)
{
	if (!player->collecting) {
		request_is_over(player);
		player->collecting = true;
	}
	do_request_line(player, rest);
}

static void
do_again(struct player *player, char *rest)
{
	(void)rest;
	request_is_over(player);
	ask(player);
}

/* ---- Checks of the reply and the log line ---- */

static void
expect(const struct player *player, const char *pattern, const char *text)
{
	if (fnmatch(pattern, text, 0) == 0)
		return;
	fprintf(stderr, "expected: %s\n     got: %s\n", pattern, text);
	die(player, "not as expected", "");
}

static void
do_reply(struct player *player, char *rest)
{
	if (player->collecting)
		ask(player);
	if (!player->answered)
		die(player, "no request before this line", "");
	expect(player, rest, reply(player));
	player->checked = true;
}

static void
do_log(struct player *player, char *rest)
{
	if (player->collecting)
		ask(player);
	expect(player, rest, player->batch->answers[0].log_line);
}

static void
do_lookup(struct player *player, char *rest)
{
	struct batch *batch = player->batch;
	char answer[64];

	if (player->collecting)
		ask(player);
	if (strcmp(rest, "none") == 0) {
		if (batch->lookup_questions_n > 0)
			die(player, "a question", batch->lookup_questions);
		return;
	}
	if (batch->lookup_questions_n == 0)
		die(player, "no question", "");
	snprintf(answer, sizeof(answer), "%.*s %s",
	    (int)strcspn(batch->lookup_questions, " "), batch->lookup_questions,
	    rest);
	batch_clear(batch);
	batch_add_lookup_answer(batch, answer);
	checker_run(player->checker, batch, &player->now);
	player->answered = false;
}

/* ---- Options, lists, time and store ---- */

/* Make a list of all lines of the list files. */
static struct list *
read_files(const struct player *player)
{
	struct list *list = list_new();
	struct err err;

	for (size_t i = 0; i < FILES_N; i++) {
		struct list_file file = {
		    .name = files[i].option,
		    .kind = files[i].kind,
		    .effect = files[i].effect,
		    .delay_max_s = 86399,
		};

		if (list_file_parse(list, &file, player->files[i],
			strlen(player->files[i]), &err) != 0)
			die(player, err.text, "");
	}
	if (list_seal(list, &err) != 0)
		die(player, err.text, "");
	return list;
}

/* Settings never change. Make new settings with this configuration and the list
 * files. */
static void
replace_settings(struct player *player, const struct config *config)
{
	struct settings *settings = settings_new();

	if (settings == NULL)
		die(player, "out of memory", "");
	settings->config = *config;
	settings->files = read_files(player);
	checker_configure(player->checker, settings);
	settings_free(player->settings);
	player->settings = settings;
}

static void
do_set(struct player *player, char *rest)
{
	static struct config config; /* large */
	char *value = strpbrk(rest, " \t");
	struct err err;

	request_is_over(player);
	if (value == NULL)
		die(player, "expected set NAME VALUE", rest);
	*value++ = '\0';
	value += strspn(value, " \t");
	config = player->settings->config;
	if (config_set(&config, rest, value, "set", &err) != 0)
		die(player, err.text, "");
	replace_settings(player, &config);
}

static int64_t
span_s(const struct player *player, const char *text)
{
	int64_t ms;

	if (duration_parse(text, &ms) != 0)
		die(player, "expected a duration", text);
	return ms / 1000;
}

static void
do_file(struct player *player, char *rest)
{
	size_t n = strcspn(rest, " \t"), i = 0;

	request_is_over(player);
	while (i < FILES_N &&
	    (strlen(files[i].option) != n ||
		strncmp(files[i].option, rest, n) != 0))
		i++;
	if (i == FILES_N)
		die(player, "expected file OPTION LINE", rest);
	strcat(player->files[i], rest + n);
	strcat(player->files[i], "\n");
	replace_settings(player, &player->settings->config);
}

static void
do_entry(struct player *player, char *rest)
{
	struct store_entry entry = {.created_s = player->now.now_s};
	const char *list = strtok(rest, " "), *kind = strtok(NULL, " ");
	const char *pattern = strtok(NULL, " "), *span = strtok(NULL, " ");
	struct err err;

	request_is_over(player);
	if (pattern == NULL || list_kind_parse(kind, &entry.kind) != 0)
		die(player, "expected entry LIST KIND PATTERN [SPAN]", rest);
	entry.effect =
	    strcmp(list, "whitelist") == 0 ? LIST_WHITELIST : LIST_GREYLIST;
	snprintf(entry.pattern, sizeof(entry.pattern), "%s", pattern);
	if (span != NULL)
		entry.expires_s = player->now.now_s + span_s(player, span);
	if (player->memory->lists->put_entries(player->memory, &entry, 1,
		&err) != STORE_OK)
		die(player, err.text, "");
}

static void
do_after(struct player *player, char *rest)
{
	request_is_over(player);
	for (char *word = strtok(rest, " \t"); word != NULL;
	     word = strtok(NULL, " \t"))
		player->now.now_s += span_s(player, word);
}

static void
do_clock(struct player *player, char *rest)
{
	request_is_over(player);
	if (*rest != '+' && *rest != '-')
		die(player, "expected +SPAN or -SPAN", rest);
	player->now.now_s += (*rest == '-' ? -1 : 1) * span_s(player, rest + 1);
}

static void
do_store(struct player *player, char *rest)
{
	request_is_over(player);
	player->store.lookup_fails = strcmp(rest, "fails") == 0;
	player->store.apply_fails =
	    player->store.lookup_fails || strcmp(rest, "cannot-write") == 0;
	if (!player->store.apply_fails && strcmp(rest, "works") != 0)
		die(player, "expected works, fails or cannot-write", rest);
}

static const struct {
	const char *word;
	void (*play)(struct player *player, char *rest);
} verbs[] = {
    {"set", do_set},
    {"after", do_after},
    {"clock", do_clock},
    {"store", do_store},
    {"file", do_file},
    {"entry", do_entry},
    {">", do_request_line},
    {"+", do_added_line},
    {"again", do_again},
    {"<", do_reply},
    {"log", do_log},
    {"lookup", do_lookup},
};

static void
play_line(struct player *player, char *line)
{
	size_t word_n;
	char *rest;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return;
	word_n = strcspn(line, " \t");
	rest = line + word_n + strspn(line + word_n, " \t");
	line[word_n] = '\0';
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].word, line) == 0) {
			verbs[i].play(player, rest);
			return;
		}
	die(player, "unknown word", line);
}

static void
begin(struct player *player, const char *file)
{
	const struct store_options options = {.timeout_ms = 1};
	struct err err;

	player->file = file;
	player->now.now_s = STORY_BEGINS_S;
	player->memory = store_open("memory:", &options, &err);
	if (player->memory == NULL)
		die(player, err.text, "");
	store_faulty_init(&player->store, player->memory);
	player->settings = settings_new();
	player->batch = batch_new(1);
	if (player->settings != NULL)
		strcpy(player->settings->config.lookup, "/a/socket");
	if (player->settings != NULL)
		player->checker =
		    checker_new(&player->store.store, player->settings, 1);
	if (player->checker == NULL || player->batch == NULL)
		die(player, "out of memory", "");
}

static void
end(struct player *player)
{
	checker_free(player->checker);
	batch_free(player->batch);
	settings_free(player->settings);
	store_close(player->memory);
}

int
main(int argc, char **argv)
{
	static struct player player;
	char line[POLICY_REQUEST_MAX];
	FILE *story;

	if (argc != 2 || (story = fopen(argv[1], "r")) == NULL) {
		fprintf(stderr, "usage: replay STORY\n");
		return 2;
	}
	begin(&player, argv[1]);
	while (fgets(line, sizeof(line), story) != NULL) {
		player.line_n++;
		play_line(&player, line);
	}
	request_is_over(&player);
	if (!player.checked)
		die(&player, "the story has no request", "");
	end(&player);
	fclose(story);
	return EXIT_SUCCESS;
}
