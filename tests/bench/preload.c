/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * preload: fills a database for the benchmark.
 *
 *   preload DATABASE ROWS [EXPIRED [WAITING]]
 *
 * DATABASE is a URI as in tardigrey.conf(5). ROWS is the number of records. One
 * record in ten is of an auto-whitelisted client, the others are of triplets
 * that have passed. EXPIRED is the number of additional records that have
 * expired. WAITING is the number of additional triplets that were deferred
 * once; each has one record or two. See keys.h.
 *
 * The keys are divided into shards in their order. The records of a shard are
 * inserted in random order, one shard after the other. So the pages of the
 * database are as full as after inserts in random order, but a shard fits into
 * the cache, which is faster.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/keys.h"
#include "decide/key.h"
#include "store/store_open.h"

#define BATCH 1000
#define SHARD 10000 /* triplets; they fit into SQLite's cache */
#define DAY_S 86400

struct loader {
	struct store *store;
	int64_t now_s;
	size_t n;
	struct store_change changes[BATCH];
	struct key triplets[BATCH];
};

static _Noreturn void
die(const struct err *err)
{
	fprintf(stderr, "preload: %s\n", err->text);
	exit(EXIT_FAILURE);
}

static void
flush(struct loader *loader)
{
	struct err err;

	if (loader->n > 0 &&
	    loader->store->records->apply(loader->store, loader->changes,
		loader->n, &err) != STORE_OK)
		die(&err);
	loader->n = 0;
}

/* Make a record that was last seen seen_days ago, and expires keep_days after
 * that. */
static struct record
record_of(const struct loader *loader, int seen_days, int keep_days,
    bool passed)
{
	int64_t seen_s = loader->now_s - (int64_t)seen_days * DAY_S;

	return (struct record){
	    .first_seen_s = seen_s - DAY_S,
	    .last_seen_s = seen_s,
	    .passed_s = passed ? seen_s - DAY_S / 2 : 0,
	    .expires_s = seen_s + (int64_t)keep_days * DAY_S,
	    .deferred_n = 1,
	    .passed_n = passed ? 3 : 0,
	};
}

static struct record
waiting_record(const struct loader *loader)
{
	return (struct record){
	    .first_seen_s = loader->now_s,
	    .last_seen_s = loader->now_s,
	    .expires_s = loader->now_s + DAY_S,
	    .deferred_n = 1,
	};
}

static struct record
record_for(const struct loader *loader, enum envelope_kind kind, uint64_t i)
{
	if (kind == ENVELOPE_NEW)
		return waiting_record(loader);
	if (kind != ENVELOPE_EXPIRED)
		return record_of(loader, 0, 35, true);
	return i % 2 == 0 ? record_of(loader, 60, 35, true)
			  : record_of(loader, 3, 0, false);
}

/* The key kinds that the daemon writes for each kind of envelope, as bits. */
static const unsigned kinds_of_envelope[] = {
    [ENVELOPE_KNOWN] = 1U << KEY_TRIPLET_NETWORK | 1U << KEY_TRIPLET_POOL,
    [ENVELOPE_AUTO] =
	1U << KEY_AUTO_WHITELIST_ADDRESS | 1U << KEY_AUTO_WHITELIST_DOMAIN,
    [ENVELOPE_EXPIRED] = 1U << KEY_TRIPLET_NETWORK,
    [ENVELOPE_NEW] = 1U << KEY_TRIPLET_NETWORK | 1U << KEY_TRIPLET_POOL,
};

static void
add_row(struct loader *loader, const struct key *triplet,
    const struct record *record, const struct store_client *client)
{
	struct store_change *change = &loader->changes[loader->n];

	loader->triplets[loader->n] = *triplet;
	*change = (struct store_change){
	    .key = &loader->triplets[loader->n],
	    .change = {.how = CHANGE_MERGE, .record = *record},
	    .client = *client,
	};
	if (++loader->n == BATCH)
		flush(loader);
}

static void
add(struct loader *loader, enum envelope_kind kind, uint64_t i, uint64_t of)
{
	static const struct key_rules rules = {
	    .ipv4_prefix_bits = 24,
	    .ipv6_prefix_bits = 64,
	    .pools = true,
	};
	struct request request = {.client_name_confirmed = true};
	struct key keys[KEY_KINDS];
	struct record record = record_for(loader, kind, i);
	struct envelope envelope;
	struct store_client client = {.has_pool = false};
	unsigned there;

	keys_make(kind, i, of, &envelope);
	strcpy(request.client_name, envelope.name);
	strcpy(request.sender, envelope.sender);
	strcpy(request.recipient, envelope.recipient);
	if (netaddr_parse(envelope.address, &request.client) != 0)
		abort();
	there =
	    keys_of_request(&request, &rules, keys) & kinds_of_envelope[kind];
	client.address = request.client;
	client.has_pool = (there & 1U << KEY_TRIPLET_POOL) != 0;
	for (int key_kind = 0; key_kind < KEY_KINDS; key_kind++)
		if ((there & 1U << key_kind) != 0)
			add_row(loader, &keys[key_kind], &record, &client);
}

static void
shuffle(uint64_t *rows, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t with = (size_t)(keys_mix(rows[i - 1]) % i);
		uint64_t row = rows[with];

		rows[with] = rows[i - 1];
		rows[i - 1] = row;
	}
}

static void
load(struct loader *loader, enum envelope_kind kind, uint64_t n)
{
	uint64_t rows[SHARD];
	size_t rows_n = 0;

	for (uint64_t i = 0; i < n; i++) {
		rows[rows_n++] = i;
		if (rows_n < SHARD && i + 1 < n)
			continue;
		shuffle(rows, rows_n);
		for (size_t k = 0; k < rows_n; k++)
			add(loader, kind, rows[k], n);
		rows_n = 0;
	}
	flush(loader);
}

int
main(int argc, char **argv)
{
	static struct loader loader; /* large */
	const struct store_options options = {
	    .timeout_ms = 10000,
	    .durability = DURABILITY_OFF,
	};
	uint64_t rows, expired_n, waiting_n;
	struct err err;

	if (argc < 3 || argc > 5) {
		fputs("usage: preload DATABASE ROWS [EXPIRED [WAITING]]\n",
		    stderr);
		return 2;
	}
	rows = strtoull(argv[2], NULL, 10);
	expired_n = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	waiting_n = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
	loader.now_s = time(NULL);
	loader.store = store_open(argv[1], &options, &err);
	if (loader.store == NULL)
		die(&err);
	load(&loader, ENVELOPE_AUTO, keys_auto_n(rows));
	load(&loader, ENVELOPE_KNOWN, keys_known_n(rows));
	load(&loader, ENVELOPE_EXPIRED, expired_n);
	load(&loader, ENVELOPE_NEW, waiting_n);
	store_close(loader.store);
	return EXIT_SUCCESS;
}
