/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_H
#define TARDIGREY_STORE_REDIS_REDIS_H

#include <stdbool.h>
#include <stdint.h>

#include "decide/store.h"
#include "store/redis/redis_format.h"
#include "store/redis/redis_reconnect.h"
#include "store/redis/redis_topology.h"

/*
 * redis: an open Redis store, and how its files send commands.
 *
 * A caller begins a pipeline, adds commands to it, and runs it. All commands go
 * out together, so that a pipeline takes one round trip. Their replies come in
 * the order of the commands. The store follows the redirections of a cluster,
 * and loads scripts again that a server has lost.
 *
 *   redis_uri.c        the parts of a URI
 *   redis_node.c       a connection
 *   redis_tls.c        TLS on a connection
 *   redis_tls_files.c  its certificates
 *   redis_no_tls.c     for programs without TLS
 *   redis_format.c     commands in the form of the protocol
 *   redis_script.c     the scripts
 *   redis_topology.c   the servers, and the node of each slot
 *   redis_reconnect.c  a thread that connects again
 *   redis_connect.c    connects again, here or with the help of the thread
 *   redis.c            pipelines
 *   redis_key.c        the names of records
 *   redis_records.c, redis_walk.c, redis_lists.c, redis_counts.c,
 *   redis_decisions.c  the ports
 *   store_redis.c      opens and closes the store
 */

#define REDIS_NAME_MAX (REDIS_PREFIX_SIZE + sizeof(struct key) + 8)

/* The name of a key of the server. It may contain NULs. */
struct redis_name {
	char text[REDIS_NAME_MAX];
	size_t n;
};

struct redis_command {
	size_t at, text_n; /* of the text */
	size_t node;       /* its index */
	bool asks;         /* send ASKING in front of it */
	redisReply *reply; /* owned */
};

struct redis {
	struct store store;
	struct redis_uri uri;
	int64_t timeout_ms;
	int64_t deadline_ms;             /* of the batch; INT64_MAX: no batch */
	struct redis_topology *topology; /* owned; NULL: away */
	uint64_t topology_number;        /* changes with the topology */
	struct redis_reconnector *reconnector; /* owned; NULL: none */
	struct err why_away;
	struct redis_command *commands; /* owned; the pipeline */
	size_t commands_n, commands_size;
	struct redis_text text; /* of all commands of the pipeline */
	struct err problem;     /* the first one while adding; "": none */
};

/* Begin a pipeline. Returns 0, or -1 and a sentence if the servers are away. */
int redis_begin(struct redis *redis, struct err *err);

/* Add a command in the format of redis_format(). It goes to the node of the
 * key with this name, or to the node with this index. */
void redis_add(struct redis *redis, const struct redis_name *name,
    const char *format, ...);
void redis_add_to_node(struct redis *redis, size_t node, const char *format,
    ...);

/* The hash of a script, for EVALSHA. */
const char *redis_sha(const struct redis *redis, enum redis_script script);

/* Send the pipeline, and wait for all replies. Returns STORE_OK, or
 * STORE_FAILED and a sentence if one of the replies is an error or missing. */
enum store_rc redis_run(struct redis *redis, struct err *err);

/* The same, but return STORE_PARTLY and a sentence if only the replies of
 * servers that are away are missing. */
enum store_rc redis_run_some(struct redis *redis, struct err *err);

/* The same, but while only a part of the servers is away, return STORE_PARTLY
 * and a sentence. Then the replies of these servers are missing: NULL. */
enum store_rc redis_run_partly(struct redis *redis, struct err *err);

/* The reply to command i. The caller may take it: then it owns the reply. */
const redisReply *redis_reply(const struct redis *redis, size_t i);
redisReply *redis_take_reply(struct redis *redis, size_t i);

/* Whether this is a reply to SCAN or HSCAN: a cursor, as text of less than
 * REDIS_CURSOR_SIZE octets, and an array. */
#define REDIS_CURSOR_SIZE 24
bool redis_is_scan(const redisReply *reply);

/* Free the pipeline. */
void redis_clear(struct redis *redis);

/* ---- Connections ---- */

/* Connect to the servers unless there are connections. Returns 0 if at least a
 * part of the servers is connected, or -1 and a sentence if all are away. */
int redis_connect(struct redis *redis, struct err *err);

/* All servers are away: free the connections. */
void redis_disconnect(struct redis *redis);

/* Return the time when the servers must have answered. If one of several does
 * not answer, half of the time is left for calls to the others, unless that is
 * little. */
int64_t redis_deadline_of_part(const struct redis *redis);

/* ---- Names ---- */

/* The name of the record of a key. */
void redis_name_of_key(const struct redis *redis, const struct key *key,
    struct redis_name *out);

/* The key of a record with this name. Returns 0, or -1 if it is no name of a
 * record. */
int redis_key_of_name(const struct redis *redis, const char *name, size_t n,
    struct key *out);

/* The pattern for SCAN that all names match, or those of one client. Returns
 * false if no record can have this client. */
#define REDIS_PATTERN_SIZE (REDIS_PREFIX_SIZE + 2 * KEY_CLIENT_SIZE + 8)
bool redis_pattern(const struct redis *redis, const char *client,
    char out[REDIS_PATTERN_SIZE]);

/* The name of a key for lists and counts. They are all in one slot. */
void redis_name_of_part(const struct redis *redis, const char *part,
    struct redis_name *out);

/* ---- The ports ---- */

extern const struct record_store_ops redis_record_ops;
extern const struct list_store_ops redis_list_ops;
extern const struct count_store_ops redis_count_ops;
extern const struct decision_store_ops redis_decision_ops;

/* redis_records.c. The fields of a record: first_seen_s, last_seen_s, passed_s,
 * expires_s, deferred_n, passed_n, delay_s. redis_parse_record() reads the
 * reply to HMGET with these fields; it returns false if there is no record. */
#define REDIS_FIELDS   "f l p e d n w"
#define REDIS_FIELDS_N 7
int64_t redis_number(const redisReply *reply);
bool redis_parse_record(const redisReply *reply, struct record *out);

/* redis_walk.c */
struct record_walk *redis_walk_all(struct store *store, struct err *err);
struct record_walk *redis_walk_client(struct store *store, const char *client,
    struct err *err);
enum store_rc redis_walk_next(struct store *store, struct record_walk *walk,
    size_t n_max, struct store_row *rows, size_t *n_out, struct err *err);
enum store_rc redis_expire_next(struct store *store, struct record_walk *walk,
    int64_t now_s, size_t n_max, struct expiry_counts *counts, struct err *err);
void redis_walk_free(struct record_walk *walk);

/* redis_lists.c: remove the entries that have expired. */
enum store_rc redis_tidy_entries(struct redis *redis, int64_t now_s,
    int64_t *entries_n_out, struct err *err);

/* The field of the hits of an entry or a line. */
#define REDIS_FIELD_SIZE (PATTERN_SIZE + 4200)
size_t redis_hit_field(const struct store_hit *hit, char *out, size_t size);

#endif
