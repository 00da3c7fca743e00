/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Hits and hourly statistics. The hits are in two hashes: "hits" has the
 * numbers, and "hit-times" the last times, both under the same fields. The
 * counts of an hour are in the hash "hour:HOUR", and the hours in the sorted
 * set "hours".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/redis/redis.h"

/* ---- Hits ---- */

size_t
redis_hit_field(const struct store_hit *hit, char *out, size_t size)
{
	return (size_t)snprintf(out, size, "%s\n%s\n%s\n%s", hit->source,
	    hit->whitelists ? "whitelist" : "greylist",
	    list_kind_word(hit->kind), hit->pattern);
}

/* A source is a path and a pattern is one line, so neither has a newline. The
 * hit points into the field. */
static int
parse_hit_field(char *field, struct store_hit *out)
{
	char *list = strchr(field, '\n');
	char *kind = list != NULL ? strchr(list + 1, '\n') : NULL;
	char *pattern = kind != NULL ? strchr(kind + 1, '\n') : NULL;

	if (pattern == NULL)
		return -1;
	*list++ = *kind++ = *pattern++ = '\0';
	out->source = field;
	out->whitelists = strcmp(list, "whitelist") == 0;
	out->pattern = pattern;
	return list_kind_parse(kind, &out->kind);
}

static void
add_hits(struct redis *redis, const struct store_hit *hits, size_t n)
{
	struct redis_name numbers, times;
	char field[REDIS_FIELD_SIZE];

	redis_name_of_part(redis, "hits", &numbers);
	redis_name_of_part(redis, "hit-times", &times);
	for (size_t i = 0; i < n; i++) {
		size_t field_n =
		    redis_hit_field(&hits[i], field, sizeof(field));

		if (field_n < sizeof(field))
			redis_add(redis, &numbers,
			    "EVALSHA %s 2 %s %s %b %lld %lld",
			    redis_sha(redis, REDIS_ADD_HIT), numbers.text,
			    times.text, field, field_n, (long long)hits[i].n,
			    (long long)hits[i].last_s);
	}
}

/* Read both hashes. The replies are those of commands 0 and 1. */
static enum store_rc
read_hits(struct redis *redis, struct err *err)
{
	struct redis_name numbers, times;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	redis_name_of_part(redis, "hits", &numbers);
	redis_name_of_part(redis, "hit-times", &times);
	redis_add(redis, &numbers, "HGETALL %s", numbers.text);
	redis_add(redis, &times, "HGETALL %s", times.text);
	return redis_run(redis, err);
}

struct hit_row {
	char *field; /* borrowed */
	int64_t n, last_s;
};

static int
compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct hit_row *)a)->field,
	    ((const struct hit_row *)b)->field);
}

/* Fill in the times, and visit the rows. Rows without a time count as old. */
static void
visit_hits(struct hit_row *rows, size_t n, const redisReply *times,
    store_hit_fn *visit, void *arg)
{
	qsort(rows, n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i + 1 < times->elements; i += 2) {
		const struct hit_row wanted = {.field = times->element[i]->str};
		struct hit_row *row =
		    bsearch(&wanted, rows, n, sizeof(*rows), compare_rows);

		if (row != NULL)
			row->last_s = redis_number(times->element[i + 1]);
	}
	for (size_t i = 0; i < n; i++) {
		struct store_hit hit = {
		    .n = rows[i].n, .last_s = rows[i].last_s};

		if (parse_hit_field(rows[i].field, &hit) == 0)
			visit(&hit, arg);
	}
}

static enum store_rc
redis_hits(struct store *store, store_hit_fn *visit, void *arg, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	const redisReply *numbers;
	struct hit_row *rows;
	size_t n;

	if (read_hits(redis, err) != STORE_OK)
		return STORE_FAILED;
	numbers = redis_reply(redis, 0);
	n = numbers->elements / 2;
	rows = calloc(n + 1, sizeof(*rows));
	if (rows == NULL) {
		err_no_memory(err);
		return STORE_FAILED;
	}
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct hit_row){
		    .field = numbers->element[2 * i]->str,
		    .n = redis_number(numbers->element[2 * i + 1]),
		};
	visit_hits(rows, n, redis_reply(redis, 1), visit, arg);
	free(rows);
	return STORE_OK;
}

/* ---- Counts ---- */

static void
name_of_hour(const struct redis *redis, int64_t hour_s, struct redis_name *out)
{
	char part[32];

	snprintf(part, sizeof(part), "hour:%" PRId64, hour_s);
	redis_name_of_part(redis, part, out);
}

static void
add_hourly(struct redis *redis, const struct hourly_stats_count *counts,
    size_t n)
{
	struct redis_name hours, hour;

	redis_name_of_part(redis, "hours", &hours);
	for (size_t i = 0; i < n; i++) {
		name_of_hour(redis, counts[i].hour_s, &hour);
		redis_add(redis, &hour, "HINCRBY %s %s:%s:%lld %lld", hour.text,
		    counts[i].name, counts[i].client_class,
		    (long long)counts[i].bound_s, (long long)counts[i].n);
		if (i == 0 || counts[i].hour_s != counts[i - 1].hour_s)
			redis_add(redis, &hours, "ZADD %s %lld %lld",
			    hours.text, (long long)counts[i].hour_s,
			    (long long)counts[i].hour_s);
	}
}

static enum store_rc
redis_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct hourly_stats_count *counts, size_t counts_n,
    struct err *err)
{
	struct redis *redis = (struct redis *)store;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	add_hits(redis, hits, hits_n);
	add_hourly(redis, counts, counts_n);
	return redis_run_some(redis, err);
}

