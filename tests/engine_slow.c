/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "engine_slow.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_LIFE_S 7200
#define REFRESH_SHARE  840

/* ---- The world ---- */

/* clang-format off */
const struct slow_client slow_clients[SLOW_CLIENTS] = {
	{ "192.0.2.1", "mx1.example.com", true,
	  { "192.0.2.0/24", "192.0.2.1/32" }, "192.0.2.1", "example.com", false },
	{ "192.0.2.7", "MX2.Example.com", true,
	  { "192.0.2.0/24", "192.0.2.7/32" }, "192.0.2.7", "example.com", false },
	{ "198.51.100.9", "out.example.com", true,
	  { "198.51.100.0/24", "198.51.100.9/32" }, "198.51.100.9",
	  "example.com", false },
	{ "198.51.100.9", "out.example.com", false,
	  { "198.51.100.0/24", "198.51.100.9/32" }, "198.51.100.9", NULL, false },
	{ "::ffff:192.0.2.1", "unknown", false,
	  { "192.0.2.0/24", "192.0.2.1/32" }, "192.0.2.1", NULL, false },
	{ "203.0.113.5", "dyn-203-0-113-5.example.net", true,
	  { "203.0.113.0/24", "203.0.113.5/32" }, "203.0.113.5", NULL, false },
	{ "2001:db8::1", "mail.example.org", true,
	  { "2001:db8::/64", "2001:db8::/64" }, "2001:db8::/64",
	  "example.org", false },
	{ "2001:db8::2", "unknown", false,
	  { "2001:db8::/64", "2001:db8::/64" }, "2001:db8::/64", NULL, false },
	{ "unknown", "unknown", false, { NULL, NULL }, NULL, NULL, false },
	{ "2001:db8:1::9", "vmi9.contaboserver.net", true,
	  { "2001:db8:1::/64", "2001:db8:1::/64" }, "2001:db8:1::/64",
	  "vmi9.contaboserver.net", true },
	{ "192.0.2.9", "vmi9.contaboserver.net", true,
	  { "192.0.2.0/24", "192.0.2.9/32" }, "192.0.2.9",
	  "vmi9.contaboserver.net", true },
};

#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X50 X40 "xxxxxxxxxx"
#define X50_SHORT X40 "~f9db55463b33edf0~" X50 "xxxxxxxx"

const struct slow_sender slow_senders[SLOW_SENDERS] = {
	{ "a@example.net", "a@example.net", "@example.net", false,
	  "example.net" },
	{ "A+x@Example.NET", "a@example.net", "@example.net", false,
	  "example.net" },
	{ "b@example.net", "b@example.net", "@example.net", false,
	  "example.net" },
	{ "c@other.example", "c@other.example", "@other.example", false,
	  "other.example" },
	{ "nobody", "nobody", NULL, false, NULL },
	{ "", "<>", NULL, true, NULL },
	{ "#@[]", "<>", NULL, true, NULL },
	{ "R+y@d.example", "r@d.example", "@d.example", false, "d.example" },
	{ "x@mail.example.com", "x@mail.example.com", "@mail.example.com",
	  false, "example.com" },
	{ X50 X50 X50 "@Example.net",
	  X50_SHORT "@example.net", "@example.net", false, "example.net" },
};

const struct slow_recipient slow_recipients[SLOW_RECIPIENTS] = {
	{ "r@d.example", "r@d.example", "r@d.example", "@d.example",
	  "d.example" },
	{ "R@D.example", "r@d.example", "r@d.example", "@d.example",
	  "d.example" },
	{ "s@d.example", "s@d.example", "s@d.example", "@d.example",
	  "d.example" },
	{ "t, \\x\xc3@d.example", "t, \\x\xc3@d.example",
	  "t, \\x\xc3@d.example", "@d.example", "d.example" },
	{ "", "", NULL, NULL, NULL },
	{ "A@Example.net", "a@example.net", "a@example.net", "@example.net",
	  "example.net" },
	{ "y+z@example.com", "y+z@example.com", "y@example.com",
	  "@example.com", "example.com" },
};

const char *const slow_instances[SLOW_INSTANCES] = { "", "1.0", "2.0", "3.0" };

#define ENTRY(kind, effect, pattern) \
	{ kind, effect, 0, 0, pattern, "", 0, 0, 0 }
#define LINE(kind, effect, pattern) \
	{ kind, effect, 0, 0, pattern, "f", 1, 0, 0 }

