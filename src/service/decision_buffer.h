/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_DECISION_BUFFER_H
#define TARDIGREY_SERVICE_DECISION_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "decide/store.h"
#include "mail/verdict.h"

/*
 * decision_buffer: decisions on their way to the store, in memory. They are
 * written after the answers have been sent.
 *
 * A flood must not fill the disk. So in each second, at most
 * DECISION_BUFFER_PER_S decisions are kept, and deferrals never take the last
 * fifth of them. The others are counted. Their number is kept as a line
 * "left_out=N" in place of a decision.
 */

#define DECISION_BUFFER_PER_S 500

struct decision_buffer;

/* Returns NULL if memory is short. The caller frees the buffer. */
struct decision_buffer *decision_buffer_new(void);
void decision_buffer_free(struct decision_buffer *buffer);

/* Add a decision: its log line of line_n octets, with a NUL after them. */
void decision_buffer_add(struct decision_buffer *buffer,
    const struct verdict *verdict, const char *line, size_t line_n,
    int64_t now_s);

/* Write a slice if it is full or a second has passed, and remove some decisions
 * from the store that are older than keep_s, or more than max_n. If the store
 * has no room, the slice is left out. */
enum store_rc decision_buffer_maintain(struct decision_buffer *buffer,
    struct store *store, int64_t keep_s, int64_t max_n, int64_t now_s,
    struct err *err);

/* Write all decisions, when the program ends. */
enum store_rc decision_buffer_write_all(struct decision_buffer *buffer,
    struct store *store, int64_t keep_s, int64_t now_s, struct err *err);

/* The number of decisions that are to be written. */
size_t decision_buffer_n(const struct decision_buffer *buffer);

/* The number of decisions that were left out so far. */
int64_t decision_buffer_left_out_n(const struct decision_buffer *buffer);

#endif
