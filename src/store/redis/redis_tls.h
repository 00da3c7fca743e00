/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_TLS_H
#define TARDIGREY_STORE_REDIS_REDIS_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/store.h"

/*
 * redis_tls: TLS on the connection to a server, by OpenSSL.
 *
 * hiredis has TLS in newer versions, but it checks no host name, loses the
 * reasons of failures, and the deadlines of redis_node need more control. So
 * redis_node connects, this file exchanges the octets, and hiredis parses them.
 *
 * No call but redis_tls_open() waits. No call raises SIGPIPE. The sentences of
 * errors do not name the server: the caller puts its address in front of them.
 */

/* The certificates. All connections of a topology share them. */
struct redis_tls_context;

/* Read the files. Returns NULL and a sentence on failure. The caller frees the
 * context after its connections; NULL is fine. */
struct redis_tls_context *redis_tls_context_new(const struct store_tls *files,
    struct err *err);
void redis_tls_context_free(struct redis_tls_context *context);

/* A connection. */
struct redis_tls;

/* Begin TLS on a connected socket that does not block, and verify that the
 * server is this host: a name or an address. The caller frees the connection
 * before it closes the socket; NULL is fine. Returns NULL and a sentence on
 * failure. */
struct redis_tls *redis_tls_open(const struct redis_tls_context *context,
    int fd, const char *host, int64_t deadline_ms, struct err *err);
void redis_tls_free(struct redis_tls *tls);

/* True if the server has not closed the connection. Call it when the socket can
 * be read although no reply is due: TLS has messages of its own. */
bool redis_tls_is_open(struct redis_tls *tls);

/* Add octets to those that wait to be sent. Returns 0, or -1 when memory is
 * short. */
int redis_tls_append(struct redis_tls *tls, const char *octets, size_t n);

/* Send what the socket takes now. Sets *done if nothing waits any more. Returns
 * 0, or -1 and a sentence. */
int redis_tls_write(struct redis_tls *tls, bool *done, struct err *err);

/* The largest record of TLS. */
#define REDIS_TLS_RECORD_MAX 16384

/* Receive what is there, at most one record. So nothing stays in the memory of
 * OpenSSL, where poll(2) does not see it. Returns the number of octets, 0 if
 * there are none now, or -1 and a sentence. */
int redis_tls_read(struct redis_tls *tls, char out[REDIS_TLS_RECORD_MAX],
    struct err *err);

#endif