/* Among items of one kind and source, the more specific item comes first. */
const struct slow_item slow_items[SLOW_ITEMS] = {
	{ LINE(LIST_CLIENT, LIST_WHITELIST, "203.0.113.0/24"), 1U << 5 },
	{ LINE(LIST_CLIENT, LIST_GREYLIST, "example.com"),
	  1U << 0 | 1U << 1 | 1U << 2 },
	{ LINE(LIST_CLIENT, LIST_WHITELIST, "/^mail\\./"), 1U << 6 },
	{ LINE(LIST_SENDER, LIST_WHITELIST, "other.example"), 1U << 3 },
	{ LINE(LIST_RECIPIENT, LIST_WHITELIST, "s@d.example"), 1U << 2 },
	{ LINE(LIST_RECIPIENT, LIST_ALL, "r@d.example"), 1U << 0 | 1U << 1 },
	{ { LIST_RECIPIENT, LIST_DELAY, 30, 0, "r@d.example", "f", 1, 0, 0 },
	  1U << 0 | 1U << 1 },
	{ ENTRY(LIST_CLIENT, LIST_WHITELIST, "192.0.2.7"), 1U << 1 },
	{ ENTRY(LIST_CLIENT, LIST_GREYLIST, "198.51.100.9"), 1U << 2 | 1U << 3 },
	{ ENTRY(LIST_SENDER, LIST_GREYLIST, "a@example.net"), 1U << 0 | 1U << 1 },
	{ ENTRY(LIST_SENDER, LIST_WHITELIST, "<>"), 1U << 5 | 1U << 6 },
	{ ENTRY(LIST_RECIPIENT, LIST_GREYLIST, "s@d.example"), 1U << 2 },
	{ ENTRY(LIST_RECIPIENT, LIST_SUSPICIOUS, "r@d.example"),
	  1U << 0 | 1U << 1 },
	{ ENTRY(LIST_RECIPIENT, LIST_SHADOW, "r@d.example"), 1U << 0 | 1U << 1 },
	{ ENTRY(LIST_RECIPIENT, LIST_WHITELIST, "r@d.example"),
	  1U << 0 | 1U << 1 },
	{ { LIST_RECIPIENT, LIST_DELAY, 0, SLOW_BEGINS_S + 4000, "d.example",
	    "", 0, 0, 0 }, 1U << 0 | 1U << 1 | 1U << 2 | 1U << 3 },
};
/* clang-format on */

static unsigned
sum_of(const char *text)
{
	unsigned sum = 0;

	while (*text != '\0')
		sum += (unsigned char)*text++;
	return sum;
}

/* The engine keeps only some messages with the same instance. So only few of
 * the messages of a story share one. */
static void
fill_instance(const struct slow_request *from, struct request *out)
{
	out->instance[0] = '\0';
	if (from->instance != 0)
		snprintf(out->instance, sizeof(out->instance), "%s.%u",
		    slow_instances[from->instance],
		    (sum_of(out->client_address) + sum_of(out->sender)) % 37);
}

void
slow_request_fill(const struct slow_request *from, struct request *out)
{
	static const char *const states[SLOW_STATES] = {
	    "RCPT", "DATA", "END-OF-MESSAGE", "VRFY"};
	const struct slow_client *client = &slow_clients[from->client];

	request_clear(out);
	strcpy(out->client_address, client->address);
	netaddr_parse(client->address, &out->client);
	strcpy(out->client_name, client->name);
	out->client_name_confirmed = client->confirmed;
	strcpy(out->sender, slow_senders[from->sender].text);
	strcpy(out->recipient, slow_recipients[from->recipient].text);
	fill_instance(from, out);
	out->state = from->state;
	strcpy(out->protocol_state, states[from->state]);
	out->authenticated = from->authenticated;
	strcpy(out->stress, from->stress ? "yes" : "");
}

/* ---- Rows ---- */

static struct slow_row *
find_row(struct slow *slow, const struct slow_row *key)
{
	for (size_t i = 0; i < slow->rows_n; i++) {
		struct slow_row *row = &slow->rows[i];

		if (row->kind == key->kind &&
		    strcmp(row->client, key->client) == 0 &&
		    strcmp(row->sender, key->sender) == 0 &&
		    strcmp(row->recipient, key->recipient) == 0)
			return row;
	}
	return NULL;
}

const struct slow_row *
slow_find(struct slow *slow, const struct key *key)
{
	const struct slow_row row = {
	    (int)key->kind, key->client, key->sender, key->recipient, {0}};

	return find_row(slow, &row);
}

static void
put_row(struct slow *slow, const struct slow_row *row)
{
	struct slow_row *old = find_row(slow, row);

	if (old == NULL) {
		if (slow->rows_n == SLOW_ROWS)
			abort();
		old = &slow->rows[slow->rows_n++];
	}
	*old = *row;
}

void
slow_expire(struct slow *slow, int64_t now_s)
{
	for (size_t i = 0; i < slow->rows_n;)
		if (slow->rows[i].record.expires_s < now_s)
			slow->rows[i] = slow->rows[--slow->rows_n];
		else
			i++;
}

static int64_t
since(int64_t time_s, int64_t now_s)
{
	return time_s < now_s ? now_s - time_s : 0;
}

