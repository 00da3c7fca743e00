/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The record store in memory. When a walk begins, it copies all keys. Each step
 * of the walk looks up the record of the next key.
 */
#include <stdlib.h>
#include <string.h>

#include "store/memory/memory.h"

#define BUCKETS_FIRST 1024

int
memory_records_init(struct memory *memory)
{
	memory->buckets = calloc(BUCKETS_FIRST, sizeof(struct memory_record *));
	memory->buckets_n = BUCKETS_FIRST;
	return memory->buckets != NULL ? 0 : -1;
}

static void
free_chain(struct memory_record *record)
{
	while (record != NULL) {
		struct memory_record *next = record->next;

		free(record);
		record = next;
	}
}

void
memory_records_free(struct memory *memory)
{
	for (size_t i = 0; memory->buckets != NULL && i < memory->buckets_n;
	     i++)
		free_chain(memory->buckets[i]);
	free(memory->buckets);
}

/* ---- Keys ---- */

static const char *
sender_of(const struct memory_record *record)
{
	return record->texts + strlen(record->texts) + 1;
}

static const char *
recipient_of(const struct memory_record *record)
{
	const char *sender = sender_of(record);

	return sender + strlen(sender) + 1;
}

/* Allocate a record with this key. The member "record" is not set. Returns NULL
 * if memory is short. */
static struct memory_record *
record_new(const struct key *key)
{
	size_t client_n = strlen(key->client) + 1;
	size_t sender_n = strlen(key->sender) + 1;
	size_t recipient_n = strlen(key->recipient) + 1;
	size_t texts_n = client_n + sender_n + recipient_n;
	struct memory_record *record = malloc(sizeof(*record) + texts_n);

	if (record == NULL)
		return NULL;
	record->next = NULL;
	record->hash = key_hash(key);
	record->kind = key->kind;
	record->texts_n = texts_n;
	memcpy(record->texts, key->client, client_n);
	memcpy(record->texts + client_n, key->sender, sender_n);
	memcpy(record->texts + client_n + sender_n, key->recipient,
	    recipient_n);
	return record;
}

void
memory_copy_key(const struct memory_record *record, struct key *out)
{
	out->kind = record->kind;
	strcpy(out->client, record->texts);
	strcpy(out->sender, sender_of(record));
	strcpy(out->recipient, recipient_of(record));
}

static bool
has_key(const struct memory_record *record, uint64_t hash,
    const struct key *key)
{
	return record->hash == hash && record->kind == key->kind &&
	    strcmp(record->texts, key->client) == 0 &&
	    strcmp(sender_of(record), key->sender) == 0 &&
	    strcmp(recipient_of(record), key->recipient) == 0;
}

/* The link that points to the record of a key, or to NULL at the end of the
 * chain. */
static struct memory_record **
find(const struct memory *memory, const struct key *key)
{
	uint64_t hash = key_hash(key);
	struct memory_record **link =
	    &memory->buckets[hash % memory->buckets_n];

	while (*link != NULL && !has_key(*link, hash, key))
		link = &(*link)->next;
	return link;
}

/* ---- Looking up ---- */

static enum store_rc
memory_lookup(struct store *store, const struct key *keys, size_t n,
    struct store_answer *answers, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		const struct memory_record *record = *find(memory, &keys[i]);

		answers[i].found = record != NULL;
		if (record != NULL)
			answers[i].record = record->record;
	}
	return STORE_OK;
}

/* ---- Applying ---- */

static void
push(struct memory_record **buckets, size_t buckets_n,
    struct memory_record *record)
{
	struct memory_record **bucket = &buckets[record->hash % buckets_n];

	record->next = *bucket;
	*bucket = record;
}

/* If memory is short, keep the old table: it still works, only slower. */
static void
grow(struct memory *memory)
{
	size_t buckets_n = memory->buckets_n * 2;
	struct memory_record **buckets =
	    calloc(buckets_n, sizeof(struct memory_record *));

	if (buckets == NULL)
		return;
	for (size_t i = 0; i < memory->buckets_n; i++) {
		struct memory_record *record, *next;

		for (record = memory->buckets[i]; record != NULL;
		     record = next) {
			next = record->next;
			push(buckets, buckets_n, record);
		}
	}
	free(memory->buckets);
	memory->buckets = buckets;
	memory->buckets_n = buckets_n;
}

static void
insert(struct memory *memory, struct memory_record *record)
{
	push(memory->buckets, memory->buckets_n, record);
	memory->records_n++;
	if (memory->records_n > memory->buckets_n)
		grow(memory);
}

static void
take_out(struct memory *memory, struct memory_record **link)
{
	struct memory_record *record = *link;

	*link = record->next;
	free(record);
	memory->records_n--;
}

/* Apply one change. "spare" is a new record with the key of the change. It is
 * inserted if the key has no record, otherwise freed. */
