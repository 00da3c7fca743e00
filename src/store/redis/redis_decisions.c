/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Decisions. Those of an hour are a list of the server, so the hours are spread
 * over the slots of a cluster. An element is NUMBER TIME_S LINE. The numbers of
 * an hour begin at 1. The hours are in the sorted set "decision-hours".
 *
 * The position of a reader is the hour and the number of the last decision that
 * it has visited. A list that is empty is gone, and begins again at 1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/redis/redis.h"

#define HOUR_S      3600
#define NUMBER_BITS 32
#define TIME_SIZE   24 /* of a time as text, with a blank and a newline */

/* ---- Names ---- */

static int64_t
hour_of(int64_t time_s)
{
	int64_t hour = time_s / HOUR_S;

	if (hour < 0)
		return 0;
	return hour < INT32_MAX ? hour : INT32_MAX;
}

static void
name_of_hour(const struct redis *redis, int64_t hour, struct redis_name *out)
{
	out->n = (size_t)snprintf(out->text, sizeof(out->text),
	    "%s:decisions:%" PRId64, redis->uri.prefix, hour);
}

static void
name_of_hours(const struct redis *redis, struct redis_name *out)
{
	redis_name_of_part(redis, "decision-hours", out);
}

/* ---- Adding ---- */

/* The decisions of one hour, a line each. The caller frees the text. Returns
 * NULL if memory is short. */
static char *
join(const struct kept_decision *decisions, size_t n)
{
	size_t size = 1;
	char *text, *at;

	for (size_t i = 0; i < n; i++)
		size += TIME_SIZE + strlen(decisions[i].line);
	text = malloc(size);
	if (text == NULL)
		return NULL;
	at = text;
	for (size_t i = 0; i < n; i++)
		at += sprintf(at, "%" PRId64 " %s\n", decisions[i].time_s,
		    decisions[i].line);
	return text;
}

/* Add the commands for the decisions of one hour. */
static int
add_hour(struct redis *redis, const struct kept_decision *decisions, size_t n,
    int64_t keep_s)
{
	int64_t hour = hour_of(decisions[0].time_s);
	struct redis_name name, hours;
	char *text = join(decisions, n);

	if (text == NULL)
		return -1;
	name_of_hour(redis, hour, &name);
	redis_add(redis, &name, "EVALSHA %s 1 %s %s %lld",
	    redis_sha(redis, REDIS_ADD_DECISIONS), name.text, text,
	    (long long)(keep_s + HOUR_S));
	free(text);
	name_of_hours(redis, &hours);
	redis_add(redis, &hours, "ZADD %s %lld %lld", hours.text,
	    (long long)hour, (long long)hour);
	redis_add(redis, &hours, "EXPIRE %s %lld", hours.text,
	    (long long)(keep_s + HOUR_S));
	return 0;
}

static size_t
count_of_first_hour(const struct kept_decision *decisions, size_t n)
{
	int64_t hour = hour_of(decisions[0].time_s);
	size_t i = 1;

	while (i < n && hour_of(decisions[i].time_s) == hour)
		i++;
	return i;
}

static bool
is_full(const struct redis *redis)
{
	for (size_t i = 0; i < redis->commands_n; i++) {
		const redisReply *reply = redis_reply(redis, i);

		if (reply != NULL && reply->type == REDIS_REPLY_ERROR &&
		    strstr(reply->str, "OOM command") != NULL)
			return true;
	}
	return false;
}

static enum store_rc
redis_add_decisions(struct store *store, const struct kept_decision *decisions,
    size_t n, int64_t keep_s, bool may_wait, bool *is_added, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	enum store_rc rc;

	(void)may_wait;
	*is_added = false;
	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	for (size_t at = 0, part; at < n; at += part) {
		part = count_of_first_hour(decisions + at, n - at);
		if (add_hour(redis, decisions + at, part, keep_s) != 0) {
			err_no_memory(err);
			return STORE_FAILED;
		}
	}
	rc = redis_run_some(redis, err);
	if (rc != STORE_OK)
		return is_full(redis) ? STORE_NO_ROOM : rc;
	*is_added = true;
	return STORE_OK;
}

/* ---- Reading ---- */

/* Visit an element, and set *number to its number. */
static void
visit_element(const char *text, store_decision_fn *visit, void *arg,
    int64_t *number)
{
	struct kept_decision decision;
	char *at;

	*number = strtoll(text, &at, 10);
	decision.time_s = strtoll(at, &at, 10);
	decision.line = *at == ' ' ? at + 1 : at;
	visit(&decision, arg);
}

/* Find the first two hours from this one on. The caller frees the reply. */
static redisReply *
find_two_hours(struct redis *redis, int64_t hour, struct err *err)
{
	struct redis_name hours;

	if (redis_begin(redis, err) != 0)
		return NULL;
	name_of_hours(redis, &hours);
	redis_add(redis, &hours, "ZRANGEBYSCORE %s %lld +inf LIMIT 0 2",
	    hours.text, (long long)hour);
	if (redis_run(redis, err) != STORE_OK)
		return NULL;
	return redis_take_reply(redis, 0);
}

/* Visit decisions of one hour after a number, and set *number to that of the
 * last one. */