static bool
needs_refresh(const struct record *record, int64_t now_s, int64_t lifetime_s)
{
	return record->first_seen_s > now_s ||
	    since(record->last_seen_s, now_s) > lifetime_s / REFRESH_SHARE;
}

/* Add one attempt to a record. age_s is the age of the triplet: it may be older
 * than this record if it passes under its other key. delay_s is the delay of a
 * deferral. */
static void
note_attempt(const struct slow *slow, struct record *record, bool passes,
    int64_t age_s, int64_t delay_s, int64_t now_s)
{
	int64_t first_s = now_s - age_s;
	int64_t expires_s = passes
	    ? now_s + slow->rules.greylist.keep_s
	    : first_s + slow->rules.greylist.retry_window_s;

	if (record->first_seen_s == 0 || record->first_seen_s > first_s)
		record->first_seen_s = first_s;
	if (record->last_seen_s < now_s)
		record->last_seen_s = now_s;
	if (passes && (record->passed_s == 0 || record->passed_s > now_s))
		record->passed_s = now_s;
	if (record->expires_s < expires_s)
		record->expires_s = expires_s;
	record->passed_n += passes;
	record->deferred_n += !passes;
	if (!passes && (record->delay_s == 0 || record->delay_s > delay_s))
		record->delay_s = delay_s;
}

/* ---- One request ---- */

/* A key of a request, and its row before the request. */
struct asked_key {
	bool used, found;
	struct slow_row row;
};

enum {
	NETWORK,
	POOL,
	ADDRESS,
	DOMAIN,
	DOMAIN_NETWORK,
	ANSWER,
	ANSWER_DOMAIN,
	KEYS
};

/* The result of the lists. */
struct list_result {
	const struct slow_item *decided_by; /* NULL: no item decided */
	const struct slow_item *setting;    /* of the recipient, or NULL */
	bool passes;
};

struct ask {
	struct slow *slow;
	const struct slow_request *from;
	const struct slow_client *client;
	const struct slow_sender *sender;
	int64_t now_s;
	struct list_result lists;
	struct asked_key keys[KEYS];
	bool elsewhere; /* the first attempt came from another network */
	struct slow_message *message; /* NULL: no instance */
	struct slow_verdict verdict;
};

static bool
listed(const struct ask *ask, unsigned i)
{
	const unsigned indices[LIST_KINDS] = {
	    [LIST_CLIENT] = ask->from->client,
	    [LIST_SENDER] = ask->from->sender,
	    [LIST_RECIPIENT] = ask->from->recipient,
	};
	const struct list_entry *entry = &slow_items[i].entry;

	return (ask->slow->items >> i & 1) != 0 &&
	    (slow_items[i].matches >> indices[entry->kind] & 1) != 0 &&
	    (entry->expires_s == 0 || entry->expires_s >= ask->now_s);
}

static bool
is_line(const struct slow_item *item)
{
	return item->entry.source[0] != '\0';
}

/* The first item of a kind that is listed, matches and has one of the effects.
 * If "line" is true, search the lines of list files, otherwise the entries. */
static const struct slow_item *
find_item(const struct ask *ask, bool line, enum list_kind kind,
    unsigned effects)
{
	for (unsigned i = 0; i < SLOW_ITEMS; i++)
		if (listed(ask, i) && is_line(&slow_items[i]) == line &&
		    slow_items[i].entry.kind == kind &&
		    (slow_items[i].entry.effect & effects) != 0)
			return &slow_items[i];
	return NULL;
}

/* The setting of the recipient in one source. Of equal patterns, the one that
 * whitelists counts. */
static const struct slow_item *
find_setting(const struct ask *ask, bool line)
{
	const struct slow_item *setting =
	    find_item(ask, line, LIST_RECIPIENT, LIST_ANY_EFFECT);

	for (unsigned i = 0; setting != NULL && i < SLOW_ITEMS; i++)
		if (listed(ask, i) && is_line(&slow_items[i]) == line &&
		    slow_items[i].entry.kind == LIST_RECIPIENT &&
		    slow_items[i].entry.effect == LIST_WHITELIST &&
		    strcmp(slow_items[i].entry.pattern,
			setting->entry.pattern) == 0)
			return &slow_items[i];
	return setting;
}

/* Rules 1 to 4 of lists/list_verdict.h. */
static void
search_lists(struct ask *ask)
{
	struct list_result *lists = &ask->lists;

	lists->setting = find_setting(ask, false);
	if (lists->setting == NULL)
		lists->setting = find_setting(ask, true);
	for (unsigned i = 0; i < 4 && lists->decided_by == NULL; i++) {
		bool line = i >= 2;
		enum list_effect effect =
		    i % 2 == 0 ? LIST_WHITELIST : LIST_GREYLIST;

		lists->decided_by = find_item(ask, line, LIST_CLIENT, effect);
		if (lists->decided_by == NULL)
			lists->decided_by =
			    find_item(ask, line, LIST_SENDER, effect);
		if (lists->decided_by == NULL && lists->setting != NULL &&
		    is_line(lists->setting) == line &&
		    lists->setting->entry.effect == effect)
			lists->decided_by = lists->setting;
		lists->passes =
		    effect == LIST_WHITELIST && lists->decided_by != NULL;
	}
}