static void
apply_one(struct memory *memory, const struct store_change *change,
    struct memory_record *spare)
{
	struct memory_record **link = find(memory, change->key);
	const bool was_found = *link != NULL;
	bool found = was_found;

	record_apply(was_found ? &(*link)->record : &spare->record, &found,
	    &change->change);
	if (was_found && !found)
		take_out(memory, link);
	if (!was_found && found)
		insert(memory, spare);
	else
		free(spare);
}

static enum store_rc
memory_apply(struct store *store, const struct store_change *changes, size_t n,
    struct err *err)
{
	struct memory *memory = (struct memory *)store;

	for (size_t i = 0; i < n; i++) {
		struct memory_record *spare = record_new(changes[i].key);

		if (spare == NULL) {
			err_no_memory(err);
			return STORE_FAILED;
		}
		apply_one(memory, &changes[i], spare);
	}
	return STORE_OK;
}

/* ---- Walking ---- */

struct memory_walk {
	struct record_walk walk;
	struct memory_record *next; /* owned; copies of the keys to visit */
};

static void
memory_walk_free(struct record_walk *walk)
{
	struct memory_walk *memory_walk = (struct memory_walk *)walk;

	if (memory_walk == NULL)
		return;
	free_chain(memory_walk->next);
	free(memory_walk);
}

/* Add the key of a record to a walk. Returns 0, or -1 when memory is short. */
static int
add_key(struct memory_walk *walk, const struct memory_record *record)
{
	size_t size = sizeof(*record) + record->texts_n;
	struct memory_record *copy = malloc(size);

	if (copy == NULL)
		return -1;
	memcpy(copy, record, size);
	copy->next = walk->next;
	walk->next = copy;
	return 0;
}

/* Add the keys of one client to a walk; client NULL: of all clients. */
static int
add_keys(struct memory_walk *walk, const struct memory *memory,
    const char *client)
{
	for (size_t i = 0; i < memory->buckets_n; i++)
		for (const struct memory_record *record = memory->buckets[i];
		     record != NULL; record = record->next)
			if ((client == NULL ||
				strcmp(record->texts, client) == 0) &&
			    add_key(walk, record) != 0)
				return -1;
	return 0;
}

static struct record_walk *
memory_walk_client(struct store *store, const char *client, struct err *err)
{
	struct memory_walk *walk = calloc(1, sizeof(*walk));

	if (walk != NULL &&
	    add_keys(walk, (const struct memory *)store, client) == 0)
		return &walk->walk;
	memory_walk_free((struct record_walk *)walk);
	err_no_memory(err);
	return NULL;
}

static struct record_walk *
memory_walk_all(struct store *store, struct err *err)
{
	return memory_walk_client(store, NULL, err);
}

/* Go on to the next key that still has a record. Returns the link to that
 * record and sets *key, or returns NULL at the end. */
static struct memory_record **
step(struct memory_walk *walk, const struct memory *memory, struct key *key)
{
	while (walk->next != NULL) {
		struct memory_record *at = walk->next;
		struct memory_record **link;

		memory_copy_key(at, key);
		walk->next = at->next;
		free(at);
		link = find(memory, key);
		if (*link != NULL)
			return link;
	}
	return NULL;
}

static enum store_rc
memory_walk_next(struct store *store, struct record_walk *walk, size_t n_max,
    struct store_row *rows, size_t *n_out, struct err *err)
{
	struct memory_walk *memory_walk = (struct memory_walk *)walk;
	size_t n = 0;

	(void)err;
	while (n < n_max) {
		struct memory_record **link = step(memory_walk,
		    (const struct memory *)store, &rows[n].key);

		if (link == NULL)
			break;
		rows[n++].record = (*link)->record;
	}
	walk->done = memory_walk->next == NULL;
	*n_out = n;
	return STORE_OK;
}

static enum store_rc
memory_expire_next(struct store *store, struct record_walk *walk, int64_t now_s,
    size_t n_max, struct expiry_counts *counts, struct err *err)
{
	struct memory_walk *memory_walk = (struct memory_walk *)walk;
	struct memory *memory = (struct memory *)store;
	struct memory_record **link;
	struct key key;

	(void)err;
	for (size_t n = 0;
	     n < n_max && (link = step(memory_walk, memory, &key)) != NULL;
	     n++) {
		counts->seen_n++;
		if ((*link)->record.expires_s >= now_s)
			continue;
		if ((*link)->record.passed_s != 0)
			counts->passed_n++;
		else
			counts->waiting_n++;
		take_out(memory, link);
	}
	walk->done = memory_walk->next == NULL;
	return STORE_OK;
}

const struct record_store_ops memory_record_ops = {
    .lookup = memory_lookup,
    .apply = memory_apply,
    .walk_all = memory_walk_all,
    .walk_client = memory_walk_client,
    .walk_next = memory_walk_next,
    .expire_next = memory_expire_next,
    .walk_free = memory_walk_free,
    .census = memory_census,
    .newest_waiting = memory_newest_waiting,
};
