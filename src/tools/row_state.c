/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/row_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TEXTS     8
#define TEXT_SIZE 64

static char *
next_text(void)
{
	static char texts[TEXTS][TEXT_SIZE];
	static size_t next;

	return texts[next++ % TEXTS];
}

static struct greylist_rules
rules_of(enum client_class client_class, const struct engine_rules *rules)
{
	struct greylist_rules own = rules->greylist;

	own.delay_s = engine_rules_delay_s(rules, client_class);
	return own;
}

enum client_class
row_state_class(const struct key *key)
{
	char pool[POOL_SIZE];

	return key->kind == KEY_TRIPLET_POOL &&
		pool_of_domain(key->client, pool) &&
		strcmp(pool, key->client) == 0
	    ? CLASS_NAMED
	    : CLASS_SUSPICIOUS;
}

const char *
row_state_of_triplet(enum client_class client_class,
    const struct record *record, const struct engine_rules *rules,
    int64_t now_s)
{
	const struct greylist_rules own = rules_of(client_class, rules);

	switch (greylist_phase(record, now_s, &own)) {
	case PHASE_FIRST:
	case PHASE_WAITING:
		return "waiting";
	case PHASE_DUE:
		return "due";
	case PHASE_KNOWN:
		return "passed";
	case PHASE_OVERDUE:
	case PHASE_EXPIRED:
		break;
	}
	return "expired";
}

static void
round_up(int64_t span_s, char out[24])
{
	static const struct {
		char unit;
		int64_t unit_s;
	} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}};

	if (span_s < 0)
		span_s = 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (span_s >= 2 * units[i].unit_s) {
			snprintf(out, 24, "%" PRId64 "%c",
			    (span_s - 1) / units[i].unit_s + 1, units[i].unit);
			return;
		}
	snprintf(out, 24, "%" PRId64 "s", span_s);
}

const char *
row_state_with_time(enum client_class client_class, const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	const struct greylist_rules own = rules_of(client_class, rules);
	int64_t age_s = record_since(record->first_seen_s, now_s);
	char *text = next_text();
	char left[24];

	switch (greylist_phase(record, now_s, &own)) {
	case PHASE_FIRST:
	case PHASE_WAITING:
		round_up(greylist_delay_s(record, &own) - age_s, left);
		snprintf(text, TEXT_SIZE, "passes in %s", left);
		return text;
	case PHASE_DUE:
		round_up(own.retry_window_s - age_s, left);
		snprintf(text, TEXT_SIZE, "passes now, %s left", left);
		return text;
	case PHASE_KNOWN:
		round_up(record->expires_s - now_s, left);
		snprintf(text, TEXT_SIZE, "known, %s left", left);
		return text;
	case PHASE_OVERDUE:
	case PHASE_EXPIRED:
		break;
	}
	return "expired";
}

const char *
row_state_of_auto_whitelist(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	struct auto_whitelist_rules own = engine_rules_auto_whitelist(rules);
	char *text = next_text();

	if (own.after == 0)
		return "";
	if (auto_whitelist_is_expired(record, now_s, &own))
		return "expired";
	if (auto_whitelist_passes(record, now_s, &own))
		return "whitelisted";
	snprintf(text, TEXT_SIZE, "%" PRId64 " of %u",
	    own.after - auto_whitelist_retries_needed(record, now_s, &own),
	    own.after);
	return text;
}

const char *
row_state_of_correspondent(const struct record *record,
    const struct engine_rules *rules, int64_t now_s)
{
	if (!rules->correspondents.use)
		return "";
	return correspondent_passes(record, now_s, &rules->correspondents)
	    ? "remembered"
	    : "expired";
}
