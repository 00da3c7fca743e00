/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is a story: a series of requests, steps of time, changes of rules
 * and lists, failures of the store, expiries and restarts. The engine and its
 * model get the same story. The model (engine_slow.h) takes one request at a
 * time. After each batch, the verdicts and the records in the store must be
 * those of the model. So a verdict does not depend on the batches.
 *
 * Two properties of the model are checked, too. A retry passes only if there
 * was an attempt at least a delay ago. A client that was deferred passes when
 * it retries after the delay. Replies and log lines must be well formed.
 *
 * [C1, C3, C4, C22-C28, C37, C48, C52, C56, C57]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/log_line.h"
#include "mail/policy.h"
#include "mail/reply.h"
#include "engine_slow.h"
#include "store/memory/store_memory.h"
#include "store_faulty.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BATCH_MAX 8
#define STEPS_MAX 300 /* more steps could fill the model's arrays */

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_engine: line %d: not true: %s\n", line, claim);
	abort();
}

/* A request with a verdict that depends on its triplet. */
struct attempt {
	struct slow_request request;
	int64_t at_s, delay_s;
	enum reason reason;
	unsigned era; /* changes with the clock, the rules and the lists */
};

struct story {
	const uint8_t *data, *end;
	int64_t now_s;
	struct store *memory;
	struct store_faulty store;
	struct engine *engine;
	struct list *entries, *files;
	struct lists lists;
	struct slow slow;
	struct slow_request batch[BATCH_MAX];
	size_t batch_n, batch_max;
	struct attempt attempts[STEPS_MAX];
	size_t attempts_n;
	unsigned era;
};

static uint8_t
next(struct story *story)
{
	return story->data < story->end ? *story->data++ : 0;
}

/* ---- Replies and log lines ---- */

