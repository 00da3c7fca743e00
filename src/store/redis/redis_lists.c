/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * List entries, in the hash "entries". A field is LIST, KIND and PATTERN, and a
 * value is EFFECT, DELAY_S, CREATED_S, EXPIRES_S, AUTHOR and COMMENT, with
 * newlines between them. EFFECT is the number of enum list_effect.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/redis/redis.h"

#define VALUE_SIZE (STORE_COMMENT_SIZE + STORE_AUTHOR_SIZE + 100)

/* ---- Texts ---- */

static struct store_hit
key_of(bool whitelists, enum list_kind kind, const char *pattern)
{
	return (struct store_hit){
	    .source = "",
	    .kind = kind,
	    .whitelists = whitelists,
	    .pattern = pattern,
	};
}

/* The field of an entry is that of its hits without the source, which is
 * empty. */
static const char *
field_of(const char *hit_field)
{
	return hit_field + 1;
}

/* Copy one line of at most size - 1 octets. Returns the text after it, or NULL
 * if there is no such line. */
static const char *
take_line(const char *at, char *out, size_t size)
{
	const char *end = at != NULL ? strchr(at, '\n') : NULL;

	if (end == NULL || (size_t)(end - at) >= size)
		return NULL;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	return end + 1;
}

static int
parse_field(const char *field, bool *whitelists, struct store_entry *out)
{
	char list[16], kind[16];
	const char *at = take_line(field, list, sizeof(list));

	at = take_line(at, kind, sizeof(kind));
	if (at == NULL || list_kind_parse(kind, &out->kind) != 0 ||
	    strlen(at) >= sizeof(out->pattern))
		return -1;
	*whitelists = strcmp(list, "whitelist") == 0;
	strcpy(out->pattern, at);
	return 0;
}

static int
parse_value(const char *value, struct store_entry *out)
{
	char *at;

	out->effect = (enum list_effect)strtol(value, &at, 10);
	out->delay_s = strtoll(at, &at, 10);
	out->created_s = strtoll(at, &at, 10);
	out->expires_s = strtoll(at, &at, 10);
	if (*at != '\n')
		return -1;
	value = take_line(at + 1, out->author, sizeof(out->author));
	if (value == NULL || strlen(value) >= sizeof(out->comment))
		return -1;
	strcpy(out->comment, value);
	return 0;
}

/* Returns 0, or -1 if another program has written something else. */
static int
parse_entry(const char *field, const char *value, struct store_entry *out)
{
	bool whitelists;

	memset(out, 0, sizeof(*out));
	if (parse_field(field, &whitelists, out) != 0 ||
	    parse_value(value, out) != 0)
		return -1;
	return (out->effect == LIST_WHITELIST) == whitelists ? 0 : -1;
}

/* ---- Reading ---- */

static enum store_rc
redis_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	struct redis_name name;
	enum store_rc rc;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	redis_name_of_part(redis, "generation", &name);
	redis_add(redis, &name, "GET %s", name.text);
	rc = redis_run_partly(redis, err);
	if (rc == STORE_FAILED || redis_reply(redis, 0) == NULL)
		return rc;
	*generation_out = redis_number(redis_reply(redis, 0));
	return STORE_OK;
}

#define SCAN_N "1000" /* fields that the server looks at in one call */

/* All entries: what HSCAN has returned. HGETALL would block the server for all
 * its clients while it makes one large reply, and would have to end within
 * store_timeout. */
struct entries {
	redisReply **parts; /* owned; each is a cursor, and fields and values */
	size_t n, max;
	uint64_t topology_number;
};

static void
free_entries(struct entries *entries)
{
	for (size_t i = 0; i < entries->n; i++)
		freeReplyObject(entries->parts[i]);
	free(entries->parts);
}

