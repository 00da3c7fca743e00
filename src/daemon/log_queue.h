/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_QUEUE_H
#define TARDIGREY_DAEMON_LOG_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * log_queue: holds log lines that are not written yet, the oldest first, in a
 * fixed amount of memory.
 *
 * If there is no room for a line, the line is dropped and counted. Then every
 * line is dropped until the caller has removed all lines of the queue. So the
 * dropped lines form one gap in the log, after the last line of the queue.
 *
 * Initialise the queue to zero.
 */

#define LOG_QUEUE_SIZE 262144 /* octets; tardigreyd(8) gives this number */

struct log_queue {
	size_t begin, end;  /* the lines are octets[begin] to octets[end - 1] */
	uint64_t dropped_n; /* number of lines in the gap */
	char octets[LOG_QUEUE_SIZE];
};

#define LOG_QUEUE_PARTS_MAX 8

/* Add a line: its parts, at most LOG_QUEUE_PARTS_MAX, and a newline. NULL ends
 * the parts. No part may contain a newline. Returns true, or false if there is
 * no room or if lines were dropped before. The caller counts the dropped line.
 */
bool log_queue_add(struct log_queue *queue, const char *const parts[]);

/* Return true if the queue has no lines. There may still be a gap. */
bool log_queue_is_empty(const struct log_queue *queue);

/* Set *line to the first line, which ends in a newline and stays in the queue.
 * Returns its length. The queue must not be empty. */
size_t log_queue_line(const struct log_queue *queue, const char **line);

/* Set *octets to as many lines as fit into "max" octets, or to the first "max"
 * octets of a longer line. Returns their number. The queue must not be
 * empty. */
size_t log_queue_lines(const struct log_queue *queue, size_t max,
    const char **octets);

/* Remove the first n octets. */
void log_queue_remove(struct log_queue *queue, size_t n);

#endif
