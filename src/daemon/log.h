/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_H
#define TARDIGREY_DAEMON_LOG_H

#include <stdint.h>

#include "config/config.h"

/*
 * log: messages and decisions, to syslog or stderr.
 *
 * The log never waits for the program that reads it. Lines that the reader does
 * not take now stay in a queue (daemon/log_queue.h). When the queue is full,
 * lines are dropped and counted. When the reader has taken the queue, one line
 * reports the number.
 *
 * Before log_open() lines go to stderr. A caller must escape text from the
 * network (mail/log_line.h). The log also replaces each control character of a
 * message by '?'. Every thread may log messages. Only the loop uses
 * log_repeated(), log_decision() and log_flush().
 */

#define LOG_SYSLOG_PATH "/dev/log"

/* Choose where the log goes. "path" is the socket of the syslog daemon, of at
 * most 107 octets. Lines on stderr begin with the time and the name of the
 * program. In the systemd journal, which adds both, they begin with the
 * priority, see sd-daemon(3). */
void log_open(enum log_to to, const char *path);

/* Write the queue, for at most wait_ms, and drop what is left of it. Later
 * lines go to stderr. */
void log_close(int wait_ms);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log one decision, a line from log_line_format(). Decisions, and messages
 * after them, stay in the queue until log_flush(), so that the loop can send
 * the replies first. The queue is written earlier if it is full. */
void log_decision(const char *line);

/* Write what the reader takes now. Returns after how many milliseconds to call
 * this again, or -1 if the queue is empty. */
int log_flush(void);

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