static int
make_place(struct entries *entries, struct err *err)
{
	size_t max = entries->max == 0 ? 16 : 2 * entries->max;
	redisReply **parts;

	if (entries->n < entries->max)
		return 0;
	parts = realloc(entries->parts, max * sizeof(redisReply *));
	if (parts == NULL)
		return err_no_memory(err);
	entries->parts = parts;
	entries->max = max;
	return 0;
}

/* A cursor is worth nothing on another server. */
static int
read_part(struct redis *redis, struct entries *entries, const char *cursor,
    struct err *err)
{
	struct redis_name name;

	if (make_place(entries, err) != 0 || redis_begin(redis, err) != 0)
		return -1;
	if (entries->n == 0)
		entries->topology_number = redis->topology_number;
	else if (entries->topology_number != redis->topology_number)
		return err_set(err,
		    "the connection to the database was lost while the list "
		    "entries were read");
	redis_name_of_part(redis, "entries", &name);
	redis_add(redis, &name, "HSCAN %s %s COUNT " SCAN_N, name.text, cursor);
	if (redis_run(redis, err) != STORE_OK)
		return -1;
	if (!redis_is_scan(redis_reply(redis, 0)))
		return err_set(err, "HSCAN: the reply is not understood");
	entries->parts[entries->n++] = redis_take_reply(redis, 0);
	return 0;
}

/* Read all entries. The caller frees them, even after an error. */
static int
read_entries(struct redis *redis, struct entries *entries, struct err *err)
{
	const char *cursor = "0";

	memset(entries, 0, sizeof(*entries));
	do {
		if (read_part(redis, entries, cursor, err) != 0)
			return -1;
		cursor = entries->parts[entries->n - 1]->element[0]->str;
	} while (strcmp(cursor, "0") != 0);
	return 0;
}

struct pair {
	const char *field, *value; /* borrowed */
};

static int
compare_pairs(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->field,
	    ((const struct pair *)b)->field);
}

/* Make the pairs in the order of their fields. While the server enlarges the
 * hash, HSCAN may return a field twice: keep one. The caller frees the pairs.
 * Returns NULL when memory is short. */
static struct pair *
sort_entries(const struct entries *entries, size_t *n_out)
{
	size_t max = 0, n = 0, kept_n = 0;
	struct pair *pairs;

	for (size_t i = 0; i < entries->n; i++)
		max += entries->parts[i]->element[1]->elements / 2;
	pairs = calloc(max + 1, sizeof(*pairs));
	if (pairs == NULL)
		return NULL;
	for (size_t i = 0; i < entries->n; i++) {
		const redisReply *part = entries->parts[i]->element[1];

		for (size_t j = 0; j + 1 < part->elements; j += 2)
			pairs[n++] = (struct pair){
			    part->element[j]->str, part->element[j + 1]->str};
	}
	qsort(pairs, n, sizeof(*pairs), compare_pairs);
	for (size_t i = 0; i < n; i++)
		if (i == 0 ||
		    strcmp(pairs[i].field, pairs[kept_n - 1].field) != 0)
			pairs[kept_n++] = pairs[i];
	*n_out = kept_n;
	return pairs;
}

static enum store_rc
redis_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	struct entries entries;
	int rc = read_entries((struct redis *)store, &entries, err);
	struct pair *pairs = NULL;
	struct store_entry entry;
	size_t n = 0;

	if (rc == 0 && (pairs = sort_entries(&entries, &n)) == NULL)
		rc = err_no_memory(err);
	for (size_t i = 0; i < n; i++)
		if (parse_entry(pairs[i].field, pairs[i].value, &entry) == 0)
			visit(&entry, arg);
	free(pairs);
	free_entries(&entries);
	return rc == 0 ? STORE_OK : STORE_FAILED;
}

/* ---- Writing ---- */

