/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Looking up records, and changing them. A record is a hash of the server. */
#include <inttypes.h>
#include <stdlib.h>

#include "store/redis/redis.h"

int64_t
redis_number(const redisReply *reply)
{
	if (reply->type == REDIS_REPLY_INTEGER)
		return reply->integer;
	return reply->type == REDIS_REPLY_STRING ? strtoll(reply->str, NULL, 10)
						 : 0;
}

bool
redis_parse_record(const redisReply *reply, struct record *out)
{
	if (reply->type != REDIS_REPLY_ARRAY ||
	    reply->elements != REDIS_FIELDS_N)
		return false;
	for (size_t i = 0; i < REDIS_FIELDS_N; i++)
		if (reply->element[i]->type != REDIS_REPLY_STRING)
			return false; /* no record */
	*out = (struct record){
	    .first_seen_s = redis_number(reply->element[0]),
	    .last_seen_s = redis_number(reply->element[1]),
	    .passed_s = redis_number(reply->element[2]),
	    .expires_s = redis_number(reply->element[3]),
	    .deferred_n = redis_number(reply->element[4]),
	    .passed_n = redis_number(reply->element[5]),
	    .delay_s = redis_number(reply->element[6]),
	};
	return true;
}

/* Outside a batch of requests, each of these parts of a long call may take
 * store_timeout. */
#define PART_MAX 256

static size_t
part_of(const struct redis *redis, size_t n)
{
	return redis->deadline_ms == INT64_MAX && n > PART_MAX ? PART_MAX : n;
}

static enum store_rc
look_up(struct redis *redis, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	enum store_rc rc;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++) {
		struct redis_name name;

		redis_name_of_key(redis, &keys[i], &name);
		redis_add(redis, &name, "HMGET %b " REDIS_FIELDS, name.text,
		    name.n);
	}
	rc = redis_run_partly(redis, err);
	if (rc == STORE_FAILED)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++) {
		const redisReply *reply = redis_reply(redis, i);

		answers[i].is_unknown = reply == NULL;
		answers[i].found = reply != NULL &&
		    redis_parse_record(reply, &answers[i].record);
	}
	return rc;
}

static enum store_rc
redis_lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	bool is_partial = false;

	for (size_t at = 0, part; at < n; at += part) {
		enum store_rc rc;

		part = part_of(redis, n - at);
		rc = look_up(redis, keys + at, part, answers + at, err);
		if (rc == STORE_FAILED)
			return STORE_FAILED;
		is_partial |= rc == STORE_PARTLY;
	}
	return is_partial ? STORE_PARTLY : STORE_OK;
}

#define NUMBERS_FORMAT "%lld %lld %lld %lld %lld %lld %lld"
#define NUMBERS(record)                                                      \
	(long long)(record)->first_seen_s, (long long)(record)->last_seen_s, \
	    (long long)(record)->passed_s, (long long)(record)->expires_s,   \
	    (long long)(record)->deferred_n, (long long)(record)->passed_n,  \
	    (long long)(record)->delay_s

static void
add_change(struct redis *redis, const struct redis_name *name,
    const struct change *change)
{
	const struct record *record = &change->record;

	switch (change->how) {
	case CHANGE_NONE:
		break;
	case CHANGE_FORGET:
		redis_add(redis, name, "DEL %b", name->text, name->n);
		break;
	case CHANGE_MERGE:
		redis_add(redis, name, "EVALSHA %s 1 %b " NUMBERS_FORMAT,
		    redis_sha(redis, REDIS_MERGE), name->text, name->n,
		    NUMBERS(record));
		break;
	case CHANGE_RESTART:
		redis_add(redis, name,
		    "EVALSHA %s 1 %b " NUMBERS_FORMAT " %lld %lld %lld",
		    redis_sha(redis, REDIS_MERGE), name->text, name->n,
		    NUMBERS(record), (long long)change->read.first_seen_s,
		    (long long)change->read.last_seen_s,
		    (long long)change->read.passed_s);
		break;
	}
}

static enum store_rc
apply(struct redis *redis, const struct store_change *changes, size_t n,
    struct err *err)
{
	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++) {
		struct redis_name name;

		redis_name_of_key(redis, changes[i].key, &name);
		add_change(redis, &name, &changes[i].change);
	}
	return redis_run(redis, err);
}

static enum store_rc
redis_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct redis *redis = (struct redis *)store;
	enum store_rc rc = STORE_OK;

	for (size_t at = 0, part; rc == STORE_OK && at < n; at += part) {
		part = part_of(redis, n - at);
		rc = apply(redis, changes + at, part, err);
	}
	return rc;
}

/* The server removes what has expired, and evicts when it is full. It does not
 * say how many waiting records it has. */
const struct record_store_ops redis_record_ops = {
    .lookup = redis_lookup,
    .apply = redis_apply,
    .walk_all = redis_walk_all,
    .walk_client = redis_walk_client,
    .walk_next = redis_walk_next,
    .expire_next = redis_expire_next,
    .walk_free = redis_walk_free,
};
