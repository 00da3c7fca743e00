/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_H
#define TARDIGREY_DAEMON_LOG_H

#include <stdint.h>

#include "config/config.h"

/*
 * log: messages and decisions, to syslog or stderr.
 *
 * Before log_open() they go to stderr. A caller must escape text from the
 * network (mail/log_line.h). The log also replaces each control character of a
 * message by '?'. Every thread may log messages. Only the loop uses
 * log_repeated(), log_decision() and log_flush().
 */

/* Choose where the log goes. Lines on stderr begin with the time, unless they
 * go to the systemd journal, which adds its own time. */
void log_open(enum log_to to);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log one decision, a line from log_line_format(). The line may stay in a
 * buffer until log_flush(). */
void log_decision(const char *line);
void log_flush(void);

enum log_level { LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_INFO };

/* Limits a message that could be logged a thousand times a second. The first
 * message is logged at once, and then one a minute, with the number of messages
 * that were left out. Initialise it to zero. */
struct log_repeat {
	enum log_level level; /* set by the caller */
	int64_t next_s;       /* monotonic; leave out messages before it */
	uint64_t left_out_n;
};
void log_repeated(struct log_repeat *repeat, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