static bool
is_shadow(const struct ask *ask)
{
	const struct list_entry *setting =
	    ask->lists.setting != NULL ? &ask->lists.setting->entry : NULL;

	return ask->now_s < ask->slow->rules.shadow_until_s ||
	    (setting != NULL && setting->effect == LIST_SHADOW &&
		(setting->shadow_until_s == 0 ||
		    ask->now_s < setting->shadow_until_s));
}

static void
find_message(struct ask *ask)
{
	struct slow *slow = ask->slow;
	struct slow_message fresh = {
	    .instance = slow_instances[ask->from->instance],
	    .address = ask->client->address,
	    .sender = ask->sender->text,
	};
	size_t i = 0;

	if (fresh.instance[0] == '\0')
		return;
	while (i < slow->messages_n &&
	    (strcmp(slow->messages[i].instance, fresh.instance) != 0 ||
		strcmp(slow->messages[i].address, fresh.address) != 0 ||
		strcmp(slow->messages[i].sender, fresh.sender) != 0))
		i++;
	if (i == SLOW_MESSAGES)
		abort();
	ask->message = &slow->messages[i];
	if (i == slow->messages_n)
		slow->messages[slow->messages_n++] = fresh;
	else if (llabs(ask->now_s - ask->message->asked_s) > MESSAGE_LIFE_S)
		*ask->message = fresh;
	ask->message->asked_s = ask->now_s;
}

/* ---- Classes ---- */

static bool
is_named(const struct ask *ask)
{
	return ask->client->pool != NULL && !ask->client->is_generic;
}

/* The delay of the client's class. */
static int64_t
class_delay_s(const struct ask *ask)
{
	const struct engine_rules *rules = &ask->slow->rules;

	if (!is_named(ask) &&
	    rules->delay_suspicious_s > rules->greylist.delay_s)
		return rules->delay_suspicious_s;
	return rules->greylist.delay_s;
}

/* True if only suspicious clients are greylisted. */
static bool
named_pass(const struct ask *ask)
{
	const struct slow_item *setting = ask->lists.setting;

	if (setting != NULL && setting->entry.effect == LIST_ALL)
		return false;
	return ask->slow->rules.greylist_clients == GREYLIST_SUSPICIOUS ||
	    (setting != NULL && setting->entry.effect == LIST_SUSPICIOUS);
}

/* ---- Keys ---- */

static void
look_up_key(struct ask *ask, int i, const char *client, const char *sender,
    const char *recipient)
{
	struct asked_key *key = &ask->keys[i];
	const struct slow_row *row;

	key->used = true;
	key->row = (struct slow_row){i, client, sender, recipient, {0}};
	row = find_row(ask->slow, &key->row);
	key->found = row != NULL;
	if (row != NULL)
		key->row = *row;
}

static bool
may_correspond(const struct slow_sender *sender,
    const struct slow_recipient *recipient)
{
	return sender->domain != NULL && recipient->domain != NULL &&
	    strcmp(sender->domain, recipient->domain) != 0;
}

/* The keys of an answer to our mail. */
static void
look_up_answer(struct ask *ask, const char *pool)
{
	const struct slow_recipient *recipient =
	    &slow_recipients[ask->from->recipient];

	if (!may_correspond(ask->sender, recipient))
		return;
	look_up_key(ask, ANSWER, "", ask->sender->key, recipient->sender);
	if (pool != NULL && strcmp(pool, ask->sender->pool) == 0)
		look_up_key(ask, ANSWER_DOMAIN, pool, "", recipient->sender);
}

static void
look_up_keys(struct ask *ask)
{
	const struct engine_rules *rules = &ask->slow->rules;
	const char *pool = rules->keys.pools ? ask->client->pool : NULL;
	const char *domain = ask->sender->domain;
	const char *recipient = slow_recipients[ask->from->recipient].key;
	const char *network =
	    ask->client->network[rules->keys.ipv4_prefix_bits == 32];
	bool at_once = ask->lists.decided_by == NULL || ask->lists.passes;
	bool may_be_auto_whitelisted =
	    rules->auto_whitelist_after > 0 && at_once;

	look_up_key(ask, NETWORK, network, ask->sender->key, recipient);
	if (pool != NULL)
		look_up_key(ask, POOL, pool, ask->sender->key, recipient);
	if (may_be_auto_whitelisted)
		look_up_key(ask, ADDRESS, ask->client->host, "", "");
	if (may_be_auto_whitelisted && pool != NULL && is_named(ask) &&
	    domain != NULL) {
		look_up_key(ask, DOMAIN, pool, domain, "");
		look_up_key(ask, DOMAIN_NETWORK, pool, domain, network);
	}
	if (at_once && rules->correspondents.use)
		look_up_answer(ask, is_named(ask) ? pool : NULL);
}

