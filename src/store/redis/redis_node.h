/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_NODE_H
#define TARDIGREY_STORE_REDIS_REDIS_NODE_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/redis/redis_tls.h"
#include "store/redis/redis_uri.h"

/*
 * redis_node: a connection to one server.
 *
 * Commands are appended, and then exchanged for replies with many nodes at the
 * same time. No call waits longer than its deadline, however slowly the server
 * sends. After a failure a connection cannot be used again: close it. The other
 * nodes can.
 */

struct redis_node {
	struct redis_address address;
	redisContext *context; /* owned; NULL: not connected */
	struct redis_tls *tls; /* owned; NULL: the octets go as they are */
	/* The tags of the commands that have no reply yet, in their order. */
	size_t *tags; /* owned */
	size_t tags_n, tags_size;
	size_t replied_n; /* the first tags, which have their replies */
	bool is_written;
	bool has_failed;
};

/* Connect to an address, with TLS unless "tls" is NULL. The struct must be
 * zero. The caller closes it. Returns 0, or -1 and a sentence. Only the look-up
 * of a host name may take longer. */
int redis_node_open(struct redis_node *node,
    const struct redis_address *address, const struct redis_tls_context *tls,
    int64_t deadline_ms, struct err *err);
void redis_node_close(struct redis_node *node);

/* True if no server has closed its connection. Nodes that are not connected do
 * not count. Call it while no replies are due. */
bool redis_nodes_are_open(const struct redis_node *nodes, size_t n);

/* Append a command in the form of the protocol. Its reply has this tag. Returns
 * 0, or -1 if memory is short. */
int redis_node_append(struct redis_node *node, const char *command, size_t n,
    size_t tag, struct err *err);

/* Called for each reply. The function owns the reply. */
typedef void redis_reply_fn(size_t tag, redisReply *reply, void *arg);

/* Send what was appended to the nodes, and wait for all replies. Returns 0, or
 * -1 and the first sentence. Then the nodes with has_failed are broken, and the
 * others have sent all replies. */
int redis_nodes_exchange(struct redis_node *nodes, size_t n,
    int64_t deadline_ms, redis_reply_fn *visit, void *arg, struct err *err);

/* Send one command, with the format of redisCommand(), and return its reply,
 * which the caller frees with freeReplyObject(). Returns NULL and a sentence if
 * there is no reply, or if the reply is an error. */
redisReply *redis_node_ask(struct redis_node *node, int64_t deadline_ms,
    struct err *err, const char *format, ...);

/* ---- Replies ---- */

/* True if the reply is an error that begins with this word. */
bool redis_reply_is_error(const redisReply *reply, const char *word);

#endif