static bool
is_ascii_line(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

static void
check_reply(const struct request *request, const struct verdict *verdict)
{
	static const char *const starts[] = {
	    [ACTION_PASS] = "action=DUNNO",
	    [ACTION_GREYLIST] = "action=DEFER_IF_PERMIT 4.",
	    [ACTION_TEMPFAIL] = "action=DEFER_IF_PERMIT 4.",
	    [ACTION_CLOSE] = "action=DUNNO",
	};
	const char *start = starts[verdict->action];
	struct reply_template template;
	char out[REPLY_MAX];
	struct err err;
	size_t n;

	CHECK(reply_template_parse("DEFER_IF_PERMIT 4.2.0 Greylisted for %s "
				   "seconds, %i, see http://example.net/%r",
		  &template, &err) == 0);
	n = reply_format(&template, request, verdict, out);
	if (verdict->header)
		start = "action=PREPEND X-Greylist: delayed ";
	CHECK(n > 2 && n <= sizeof(out));
	CHECK(out[n - 2] == '\n' && out[n - 1] == '\n');
	CHECK(is_ascii_line(out, n - 2));
	CHECK(n >= strlen(start) && strncmp(out, start, strlen(start)) == 0);
	CHECK(verdict->header || start[7] != 'D' || start[8] != 'U' ||
	    n == strlen(start) + 2);
}

static void
check_log(const struct request *request, const struct verdict *verdict)
{
	char line[LOG_LINE_SIZE];
	size_t n;

	log_line_format(request, verdict, line);
	n = strnlen(line, sizeof(line));
	CHECK(n < sizeof(line) && is_ascii_line(line, n));
	CHECK(strncmp(line, "action=", 7) == 0);
}

/* ---- Properties of the model ---- */

static bool
same_triplet(const struct story *story, const struct slow_request *a,
    const struct slow_request *b)
{
	bool exact = story->slow.rules.keys.ipv4_prefix_bits == 32;
	const struct slow_client *one = &slow_clients[a->client];
	const struct slow_client *other = &slow_clients[b->client];

	return strcmp(slow_senders[a->sender].key,
		   slow_senders[b->sender].key) == 0 &&
	    strcmp(slow_recipients[a->recipient].key,
		slow_recipients[b->recipient].key) == 0 &&
	    (strcmp(one->network[exact], other->network[exact]) == 0 ||
		(one->pool != NULL && other->pool != NULL &&
		    strcmp(one->pool, other->pool) == 0));
}

static bool
same_network(const struct story *story, const struct slow_request *a,
    const struct slow_request *b)
{
	bool exact = story->slow.rules.keys.ipv4_prefix_bits == 32;

	return same_triplet(story, a, b) &&
	    strcmp(slow_clients[a->client].network[exact],
		slow_clients[b->client].network[exact]) == 0;
}

/* A retry passes only if there was an attempt at least a delay ago. The delay
 * may have become longer since: then the shortest one counts. */
static void
check_retried(const struct story *story, const struct slow_request *request,
    const struct slow_verdict *verdict)
{
	int64_t delay_s = verdict->delay_s, first_s = INT64_MAX;

	if (verdict->reason != REASON_RETRIED)
		return;
	for (size_t i = 0; i < story->attempts_n; i++) {
		const struct attempt *before = &story->attempts[i];

		if (!same_triplet(story, &before->request, request))
			continue;
		if (before->delay_s < delay_s)
			delay_s = before->delay_s;
		if (before->at_s < first_s)
			first_s = before->at_s;
	}
	CHECK(delay_s == 0 || first_s <= story->now_s - delay_s);
}

/* A client that was deferred passes when it retries after the delay, in the
 * same era. The age must not exceed keep: in a story, unlike in a
 * configuration, keep may be shorter than retry_window. Then the record may
 * have expired. */
static void
check_due(const struct story *story, const struct slow_request *request,
    const struct slow_verdict *verdict)
{
	const struct greylist_rules *rules = &story->slow.rules.greylist;

	for (size_t i = 0; i < story->attempts_n; i++) {
		const struct attempt *before = &story->attempts[i];
		int64_t age_s = story->now_s - before->at_s;

		if (before->era == story->era &&
		    (before->reason == REASON_NEW ||
			before->reason == REASON_LATE) &&
		    same_network(story, &before->request, request) &&
		    age_s >= before->delay_s && age_s >= verdict->delay_s &&
		    age_s <= rules->retry_window_s && age_s <= rules->keep_s)
			CHECK(verdict->judged == ACTION_PASS);
	}
}

static void
note_attempt(struct story *story, const struct slow_request *request,
    const struct slow_verdict *verdict)
{
	struct attempt *attempt = &story->attempts[story->attempts_n];

	if (verdict->delay_s < 0)
		return;
	check_retried(story, request, verdict);
	check_due(story, request, verdict);
	*attempt = (struct attempt){*request, story->now_s, verdict->delay_s,
	    verdict->reason, story->era};
	story->attempts_n++;
}

/* ---- Comparing the engine with the model ---- */

static void
check_verdict(const struct slow_verdict *want, const struct verdict *got)
{
	CHECK(got->action == want->action);
	CHECK(got->reason == want->reason);
	CHECK(got->wait_s == want->wait_s);
	CHECK(got->age_s == want->age_s);
	CHECK(got->header == want->header);
	CHECK(got->shadow == want->shadow);
	CHECK(got->client_class == want->client_class);
	CHECK(!got->shadow || got->would == want->judged);
}

/* Print both sets of keys, for debugging. */
static void
print_keys(const struct story *story, const struct store_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "stored: %s %s %s\n", rows[i].key.client,
		    rows[i].key.sender, rows[i].key.recipient);
	for (size_t i = 0; i < story->slow.rows_n; i++)
		fprintf(stderr, "wanted: %s %s %s\n",
		    story->slow.rows[i].client, story->slow.rows[i].sender,
		    story->slow.rows[i].recipient);
}

static void
check_record(struct slow *slow, const struct store_row *row)
{
	const struct slow_row *want = slow_find(slow, &row->key);

	CHECK(want != NULL);
	CHECK(record_same(&want->record, &row->record));
	CHECK(want->record.expires_s == row->record.expires_s);
	CHECK(want->record.deferred_n == row->record.deferred_n);
	CHECK(want->record.passed_n == row->record.passed_n);
	CHECK(want->record.delay_s == row->record.delay_s);
}

/* The store must have the same records as the model, and no others. */
static void
check_records(struct story *story)
{
	static struct store_row rows[SLOW_ROWS];
	const struct record_store_ops *records = story->memory->records;
	struct err err;
	struct record_walk *walk = records->walk_all(story->memory, &err);
	size_t n;

	CHECK(walk != NULL);
	CHECK(records->walk_next(story->memory, walk, SLOW_ROWS, rows, &n,
		  &err) == STORE_OK);
	CHECK(walk->done);
	records->walk_free(walk);
	if (n != story->slow.rows_n)
		print_keys(story, rows, n);
	CHECK(n == story->slow.rows_n);
	for (size_t i = 0; i < n; i++)
		check_record(&story->slow, &rows[i]);
}