/* Find the hours from from_s on and before to_s. The caller frees the reply. */
static redisReply *
find_hours(struct redis *redis, int64_t from_s, int64_t to_s, struct err *err)
{
	struct redis_name hours;

	if (redis_begin(redis, err) != 0)
		return NULL;
	redis_name_of_part(redis, "hours", &hours);
	redis_add(redis, &hours, "ZRANGEBYSCORE %s %lld (%lld", hours.text,
	    (long long)from_s, (long long)to_s);
	if (redis_run(redis, err) != STORE_OK)
		return NULL;
	return redis_take_reply(redis, 0);
}

static int
compare_counts(const void *a, const void *b)
{
	const struct hourly_stats_count *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = strcmp(x->client_class, y->client_class);
	return order != 0
	    ? order
	    : (x->bound_s > y->bound_s) - (x->bound_s < y->bound_s);
}

/* Parse a field "NAME:CLASS:BOUND". Returns false if it has another form. */
static bool
parse_count(char *field, struct hourly_stats_count *out)
{
	char *bound = strrchr(field, ':'), *client_class;

	if (bound == NULL)
		return false;
	*bound = '\0';
	client_class = strrchr(field, ':');
	if (client_class == NULL)
		return false;
	*client_class = '\0';
	out->name = field;
	out->client_class = client_class + 1;
	out->bound_s = strtoll(bound + 1, NULL, 10);
	return true;
}

/* Visit the counts of one hour, in the order of name, class and bound. */
static int
visit_hour(const redisReply *reply, int64_t hour_s, store_count_fn *visit,
    void *arg)
{
	size_t n = reply->elements / 2, found_n = 0;
	struct hourly_stats_count *counts = calloc(n + 1, sizeof(*counts));

	if (counts == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct hourly_stats_count *count = &counts[found_n];

		if (!parse_count(reply->element[2 * i]->str, count))
			continue;
		count->hour_s = hour_s;
		count->n = redis_number(reply->element[2 * i + 1]);
		found_n++;
	}
	qsort(counts, found_n, sizeof(*counts), compare_counts);
	for (size_t i = 0; i < found_n; i++)
		visit(&counts[i], arg);
	free(counts);
	return 0;
}

static enum store_rc
read_hours(struct redis *redis, const redisReply *hours, store_count_fn *visit,
    void *arg, struct err *err)
{
	struct redis_name name;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	for (size_t i = 0; i < hours->elements; i++) {
		name_of_hour(redis, redis_number(hours->element[i]), &name);
		redis_add(redis, &name, "HGETALL %s", name.text);
	}
	if (redis_run(redis, err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < hours->elements; i++)
		if (visit_hour(redis_reply(redis, i),
			redis_number(hours->element[i]), visit, arg) != 0) {
			err_no_memory(err);
			return STORE_FAILED;
		}
	return STORE_OK;
}

static enum store_rc
redis_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	redisReply *hours = find_hours(redis, from_s, to_s, err);
	enum store_rc rc;

	if (hours == NULL)
		return STORE_FAILED;
	rc = read_hours(redis, hours, visit, arg, err);
	freeReplyObject(hours);
	return rc;
}

/* ---- Tidying ---- */

static enum store_rc
tidy_counts(struct redis *redis, int64_t before_s, struct err *err)
{
	redisReply *old = find_hours(redis, INT64_MIN, before_s, err);
	struct redis_name hours, hour;
	enum store_rc rc = STORE_FAILED;

	if (old == NULL)
		return STORE_FAILED;
	redis_name_of_part(redis, "hours", &hours);
	if (redis_begin(redis, err) == 0) {
		for (size_t i = 0; i < old->elements; i++) {
			name_of_hour(redis, redis_number(old->element[i]),
			    &hour);
			redis_add(redis, &hour, "DEL %s", hour.text);
			redis_add(redis, &hours, "ZREM %s %s", hours.text,
			    old->element[i]->str);
		}
		rc = redis_run(redis, err);
	}
	freeReplyObject(old);
	return rc;
}

static enum store_rc
tidy_hits(struct redis *redis, int64_t before_s, struct err *err)
{
	struct redis_name numbers, times;
	redisReply *last;
	enum store_rc rc = STORE_FAILED;

	if (read_hits(redis, err) != STORE_OK)
		return STORE_FAILED;
	last = redis_take_reply(redis, 1);
	redis_name_of_part(redis, "hits", &numbers);
	redis_name_of_part(redis, "hit-times", &times);
	if (redis_begin(redis, err) == 0) {
		for (size_t i = 0; i + 1 < last->elements; i += 2)
			if (redis_number(last->element[i + 1]) < before_s)
				redis_add(redis, &numbers,
				    "EVALSHA %s 2 %s %s %b %lld",
				    redis_sha(redis, REDIS_REMOVE_HIT),
				    numbers.text, times.text,
				    last->element[i]->str,
				    (size_t)last->element[i]->len,
				    (long long)before_s);
		rc = redis_run(redis, err);
	}
	freeReplyObject(last);
	return rc;
}

static enum store_rc
redis_tidy(struct store *store, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	struct redis *redis = (struct redis *)store;

	if (redis_tidy_entries(redis, now_s, entries_n_out, err) != STORE_OK ||
	    tidy_hits(redis, now_s - STORE_HISTORY_S, err) != STORE_OK)
		return STORE_FAILED;
	return tidy_counts(redis, now_s - STORE_HISTORY_S, err);
}

const struct count_store_ops redis_count_ops = {
    .add_counts = redis_add_counts,
    .hits = redis_hits,
    .counts = redis_counts,
    .tidy = redis_tidy,
};
