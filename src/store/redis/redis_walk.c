/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Walks over all records, by SCAN on one node after the other. A walk keeps the
 * reply of SCAN until it has read all records that the reply names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/redis/redis.h"

#define SCAN_N "1000" /* names that the server looks at in one call */

struct redis_walk {
	struct record_walk walk;
	char pattern[REDIS_PATTERN_SIZE];
	uint64_t topology_number; /* 0: not begun */
	size_t node;
	char cursor[REDIS_CURSOR_SIZE];
	bool node_is_done; /* the last SCAN of the node was sent */
	redisReply *names; /* owned; or NULL */
	size_t names_read_n;
};

struct record_walk *
redis_walk_client(struct store *store, const char *client, struct err *err)
{
	struct redis_walk *walk = calloc(1, sizeof(*walk));

	if (walk == NULL) {
		err_no_memory(err);
		return NULL;
	}
	walk->walk.done =
	    !redis_pattern((const struct redis *)store, client, walk->pattern);
	strcpy(walk->cursor, "0");
	return &walk->walk;
}

struct record_walk *
redis_walk_all(struct store *store, struct err *err)
{
	return redis_walk_client(store, NULL, err);
}

void
redis_walk_free(struct record_walk *walk)
{
	struct redis_walk *redis_walk = (struct redis_walk *)walk;

	if (redis_walk == NULL)
		return;
	if (redis_walk->names != NULL)
		freeReplyObject(redis_walk->names);
	free(redis_walk);
}

/* The names that are left, if any. */
static size_t
names_left(const struct redis_walk *walk)
{
	return walk->names != NULL
	    ? walk->names->element[1]->elements - walk->names_read_n
	    : 0;
}

bool
redis_is_scan(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
	    reply->element[0]->type == REDIS_REPLY_STRING &&
	    reply->element[0]->len < REDIS_CURSOR_SIZE &&
	    reply->element[1]->type == REDIS_REPLY_ARRAY;
}

static enum store_rc
scan(struct redis *redis, struct redis_walk *walk, struct err *err)
{
	redis_add_to_node(redis, walk->node, "SCAN %s MATCH %s COUNT " SCAN_N,
	    walk->cursor, walk->pattern);
	if (redis_run(redis, err) != STORE_OK)
		return STORE_FAILED;
	if (!redis_is_scan(redis_reply(redis, 0))) {
		err_set(err, "SCAN: the reply is not understood");
		return STORE_FAILED;
	}
	if (walk->names != NULL)
		freeReplyObject(walk->names);
	walk->names = redis_take_reply(redis, 0);
	walk->names_read_n = 0;
	strcpy(walk->cursor, walk->names->element[0]->str);
	walk->node_is_done = strcmp(walk->cursor, "0") == 0;
	return STORE_OK;
}

/* Begin a pipeline, and see that the walk has names to read, unless it is at
 * its end. A cursor is worth nothing on another server, so after a new
 * connection the walk begins again at the first node. It may then visit
 * records twice. */
static enum store_rc
fetch_names(struct redis *redis, struct redis_walk *walk, struct err *err)
{
	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	if (walk->topology_number != redis->topology_number) {
		walk->topology_number = redis->topology_number;
		walk->node = 0;
		walk->node_is_done = false;
		strcpy(walk->cursor, "0");
	}
	if (names_left(walk) > 0)
		return STORE_OK;
	if (walk->node_is_done && walk->node + 1 < redis->topology->nodes_n) {
		walk->node++;
		walk->node_is_done = false;
	}
	if (!walk->node_is_done)
		return scan(redis, walk, err);
	return STORE_OK;
}

/* Read the records of the next names, at most n_max. Sets *n_out to their
 * number; the reply to command i belongs to name i. */
static enum store_rc
read_records(struct redis *redis, const struct redis_walk *walk, size_t n_max,
    size_t *n_out, struct err *err)
{
	size_t n = names_left(walk) < n_max ? names_left(walk) : n_max;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++) {
		const redisReply *from =
		    walk->names->element[1]->element[walk->names_read_n + i];
		struct redis_name name = {.n = 0};

		if (from->len <= sizeof(name.text)) {
			memcpy(name.text, from->str, from->len);
			name.n = from->len;
		}
		redis_add(redis, &name, "HMGET %b " REDIS_FIELDS, name.text,
		    name.n);
	}
	*n_out = n;
	return redis_run(redis, err);
}

static void
move_on(const struct redis *redis, struct redis_walk *walk, size_t n)
{
	walk->names_read_n += n;
	walk->walk.done = names_left(walk) == 0 && walk->node_is_done &&
	    redis->topology != NULL &&
	    walk->node + 1 >= redis->topology->nodes_n;
}

/* Read a slice of records. rows has room for n_max rows. The names of other
 * programs, and of records that are gone, give no row. */
enum store_rc
redis_walk_next(struct store *store, struct record_walk *base, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	struct redis_walk *walk = (struct redis_walk *)base;
	size_t names_n, n = 0;

	if (fetch_names(redis, walk, err) != STORE_OK ||
	    read_records(redis, walk, n_max, &names_n, err) != STORE_OK)
		return STORE_FAILED;
	for (size_t i = 0; i < names_n; i++) {
		const redisReply *name =
		    walk->names->element[1]->element[walk->names_read_n + i];

		if (redis_parse_record(redis_reply(redis, i),
			&rows[n].record) &&
		    redis_key_of_name(redis, name->str, name->len,
			&rows[n].key) == 0)
			n++;
	}
	move_on(redis, walk, names_n);
	*n_out = n;
	return STORE_OK;
}

/* ---- Expiring ---- */

/* The server removes records by itself some time after they have expired. */
static void
count(const struct record *record, struct expiry_counts *counts)
{
	if (record->passed_s != 0)
		counts->passed_n++;
	else
		counts->waiting_n++;
}

enum store_rc
redis_expire_next(struct store *store, struct record_walk *base, int64_t now_s,
    size_t n_max, struct expiry_counts *counts, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	struct store_row *rows = calloc(n_max, sizeof(*rows));
	size_t n = 0, expired_n = 0;
	enum store_rc rc;

	if (rows == NULL) {
		err_no_memory(err);
		return STORE_FAILED;
	}
	rc = redis_walk_next(store, base, n_max, rows, &n, err);
	if (rc == STORE_OK && redis_begin(redis, err) != 0)
		rc = STORE_FAILED;
	for (size_t i = 0; rc == STORE_OK && i < n; i++) {
		struct redis_name name;

		if (rows[i].record.expires_s >= now_s)
			continue;
		redis_name_of_key(redis, &rows[i].key, &name);
		redis_add(redis, &name, "EVALSHA %s 1 %b %lld",
		    redis_sha(redis, REDIS_EXPIRE), name.text, name.n,
		    (long long)now_s);
		rows[expired_n++] = rows[i];
	}
	if (rc == STORE_OK)
		rc = redis_run(redis, err);
	if (rc == STORE_OK)
		counts->seen_n += (int64_t)n;
	for (size_t i = 0; rc == STORE_OK && i < expired_n; i++)
		if (redis_number(redis_reply(redis, i)) == 1)
			count(&rows[i].record, counts);
	free(rows);
	return rc;
}