/* True if the triplet of a key is known, or if the client is auto-whitelisted.
 */
static bool
passes_by(const struct ask *ask, int i)
{
	const struct asked_key *key = &ask->keys[i];
	const struct record *record = &key->row.record;

	if (!key->used || !key->found ||
	    since(record->last_seen_s, ask->now_s) >
		ask->slow->rules.greylist.keep_s)
		return false;
	return record->passed_s != 0 &&
	    (i <= POOL ||
		record->passed_n >=
		    (int64_t)ask->slow->rules.auto_whitelist_after);
}

/* Drop the keys that the decision does not use. If the host passes with a fresh
 * record, it needs no pool. If only the pool passes, it needs no host. */
static void
drop_keys(struct ask *ask)
{
	int host = passes_by(ask, ADDRESS) ? ADDRESS : NETWORK;

	if (passes_by(ask, host)) {
		if (!needs_refresh(&ask->keys[host].row.record, ask->now_s,
			ask->slow->rules.greylist.keep_s))
			ask->keys[POOL].used = ask->keys[DOMAIN].used =
			    ask->keys[DOMAIN_NETWORK].used = false;
	} else if (passes_by(ask, POOL) || passes_by(ask, DOMAIN) ||
	    passes_by(ask, DOMAIN_NETWORK)) {
		ask->keys[NETWORK].used = ask->keys[ADDRESS].used = false;
	}
}

/* ---- The decision about a triplet: the table of decide/greylist.h ---- */

struct key_verdict {
	enum reason reason;
	int64_t age_s, delay_s, wait_s;
	bool passes, restarts, writes;
};

static struct key_verdict
verdict_of_key(const struct ask *ask, const struct asked_key *key,
    int64_t delay_s)
{
	const struct greylist_rules *rules = &ask->slow->rules.greylist;
	const struct record *record = &key->row.record;
	struct key_verdict out = {.delay_s = delay_s, .writes = true};

	if (key->found)
		out.age_s = since(record->first_seen_s, ask->now_s);
	out.restarts = !key->found ||
	    (record->passed_s == 0
		    ? out.age_s > rules->retry_window_s
		    : since(record->last_seen_s, ask->now_s) > rules->keep_s);
	if (!out.restarts && record->delay_s > 0 && record->delay_s < delay_s)
		out.delay_s = record->delay_s;
	if (out.restarts) {
		out.passes = delay_s == 0;
		out.reason = REASON_NEW;
		if (key->found && record->passed_s == 0)
			out.reason = REASON_LATE;
		out.age_s = 0;
	} else if (record->passed_s != 0) {
		out.passes = true;
		out.reason = REASON_KNOWN;
		out.writes = needs_refresh(record, ask->now_s, rules->keep_s);
	} else if (out.age_s < out.delay_s) {
		out.reason = REASON_EARLY;
		out.writes =
		    needs_refresh(record, ask->now_s, rules->retry_window_s) ||
		    delay_s < record->delay_s ||
		    (record->deferred_n <= 1 &&
			since(record->last_seen_s, ask->now_s) >= 10);
	} else {
		out.passes = true;
	}
	if (out.passes && out.reason != REASON_KNOWN)
		out.reason = REASON_RETRIED;
	out.wait_s = out.passes ? 0 : out.delay_s - out.age_s;
	return out;
}

static bool
is_better(const struct key_verdict *a, const struct key_verdict *b)
{
	if (a->passes != b->passes)
		return a->passes;
	if (!a->passes)
		return a->wait_s <= b->wait_s;
	if (a->reason != b->reason)
		return a->reason == REASON_KNOWN;
	return a->age_s > b->age_s;
}

static bool
passes_with_message(const struct ask *ask)
{
	return ask->slow->rules.once_per_message && ask->message != NULL &&
	    ask->message->passed &&
	    ask->message->worth_s >= ask->verdict.delay_s;
}

/* Whether the request passes although its triplet is deferred. */
static bool
passes_in_spite(const struct ask *ask)
{
	const struct engine_rules *rules = &ask->slow->rules;

	return passes_with_message(ask) ||
	    (rules->stress == STRESS_PASS && ask->from->stress) ||
	    (rules->null_sender == NULL_SENDER_DATA &&
		ask->from->state == REQUEST_RCPT && ask->sender->is_null);
}

static void
write_change(struct ask *ask, struct asked_key *key,
    const struct key_verdict *own, const struct key_verdict *best)
{
	bool passed_elsewhere = best->passes && !own->passes;
	bool begins_with_best = !best->passes && own->restarts;

	if (!own->writes && !passed_elsewhere)
		return;
	if (own->restarts)
		key->row.record = (struct record){0};
	note_attempt(ask->slow, &key->row.record, best->passes,
	    passed_elsewhere || begins_with_best ? best->age_s : own->age_s,
	    begins_with_best ? best->delay_s : own->delay_s, ask->now_s);
	if (!best->passes && (is_shadow(ask) || passes_in_spite(ask)))
		key->row.record.deferred_n--;
	put_row(ask->slow, &key->row);
}

