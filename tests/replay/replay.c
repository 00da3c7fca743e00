/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * replay: play a story, under simulated time, through everything between the
 * octets of a request and the octets of its reply, with the memory store.
 *
 *   # ...               a comment
 *   set NAME VALUE      an option, as in tardigrey.conf(5)
 *   after SPAN ...      time passes; spans add up: "after 4m 59s"
 *   clock +SPAN|-SPAN   the clock is set forward or back
 *   store works|fails|cannot-write
 *   file OPTION LINE    a line more in the file that the option names
 *   entry whitelist|greylist KIND PATTERN [SPAN]
 *                       a list entry of the store more, which expires then
 *   > ATTRIBUTE=VALUE   a line of a request; "+" may repeat the last request
 *   + ATTRIBUTE=VALUE   ... with this line added
 *   again               ask the last request again
 *   < PATTERN           the reply must match (fnmatch); "closed" is none
 *   log PATTERN         the line in the log must match
 *
 * Every request must be followed by its "<". Exits 1 at the first line that
 * is not true.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "base/duration.h"
#include "decide/engine.h"
#include "lists/list_file.h"
#include "mail/log_line.h"
#include "mail/policy.h"
#include "store/store_open.h"
#include "store_faulty.h"

#define STORY_BEGINS_S 1000000000

#define ENTRIES_MAX 16

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
	int64_t now_s;
	struct config config;
	struct store *memory;
	struct store_faulty store;
	struct engine *engine;
	struct lists lists;
	char files[FILES_N][POLICY_REQUEST_MAX]; /* what they hold so far */
	struct store_entry entries[ENTRIES_MAX];
	size_t entries_n;
	char request[POLICY_REQUEST_MAX];
	bool collecting; /* lines of a request are coming */
	bool answered;   /* the last request has its reply below */
	bool checked;    /* ... and a "<" has looked at it */
	char reply[REPLY_MAX + 1];
	char log[LOG_LINE_SIZE];
};

static _Noreturn void
die(const struct player *player, const char *what, const char *detail)
{
	fprintf(stderr, "%s:%u: %s%s%s\n", player->file, player->line_n, what,
	    detail[0] != '\0' ? ": " : "", detail);
	exit(EXIT_FAILURE);
}

/* ---- Asking ---- */

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
	struct verdict verdict;
	struct err err;
	size_t n;

	receive(player, &request);
	if (player->config.trust_client_name)
		request_trust_client_name(&request);
	engine_check(player->engine, &request, 1, player->now_s, &verdict,
	    &err);
	log_line_format(&request, &verdict, player->log);
	strcpy(player->reply, "closed");
	if (verdict.action != ACTION_CLOSE) {
		n = reply_format(&player->config.reply, &request, &verdict,
		    player->reply);
		player->reply[n - 2] = '\0'; /* without its two newlines */
	}
	player->collecting = false;
	player->answered = true;
	player->checked = false;
}

static void
request_is_over(struct player *player)
{
	if (player->answered && !player->checked)
		die(player, "nobody looked at the reply", player->reply);
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

/* ---- Looking ---- */

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
		die(player, "no request to answer", "");
	expect(player, rest, player->reply);
	player->checked = true;
}

static void
do_log(struct player *player, char *rest)
{
	if (player->collecting)
		ask(player);
	expect(player, rest, player->log);
}

/* ---- The world ---- */

static void
do_set(struct player *player, char *rest)
{
	char *value = strpbrk(rest, " \t");
	struct err err;

	request_is_over(player);
	if (value == NULL)
		die(player, "expected set NAME VALUE", rest);
	*value++ = '\0';
	value += strspn(value, " \t");
	if (config_set(&player->config, rest, value, "set", &err) != 0)
		die(player, err.text, "");
	engine_configure(player->engine, &player->config.rules);
	player->lists.recipients_listed =
	    player->config.greylist_recipients == RECIPIENTS_LISTED;
}

/* ---- Lists ---- */

static int64_t
span_s(const struct player *player, const char *text)
{
	int64_t ms;

	if (duration_parse(text, &ms) != 0)
		die(player, "expected a duration", text);
	return ms / 1000;
}

/* The list of what all files hold by now. */
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
	list_free(player->lists.files);
	player->lists.files = read_files(player);
}

static struct list *
read_entries(const struct player *player)
{
	struct list *list = list_new();
	struct err err;

	for (size_t i = 0; i < player->entries_n; i++) {
		const struct store_entry *from = &player->entries[i];
		const struct list_entry entry = {.kind = from->kind,
		    .effect = from->effect,
		    .expires_s = from->expires_s,
		    .pattern = from->pattern,
		    .source = ""};

		if (list_add(list, &entry, NULL, &err) != 0)
			die(player, err.text, "");
	}
	if (list_seal(list, &err) != 0)
		die(player, err.text, "");
	return list;
}

static void
do_entry(struct player *player, char *rest)
{
	struct store_entry *entry = &player->entries[player->entries_n++];
	const char *list = strtok(rest, " "), *kind = strtok(NULL, " ");
	const char *pattern = strtok(NULL, " "), *span = strtok(NULL, " ");

	request_is_over(player);
	if (pattern == NULL || list_kind_parse(kind, &entry->kind) != 0 ||
	    player->entries_n == ENTRIES_MAX)
		die(player, "expected entry LIST KIND PATTERN [SPAN]", rest);
	entry->effect =
	    strcmp(list, "whitelist") == 0 ? LIST_WHITELIST : LIST_GREYLIST;
	snprintf(entry->pattern, sizeof(entry->pattern), "%s", pattern);
	if (span != NULL)
		entry->expires_s = player->now_s + span_s(player, span);
	list_free(player->lists.entries);
	player->lists.entries = read_entries(player);
}

static void
do_after(struct player *player, char *rest)
{
	request_is_over(player);
	for (char *word = strtok(rest, " \t"); word != NULL;
	     word = strtok(NULL, " \t"))
		player->now_s += span_s(player, word);
}

static void
do_clock(struct player *player, char *rest)
{
	request_is_over(player);
	if (*rest != '+' && *rest != '-')
		die(player, "expected +SPAN or -SPAN", rest);
	player->now_s += (*rest == '-' ? -1 : 1) * span_s(player, rest + 1);
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
	player->now_s = STORY_BEGINS_S;
	config_defaults(&player->config);
	player->memory = store_open("memory:", &options, &err);
	if (player->memory == NULL)
		die(player, err.text, "");
	store_faulty_init(&player->store, player->memory);
	player->engine =
	    engine_new(&player->store.store, &player->config.rules, 1);
	if (player->engine == NULL)
		die(player, "out of memory", "");
	engine_set_lists(player->engine, &player->lists);
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
		die(&player, "the story asks nothing", "");
	engine_free(player.engine);
	list_free(player.lists.files);
	list_free(player.lists.entries);
	store_close(player.memory);
	fclose(story);
	return EXIT_SUCCESS;
}