static void
add_entry(struct redis *redis, const struct store_entry *entry)
{
	const struct store_hit key = key_of(entry->effect == LIST_WHITELIST,
	    entry->kind, entry->pattern);
	struct redis_name entries, generation;
	char field[REDIS_FIELD_SIZE], value[VALUE_SIZE];

	redis_hit_field(&key, field, sizeof(field));
	snprintf(value, sizeof(value),
	    "%d %" PRId64 " %" PRId64 " %" PRId64 "\n%s\n%s",
	    (int)entry->effect, entry->delay_s, entry->created_s,
	    entry->expires_s, entry->author, entry->comment);
	redis_name_of_part(redis, "entries", &entries);
	redis_name_of_part(redis, "generation", &generation);
	redis_add(redis, &entries, "EVALSHA %s 2 %s %s %s %s",
	    redis_sha(redis, REDIS_PUT_ENTRY), entries.text, generation.text,
	    field_of(field), value);
}

static enum store_rc
redis_put_entries(struct store *store, const struct store_entry *entries,
    size_t n, struct err *err)
{
	struct redis *redis = (struct redis *)store;

	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	for (size_t i = 0; i < n; i++)
		add_entry(redis, &entries[i]);
	return redis_run(redis, err);
}

/* value: remove only this one; "": any. */
static void
add_removal(struct redis *redis, const char *hit_field, const char *value)
{
	struct redis_name entries, generation, hits, times;

	redis_name_of_part(redis, "entries", &entries);
	redis_name_of_part(redis, "generation", &generation);
	redis_name_of_part(redis, "hits", &hits);
	redis_name_of_part(redis, "hit-times", &times);
	redis_add(redis, &entries, "EVALSHA %s 4 %s %s %s %s %s %s %s",
	    redis_sha(redis, REDIS_REMOVE_ENTRY), entries.text, generation.text,
	    hits.text, times.text, field_of(hit_field), hit_field, value);
}

static enum store_rc
redis_remove_entry(struct store *store, bool whitelists, enum list_kind kind,
    const char *pattern, bool *found_out, struct err *err)
{
	struct redis *redis = (struct redis *)store;
	const struct store_hit key = key_of(whitelists, kind, pattern);
	char field[REDIS_FIELD_SIZE];

	redis_hit_field(&key, field, sizeof(field));
	if (redis_begin(redis, err) != 0)
		return STORE_FAILED;
	add_removal(redis, field, "");
	if (redis_run(redis, err) != STORE_OK)
		return STORE_FAILED;
	*found_out = redis_number(redis_reply(redis, 0)) == 1;
	return STORE_OK;
}

/* Add the removals of the entries that have expired. */
static void
add_removals(struct redis *redis, const struct pair *pairs, size_t n,
    int64_t now_s)
{
	char field[REDIS_FIELD_SIZE];
	struct store_entry entry;

	for (size_t i = 0; i < n; i++) {
		if (parse_entry(pairs[i].field, pairs[i].value, &entry) != 0 ||
		    entry.expires_s == 0 || entry.expires_s >= now_s)
			continue;
		snprintf(field, sizeof(field), "\n%s", pairs[i].field);
		add_removal(redis, field, pairs[i].value);
	}
}

enum store_rc
redis_tidy_entries(struct redis *redis, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	struct entries entries;
	int failed = read_entries(redis, &entries, err);
	enum store_rc rc = STORE_FAILED;
	struct pair *pairs = NULL;
	size_t n;

	if (failed == 0 && (pairs = sort_entries(&entries, &n)) == NULL)
		err_no_memory(err);
	if (pairs != NULL && redis_begin(redis, err) == 0) {
		add_removals(redis, pairs, n, now_s);
		rc = redis_run(redis, err);
	}
	free(pairs);
	free_entries(&entries);
	*entries_n_out = 0;
	for (size_t i = 0; rc == STORE_OK && i < redis->commands_n; i++)
		*entries_n_out += redis_number(redis_reply(redis, i));
	return rc;
}

const struct list_store_ops redis_list_ops = {
    .generation = redis_generation,
    .entries = redis_entries,
    .put_entries = redis_put_entries,
    .remove_entry = redis_remove_entry,
};