static void
ask_batch(struct story *story)
{
	static struct request requests[BATCH_MAX];
	static struct verdict verdicts[BATCH_MAX];
	struct err err;

	if (story->batch_n == 0)
		return;
	for (size_t i = 0; i < story->batch_n; i++)
		slow_request_fill(&story->batch[i], &requests[i]);
	engine_check(story->engine, requests, story->batch_n, story->now_s,
	    verdicts, &err);
	engine_remember(story->engine, story->now_s, &err);
	for (size_t i = 0; i < story->batch_n; i++) {
		struct slow_verdict want =
		    slow_ask(&story->slow, &story->batch[i], story->now_s);

		check_verdict(&want, &verdicts[i]);
		note_attempt(story, &story->batch[i], &want);
		check_reply(&requests[i], &verdicts[i]);
		check_log(&requests[i], &verdicts[i]);
	}
	story->batch_n = 0;
	slow_remember(&story->slow, story->now_s);
	check_records(story);
}

/* ---- Steps of a story ---- */

static void
do_request(struct story *story)
{
	uint8_t who = next(story), how = next(story), what = next(story);

	story->batch[story->batch_n++] = (struct slow_request){
	    .client = who % 16 % SLOW_CLIENTS,
	    .sender = who / 16 % SLOW_SENDERS,
	    .recipient = how % 8 % SLOW_RECIPIENTS,
	    .instance = how / 8 % SLOW_INSTANCES,
	    .state = what % 8 < SLOW_STATES ? (enum request_state)(what % 8)
					    : REQUEST_RCPT,
	    .authenticated = what / 8 % 8 == 7,
	    .stress = what / 64 % 4 == 3,
	};
	if (story->batch_n == story->batch_max)
		ask_batch(story);
}

static void
do_time(struct story *story, bool back)
{
	static const int64_t spans_s[] = {0, 1, 29, 30, 60, 102, 103, 179, 180,
	    181, 300, 3600, 3601, 7200, 7201, 86399, 86400, 86401, 35 * 86400,
	    35 * 86400 + 1};
	int64_t span_s =
	    spans_s[next(story) % (sizeof(spans_s) / sizeof(spans_s[0]))];

	ask_batch(story);
	if (back && span_s > 0)
		story->era++;
	story->now_s += back ? -span_s : span_s;
	if (story->now_s < 1)
		story->now_s = 1;
}

static void
do_rule(struct story *story)
{
	static const int64_t delays_s[] = {180, 60, 1, 0};
	static const int64_t windows_s[] = {86400, 3600};
	static const int64_t keeps_s[] = {35 * 86400, 86400, 840};
	struct engine_rules *rules = &story->slow.rules;
	uint8_t option = next(story), value = next(story);

	ask_batch(story);
	story->era++;
	switch (option % 17) {
	case 0:
		rules->greylist.delay_s = delays_s[value % 4];
		break;
	case 1:
		rules->greylist.retry_window_s = windows_s[value % 2];
		break;
	case 2:
		rules->greylist.keep_s = keeps_s[value % 3];
		break;
	case 3:
		rules->keys.ipv4_prefix_bits = value % 2 == 0 ? 24 : 32;
		break;
	case 4:
		rules->keys.pools = value % 2;
		break;
	case 5:
		rules->auto_whitelist_after = value % 3;
		rules->auto_whitelist_spacing_s = value / 3 % 3 * 600;
		break;
	case 6:
		rules->once_per_message = value % 2;
		break;
	case 7:
		rules->null_sender = (enum null_sender)(value % 3);
		break;
	case 8:
		rules->stress = (enum stress)(value % 2);
		break;
	case 9:
		rules->header = value % 2;
		break;
	case 10:
		rules->shadow_until_s = value % 4 == 0 ? 0
		    : value % 4 == 1                   ? INT64_MAX
						       : story->now_s + value;
		break;
	case 11:
		rules->on_failure = (enum on_failure)(value % 3);
		break;
	case 12:
		story->slow.recipients_listed = value % 2;
		story->lists.recipients_listed = value % 2;
		break;
	case 13:
		rules->correspondents.use = value % 2;
		break;
	case 14:
		rules->correspondents.keep_s = keeps_s[value % 3];
		break;
	case 15:
		rules->delay_suspicious_s = delays_s[value % 4];
		break;
	case 16:
		rules->greylist_clients = (enum greylist_clients)(value % 2);
		break;
	}
	engine_use_rules(story->engine, rules);
}