static void
decide_triplet(struct ask *ask)
{
	struct key_verdict verdicts[2], best = {0};
	bool first = true;

	for (int i = NETWORK; i <= POOL; i++) {
		if (!ask->keys[i].used)
			continue;
		verdicts[i] =
		    verdict_of_key(ask, &ask->keys[i], ask->verdict.delay_s);
		if (first || is_better(&verdicts[i], &best))
			best = verdicts[i];
		first = false;
	}
	ask->elsewhere = ask->keys[NETWORK].used &&
	    (!ask->keys[NETWORK].found ||
		since(ask->keys[NETWORK].row.record.first_seen_s, ask->now_s) <
		    best.age_s);
	for (int i = NETWORK; i <= POOL; i++)
		if (ask->keys[i].used)
			write_change(ask, &ask->keys[i], &verdicts[i], &best);
	ask->verdict.action = best.passes ? ACTION_PASS : ACTION_GREYLIST;
	ask->verdict.reason = best.reason;
	ask->verdict.wait_s = best.wait_s;
	ask->verdict.age_s = best.age_s;
}

/* ---- Auto-whitelist ---- */

/* Note a pass of an auto-whitelisted client. */
static void
refresh_auto_whitelist(struct ask *ask, struct asked_key *key)
{
	struct record *record = &key->row.record;

	if (!needs_refresh(record, ask->now_s,
		ask->slow->rules.greylist.keep_s))
		return;
	note_attempt(ask->slow, record, true, 0, 0, ask->now_s);
	record->passed_n--;
	put_row(ask->slow, &key->row);
}

/* True if the first attempt of the triplet that passed now is far enough from
 * that of the first one. */
static bool
is_proof(const struct ask *ask, const struct record *record)
{
	int64_t first_s = ask->now_s - ask->verdict.age_s;
	int64_t begin_s = record->first_seen_s;
	int64_t n = (int64_t)ask->slow->rules.auto_whitelist_after - 1;

	if (record->passed_n < n)
		n = record->passed_n;
	if (begin_s == 0 || n <= 0)
		return true;
	if (begin_s > ask->now_s)
		begin_s = ask->now_s;
	return llabs(first_s - begin_s) >=
	    n * ask->slow->rules.auto_whitelist_spacing_s;
}

static bool
is_live(const struct ask *ask, const struct asked_key *key)
{
	return key->found &&
	    since(key->row.record.last_seen_s, ask->now_s) <=
	    ask->slow->rules.greylist.keep_s;
}

/* True if the pool has retried for the domain from two networks. */
static bool
spans_networks(const struct ask *ask)
{
	const struct asked_key *domain = &ask->keys[DOMAIN];
	const struct asked_key *network = &ask->keys[DOMAIN_NETWORK];

	if (ask->elsewhere)
		return true;
	return is_live(ask, domain) &&
	    (!is_live(ask, network) ||
		network->row.record.first_seen_s >
		    domain->row.record.first_seen_s);
}

/* Note a retry. "may_pass" is false if it cannot complete the proof. */
static void
write_auto_whitelist(struct ask *ask, struct asked_key *key, bool may_pass)
{
	struct record *record = &key->row.record;
	int64_t was_passed_s;
	bool proof;

	if (since(record->last_seen_s, ask->now_s) >
	    ask->slow->rules.greylist.keep_s)
		*record = (struct record){0};
	was_passed_s = record->passed_s;
	proof = is_proof(ask, record);
	note_attempt(ask->slow, record, true, ask->verdict.age_s, 0,
	    ask->now_s);
	record->passed_n -= !proof;
	if (!may_pass || !proof ||
	    record->passed_n < (int64_t)ask->slow->rules.auto_whitelist_after)
		record->passed_s = was_passed_s;
	put_row(ask->slow, &key->row);
}

static bool
pass_auto_whitelisted(struct ask *ask)
{
	bool passes = false;

	for (int i = ADDRESS; i <= DOMAIN_NETWORK; i++)
		if (passes_by(ask, i)) {
			passes = true;
			refresh_auto_whitelist(ask, &ask->keys[i]);
		}
	if (passes)
		ask->verdict.reason = REASON_AUTO_WHITELISTED;
	return passes;
}

/* ---- Correspondents ---- */

static void
note_outgoing(struct ask *ask)
{
	const struct slow_recipient *recipient =
	    &slow_recipients[ask->from->recipient];
	struct slow *slow = ask->slow;

	if (!slow->rules.correspondents.use ||
	    !may_correspond(ask->sender, recipient))
		return;
	if (slow->pairs_n == SLOW_PAIRS)
		abort();
	slow->pairs[slow->pairs_n++] = (struct slow_pair){recipient->sender,
	    ask->sender->key, slow->rules.keys.pools ? recipient->pool : NULL};
}

