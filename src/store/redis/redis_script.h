/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_SCRIPT_H
#define TARDIGREY_STORE_REDIS_REDIS_SCRIPT_H

#include "store/redis/redis_node.h"

/*
 * redis_script: the scripts that run inside the server. Each makes one change,
 * and the server runs nothing else meanwhile.
 *
 * Numbers are decimal texts. Lua calculates with 53 bits, so the scripts
 * compare the texts.
 */

enum redis_script {
	/* KEYS: record. ARGV: first_seen_s, last_seen_s, passed_s, expires_s,
	 * deferred_n, passed_n, delay_s; and for a restart: first_seen_s,
	 * last_seen_s and passed_s of the record that was read. As
	 * record_apply(). */
	REDIS_MERGE,
	/* KEYS: record. ARGV: now_s. Removes the record if it has expired.
	 * Returns 1 if it did. */
	REDIS_EXPIRE,
	/* KEYS: entries, generation. ARGV: field, value. */
	REDIS_PUT_ENTRY,
	/* KEYS: entries, generation, hits, times of hits. ARGV: field, field of
	 * the hits; the value, or "" for any. Removes the entry if it has this
	 * value. Returns 1 if it did. */
	REDIS_REMOVE_ENTRY,
	/* KEYS: hits, times of hits. ARGV: field, n, last_s. */
	REDIS_ADD_HIT,
	/* KEYS: hits, times of hits. ARGV: field, before_s. Removes the hits if
	 * the last one was before. */
	REDIS_REMOVE_HIT,
	/* KEYS: decisions of an hour. ARGV: TIME_S LINE of each, with newlines;
	 * time to live in seconds. */
	REDIS_ADD_DECISIONS,
	/* KEYS: decisions of an hour. ARGV: number, n. Returns at most n after
	 * the one with this number. */
	REDIS_READ_DECISIONS,
	/* KEYS: decisions of an hour. ARGV: number of the first, excess_n,
	 * before_s, n_max. Removes the first excess_n and then those before
	 * before_s, at most n_max. Does nothing if another one is the first:
	 * then another daemon has trimmed. Returns how many. */
	REDIS_TRIM_DECISIONS,
};
#define REDIS_SCRIPTS (REDIS_TRIM_DECISIONS + 1)

#define REDIS_SHA_SIZE 41
struct redis_scripts {
	char sha[REDIS_SCRIPTS][REDIS_SHA_SIZE];
};

/* Load all scripts into a server, in one round trip. Returns 0, or -1 and a
 * sentence. */
int redis_scripts_load(struct redis_node *node, int64_t deadline_ms,
    struct redis_scripts *scripts, struct err *err);

#endif