static struct list *
make_list(const struct story *story, bool of_files)
{
	struct list *list = list_new();
	struct err err;

	CHECK(list != NULL);
	for (size_t i = 0; i < SLOW_ITEMS; i++) {
		const struct list_entry *entry = &slow_items[i].entry;

		if ((story->slow.items >> i & 1) != 0 &&
		    (entry->source[0] != '\0') == of_files)
			CHECK(list_add(list, entry, NULL, &err) == 0);
	}
	CHECK(list_seal(list, &err) == 0);
	return list;
}

static void
do_list(struct story *story)
{
	ask_batch(story);
	story->era++;
	story->slow.items ^= 1U << next(story) % SLOW_ITEMS;
	list_free(story->lists.entries);
	list_free(story->lists.files);
	story->lists.entries = make_list(story, false);
	story->lists.files = make_list(story, true);
}

static void
do_expire(struct story *story)
{
	const struct record_store_ops *records = story->memory->records;
	struct expiry_counts counts = {0};
	struct record_walk *walk;
	struct err err;

	ask_batch(story);
	walk = records->walk_all(story->memory, &err);
	CHECK(walk != NULL);
	while (!walk->done)
		CHECK(records->expire_next(story->memory, walk, story->now_s, 3,
			  &counts, &err) == STORE_OK);
	records->walk_free(walk);
	slow_expire(&story->slow, story->now_s);
	check_records(story);
}

static void
start_engine(struct story *story, size_t batch_max)
{
	engine_free(story->engine);
	story->batch_max = batch_max;
	story->slow.messages_n = 0;
	story->slow.remember_failed_s = 0;
	story->engine = engine_new(&story->store.store, &story->slow.rules,
	    story->batch_max);
	CHECK(story->engine != NULL);
	engine_use_lists(story->engine, &story->lists, NULL);
}

static void
do_store(struct story *story)
{
	uint8_t what = next(story);

	ask_batch(story);
	if (what % 4 == 0) {
		do_expire(story);
	} else if (what % 4 == 1) {
		start_engine(story, 1 + what / 4 % BATCH_MAX);
	} else {
		story->slow.lookup_fails = what % 4 == 2;
		story->store.lookup_fails = story->slow.lookup_fails;
	}
}

static void
play_step(struct story *story)
{
	uint8_t step = next(story) % 16;

	if (step < 9)
		do_request(story);
	else if (step < 12)
		do_time(story, false);
	else if (step == 12)
		do_time(story, true);
	else if (step == 13)
		do_rule(story);
	else if (step == 14)
		do_list(story);
	else
		do_store(story);
}

static void
begin(struct story *story, const uint8_t *data, size_t size)
{
	static const struct store_options options = {.timeout_ms = 1};
	static const struct engine_rules rules = {
	    .greylist = {180, 86400, 35 * 86400},
	    .keys = {24, 64, 15, 1},
	    .correspondents = {1, 60 * 86400},
	    .auto_whitelist_after = 2,
	    .auto_whitelist_spacing_s = 600,
	    .once_per_message = 1,
	    .header = 1,
	};
	struct err err;

	memset(story, 0, sizeof(*story));
	story->data = data;
	story->end = data + size;
	story->now_s = SLOW_BEGINS_S;
	story->slow.rules = rules;
	story->memory = store_memory_scheme.open("", &options, &err);
	CHECK(story->memory != NULL);
	store_faulty_init(&story->store, story->memory);
	start_engine(story, BATCH_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct story story;

	begin(&story, data, size);
	for (unsigned i = 0; i < STEPS_MAX && story.data < story.end; i++)
		play_step(&story);
	ask_batch(&story);
	engine_free(story.engine);
	list_free(story.lists.entries);
	list_free(story.lists.files);
	story.memory->ops->close(story.memory);
	return 0;
}
