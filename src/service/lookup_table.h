/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_LOOKUP_TABLE_H
#define TARDIGREY_SERVICE_LOOKUP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/request.h"

/*
 * lookup_table: the questions to tardigrey-lookup and its answers. A question
 * asks whether a client is authorised to send the mail of a domain.
 *
 * Questions and answers are lines:
 *
 *   "NUMBER ADDRESS DOMAIN\n"          "7 192.0.2.1 example.net"
 *   "NUMBER yes\n" or "NUMBER no\n"    "7 yes"
 *
 * The table has a fixed size. A pair of a client and a domain is not asked
 * again before the time of its answer is over. If too many questions have no
 * answer, new ones are dropped.
 */

#define LOOKUP_LINE_SIZE  320
#define LOOKUP_QUESTIONS  256   /* without an answer */
#define LOOKUP_PATIENCE_S 60    /* for an answer */
#define LOOKUP_KEEP_YES_S 86400 /* how long an answer holds */
#define LOOKUP_KEEP_NO_S  3600

struct lookup_table;

/* Returns NULL when memory is short. The caller frees the table. */
struct lookup_table *lookup_table_new(void);
void lookup_table_free(struct lookup_table *table);

/* True if the client of the request is authorised for the sender's domain. */
bool lookup_table_authorises(const struct lookup_table *table,
    const struct request *request, int64_t now_s);

/* Write the question about a request that was deferred, with its newline and a
 * NUL. Returns its length, or 0 if there is nothing to ask: no domain, asked or
 * answered lately, or too many questions. */
size_t lookup_table_ask(struct lookup_table *table,
    const struct request *request, int64_t now_s, char line[LOOKUP_LINE_SIZE]);

/* An attempt that was deferred, of a client that is authorised. */
struct lookup_attempt {
	struct request request; /* client, sender and recipient */
	int64_t at_s;
};

/* Note an answer, a line without its newline. If it is "yes", sets *out to the
 * attempt that was asked about and returns true. A line that does not answer a
 * question is ignored. */
bool lookup_table_answer(struct lookup_table *table, const char *line,
    int64_t now_s, struct lookup_attempt *out);

/* The number of questions that were dropped since the last call. */
uint64_t lookup_table_take_dropped(struct lookup_table *table);

#endif