static void
remember(struct slow *slow, int kind, const char *client, const char *theirs,
    const char *ours, int64_t now_s)
{
	int64_t keep_s = slow->rules.correspondents.keep_s;
	struct slow_row row = {kind, client, theirs, ours, {0}};
	const struct slow_row *old = find_row(slow, &row);

	if (old != NULL && since(old->record.last_seen_s, now_s) <= keep_s)
		row = *old;
	if (row.record.passed_n > 0 &&
	    !needs_refresh(&row.record, now_s, keep_s))
		return;
	if (row.record.passed_n == 0)
		row.record.first_seen_s = row.record.passed_s = now_s;
	if (row.record.first_seen_s > now_s)
		row.record.first_seen_s = now_s;
	if (row.record.passed_s > now_s)
		row.record.passed_s = now_s;
	if (row.record.last_seen_s < now_s)
		row.record.last_seen_s = now_s;
	if (row.record.expires_s < now_s + keep_s)
		row.record.expires_s = now_s + keep_s;
	row.record.passed_n++;
	put_row(slow, &row);
}

/* After a failure the correspondents of 10 s are lost. */
void
slow_remember(struct slow *slow, int64_t now_s)
{
	int64_t failed_s = slow->remember_failed_s;
	bool is_pausing =
	    failed_s != 0 && now_s >= failed_s && now_s < failed_s + 10;

	if (slow->pairs_n > 0 && !is_pausing)
		slow->remember_failed_s = slow->lookup_fails ? now_s : 0;
	for (size_t i = 0; i < slow->pairs_n; i++) {
		const struct slow_pair *pair = &slow->pairs[i];

		if (is_pausing || slow->lookup_fails)
			break;
		remember(slow, ANSWER, "", pair->theirs, pair->ours, now_s);
		if (pair->pool != NULL)
			remember(slow, ANSWER_DOMAIN, pair->pool, "",
			    pair->ours, now_s);
	}
	slow->pairs_n = 0;
}

static bool
pass_answer(struct ask *ask)
{
	if (passes_by(ask, NETWORK) || passes_by(ask, POOL))
		return false;
	for (int i = ANSWER; i <= ANSWER_DOMAIN; i++)
		if (ask->keys[i].found &&
		    since(ask->keys[i].row.record.last_seen_s, ask->now_s) <=
			ask->slow->rules.correspondents.keep_s) {
			ask->verdict.reason = REASON_CORRESPONDENT;
			return true;
		}
	return false;
}

static void
count_retry(struct ask *ask)
{
	bool spans = spans_networks(ask);

	if (ask->sender->is_null ||
	    (ask->message != NULL && ask->message->counted))
		return;
	for (int i = ADDRESS; i <= DOMAIN_NETWORK; i++)
		if (ask->keys[i].used)
			write_auto_whitelist(ask, &ask->keys[i],
			    i != DOMAIN || spans);
	if (ask->message != NULL)
		ask->message->counted = true;
}

/* ---- After the verdict ---- */

static void
note_pass(struct ask *ask)
{
	struct slow_message *message = ask->message;
	bool waited =
	    ask->verdict.reason == REASON_RETRIED && ask->verdict.age_s > 0;

	int64_t worth_s = ask->verdict.delay_s;

	if (waited && ask->verdict.age_s >= class_delay_s(ask))
		count_retry(ask);
	if (message == NULL)
		return;
	if (ask->verdict.reason == REASON_AUTO_WHITELISTED)
		worth_s = INT64_MAX;
	if (ask->verdict.reason == REASON_RETRIED)
		worth_s = ask->verdict.age_s;
	if (!message->passed || worth_s > message->worth_s)
		message->worth_s = worth_s;
	message->passed = true;
	if (waited && ask->slow->rules.header && !message->header_added &&
	    !is_shadow(ask))
		ask->verdict.header = message->header_added = true;
}

static void
postpone(struct ask *ask)
{
	struct slow_message *message = ask->message;
	int64_t due_s = ask->now_s + ask->verdict.wait_s;

	if (message == NULL || (message->deferred && message->due_s <= due_s))
		return;
	message->deferred = true;
	message->due_s = due_s;
	message->wait_s = ask->verdict.wait_s;
	message->delay_s = ask->verdict.age_s + ask->verdict.wait_s;
}

static void
pass_instead(struct ask *ask)
{
	const struct engine_rules *rules = &ask->slow->rules;
	enum reason reason;

	if (passes_with_message(ask))
		reason = REASON_MESSAGE;
	else if (rules->stress == STRESS_PASS && ask->from->stress)
		reason = REASON_STRESS;
	else if (rules->null_sender == NULL_SENDER_DATA &&
	    ask->from->state == REQUEST_RCPT && ask->sender->is_null &&
	    !is_shadow(ask))
		reason = REASON_NULL_SENDER;
	else
		return;
	if (reason == REASON_NULL_SENDER)
		postpone(ask);
	ask->verdict.action = ACTION_PASS;
	ask->verdict.reason = reason;
	ask->verdict.wait_s = 0;
}