static enum store_rc
read_hour(struct redis *redis, int64_t hour, int64_t *number, size_t n_max,
    store_decision_fn *visit, void *arg, size_t *n_out, struct err *err)
{
	const redisReply *reply;
	struct redis_name name;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	name_of_hour(redis, hour, &name);
	redis_add(redis, &name, "EVALSHA %s 1 %s %lld %lld",
	    redis_sha(redis, REDIS_READ_DECISIONS), name.text,
	    (long long)*number, (long long)n_max);
	if (redis_run(redis, err) != STORE_OK)
		return STORE_FAILED;
	reply = redis_reply(redis, 0);
	for (size_t i = 0; i < reply->elements; i++)
		visit_element(reply->element[i]->str, visit, arg, number);
	*n_out = reply->elements;
	return STORE_OK;
}

static enum store_rc
redis_read_decisions(struct store *store, int64_t *position, size_t n_max,
    store_decision_fn *visit, void *arg, bool *done, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	int64_t hour = *position >> NUMBER_BITS, next = -1;
	int64_t number = *position & (((int64_t)1 << NUMBER_BITS) - 1);
	redisReply *hours = find_two_hours(redis, hour, err);
	size_t n = 0;

	if (hours == NULL)
		return STORE_FAILED;
	*done = hours->elements == 0;
	if (hours->elements > 0 && redis_number(hours->element[0]) != hour) {
		hour = redis_number(hours->element[0]);
		number = 0;
	}
	if (hours->elements > 1)
		next = redis_number(hours->element[1]);
	freeReplyObject(hours);
	if (*done)
		return STORE_OK;
	if (read_hour(redis, hour, &number, n_max, visit, arg, &n, err) !=
	    STORE_OK)
		return STORE_FAILED;
	*done = n < n_max && next < 0;
	*position = n < n_max && next >= 0 ? next << NUMBER_BITS
					   : (hour << NUMBER_BITS) | number;
	return STORE_OK;
}

/* ---- Trimming ---- */

/* Find all hours. After STORE_OK the caller frees the reply. */
static enum store_rc
find_hours(struct redis *redis, redisReply **out, struct err *err)
{
	struct redis_name hours;
	enum store_rc rc;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	name_of_hours(redis, &hours);
	redis_add(redis, &hours, "ZRANGEBYSCORE %s -inf +inf", hours.text);
	rc = redis_run_some(redis, err);
	if (rc == STORE_OK)
		*out = redis_take_reply(redis, 0);
	return rc;
}

/* Ask for the first decision, and for the number of decisions of each hour. */
static enum store_rc
measure(struct redis *redis, const redisReply *hours, struct err *err)
{
	struct redis_name name;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	name_of_hour(redis, redis_number(hours->element[0]), &name);
	redis_add(redis, &name, "LINDEX %s 0", name.text);
	for (size_t i = 0; i < hours->elements; i++) {
		name_of_hour(redis, redis_number(hours->element[i]), &name);
		redis_add(redis, &name, "LLEN %s", name.text);
	}
	return redis_run_some(redis, err);
}

static enum store_rc
trim_hour(struct redis *redis, int64_t hour, int64_t first, int64_t excess_n,
    int64_t before_s, size_t n_max, struct err *err)
{
	struct redis_name name;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	name_of_hour(redis, hour, &name);
	redis_add(redis, &name, "EVALSHA %s 1 %s %lld %lld %lld %lld",
	    redis_sha(redis, REDIS_TRIM_DECISIONS), name.text, (long long)first,
	    (long long)excess_n, (long long)before_s, (long long)n_max);
	return redis_run_some(redis, err);
}

/* The list of an hour is gone. The newest hour stays: a daemon may just add to
 * it. */
static enum store_rc
forget_hour(struct redis *redis, const redisReply *hours, struct err *err)
{
	struct redis_name name;

	if (hours->elements == 1)
		return STORE_OK;
	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	name_of_hours(redis, &name);
	redis_add(redis, &name, "ZREM %s %s", name.text,
	    hours->element[0]->str);
	return redis_run_some(redis, err);
}

static enum store_rc
trim_first_hour(struct redis *redis, const redisReply *hours, int64_t before_s,
    int64_t max_n, size_t n_max, struct err *err)
{
	const redisReply *first;
	int64_t excess_n = -max_n, number, time_s;
	enum store_rc rc = measure(redis, hours, err);
	char *at;

	if (rc != STORE_OK)
		return rc;
	first = redis_reply(redis, 0);
	if (first->type != REDIS_REPLY_STRING)
		return forget_hour(redis, hours, err);
	for (size_t i = 0; i < hours->elements; i++)
		excess_n += redis_number(redis_reply(redis, i + 1));
	number = strtoll(first->str, &at, 10);
	time_s = strtoll(at, NULL, 10);
	if (time_s >= before_s && excess_n <= 0)
		return STORE_OK;
	return trim_hour(redis, redis_number(hours->element[0]), number,
	    excess_n, before_s, n_max, err);
}

/* Only the oldest hour is trimmed. The other hours have their turn when it is
 * gone. */
static enum store_rc
redis_trim_decisions(struct store *store, int64_t before_s, int64_t max_n,
    size_t n_max, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	redisReply *hours;
	enum store_rc rc = find_hours(redis, &hours, err);

	if (rc != STORE_OK)
		return rc;
	if (hours->elements > 0)
		rc = trim_first_hour(redis, hours, before_s, max_n, n_max, err);
	freeReplyObject(hours);
	return rc;
}

const struct decision_store_ops redis_decision_ops = {
    .add = redis_add_decisions,
    .read = redis_read_decisions,
    .trim = redis_trim_decisions,
};