static void
fail(struct ask *ask)
{
	static const enum action actions[] = {
	    [ON_FAILURE_PASS] = ACTION_PASS,
	    [ON_FAILURE_TEMPFAIL] = ACTION_TEMPFAIL,
	    [ON_FAILURE_CLOSE] = ACTION_CLOSE,
	};

	ask->verdict.action = actions[ask->slow->rules.on_failure];
	ask->verdict.reason = REASON_FAILURE;
}

static void
decide(struct ask *ask)
{
	const struct slow_item *setting = ask->lists.setting;

	if (ask->slow->lookup_fails) {
		fail(ask);
		return;
	}
	ask->verdict.delay_s = class_delay_s(ask);
	if (setting != NULL && setting->entry.effect == LIST_DELAY)
		ask->verdict.delay_s = setting->entry.delay_s;
	find_message(ask);
	look_up_keys(ask);
	drop_keys(ask);
	if (!pass_auto_whitelisted(ask)) {
		if (pass_answer(ask))
			return;
		decide_triplet(ask);
	}
	if (ask->verdict.action == ACTION_PASS)
		note_pass(ask);
	else
		pass_instead(ask);
}

/* Decide at DATA or END-OF-MESSAGE about the deferral that was postponed. */
static void
decide_postponed(struct ask *ask)
{
	const struct slow_message *message;

	find_message(ask);
	message = ask->message;
	ask->verdict.reason = REASON_STATE;
	if (message == NULL || !message->deferred ||
	    (message->passed && message->worth_s >= message->delay_s) ||
	    message->due_s <= ask->now_s)
		return;
	ask->verdict.action = ACTION_GREYLIST;
	ask->verdict.reason = REASON_EARLY;
	ask->verdict.wait_s = message->due_s - ask->now_s;
	if (ask->verdict.wait_s > message->wait_s)
		ask->verdict.wait_s = message->wait_s;
}

static void
decide_after_lists(struct ask *ask)
{
	static const enum reason reasons[LIST_KINDS] = {
	    [LIST_CLIENT] = REASON_CLIENT_WHITELIST,
	    [LIST_SENDER] = REASON_SENDER_WHITELIST,
	    [LIST_RECIPIENT] = REASON_RECIPIENT_WHITELIST,
	};

	ask->verdict.client_class =
	    is_named(ask) ? CLASS_NAMED : CLASS_SUSPICIOUS;
	search_lists(ask);
	if (ask->lists.passes)
		ask->verdict.reason =
		    reasons[ask->lists.decided_by->entry.kind];
	else if (ask->lists.decided_by == NULL &&
	    ask->slow->recipients_listed && ask->lists.setting == NULL)
		ask->verdict.reason = REASON_UNLISTED;
	else if (ask->sender->is_null &&
	    ask->slow->rules.null_sender == NULL_SENDER_PASS &&
	    ask->lists.decided_by == NULL)
		ask->verdict.reason = REASON_NULL_SENDER;
	else if (is_named(ask) && named_pass(ask) &&
	    ask->lists.decided_by == NULL)
		ask->verdict.reason = REASON_NAMED;
	else
		decide(ask);
}

struct slow_verdict
slow_ask(struct slow *slow, const struct slow_request *from, int64_t now_s)
{
	struct ask ask = {
	    .slow = slow,
	    .from = from,
	    .client = &slow_clients[from->client],
	    .sender = &slow_senders[from->sender],
	    .now_s = now_s,
	    .verdict = {.action = ACTION_PASS, .delay_s = -1},
	};
	bool no_recipient = slow_recipients[from->recipient].key[0] == '\0';

	if (from->state == REQUEST_OTHER ||
	    (from->state == REQUEST_DATA && !ask.sender->is_null &&
		slow->rules.null_sender == NULL_SENDER_DATA))
		ask.verdict.reason = REASON_STATE;
	else if (from->authenticated) {
		ask.verdict.reason = REASON_AUTHENTICATED;
		note_outgoing(&ask);
	} else if (ask.client->host == NULL)
		ask.verdict.reason = REASON_NO_CLIENT;
	else if (from->state == REQUEST_END ||
	    (from->state == REQUEST_DATA && no_recipient))
		decide_postponed(&ask);
	else
		decide_after_lists(&ask);
	ask.verdict.judged = ask.verdict.action;
	if (ask.verdict.action != ACTION_PASS && is_shadow(&ask)) {
		ask.verdict.shadow = true;
		ask.verdict.action = ACTION_PASS;
	}
	return ask.verdict;
}
