/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_H
#define TARDIGREY_DAEMON_LOG_H

#include <stdint.h>

#include "config/config.h"

/*
 * log: logs messages and decisions to syslog or to standard error.
 *
 * The log never waits for the program that reads it. Lines that the reader does
 * not accept now stay in a queue (daemon/log_queue.h). When the queue is full,
 * new lines are dropped and counted. After the reader has accepted the whole
 * queue, one line reports the number of dropped lines.
 *
 * Before log_open() lines go to standard error. A caller must escape text from
 * the network (mail/log_line.h). The log also replaces each control character
 * of a message by '?'. Every thread may log messages. Only the thread of the
 * loop may call log_repeated(), log_decision() and log_flush().
 */

#define LOG_SYSLOG_PATH "/dev/log"

/* Set the destination of the log and open it now, because the sandbox forbids
 * this later. For syslog, "path" is the socket of the syslog daemon, of at most
 * 107 octets. Lines on standard error begin with the time and the name of the
 * program. In the systemd journal, which adds both, they begin with the
 * priority, see sd-daemon(3). With LOG_FORMAT_POSTGREY, decisions have the name
 * of postgrey, but not in the journal, which knows only one name. */
void log_open(enum log_to to, enum log_format format, const char *path);

/* Write the queue for at most wait_ms milliseconds, and drop the remaining
 * lines. Later lines go to standard error. */
void log_close(int wait_ms);

/* Log a message of one line with this priority of syslog(3). */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log one decision, a line from log_line_format(). The queue keeps decisions
 * and the messages after them until log_flush(), so that the loop can send the
 * replies first. If the queue is full, it is written earlier. */
void log_decision(const char *line);

/* Write as many lines as the reader accepts now. Returns the number of
 * milliseconds after which to call it again, or -1 if the queue is empty. */
int log_flush(void);

enum log_level { LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_INFO };

/* The limiter of a message that could be logged a thousand times a second.
 * log_repeated() logs the first message at once. Then it logs at most one
 * message a minute, with the number of messages that it left out. Initialise it
 * to zero. */
struct log_repeat {
	enum log_level level; /* set by the caller */
	int64_t next_s; /* monotonic; leave out messages before this time */
	uint64_t left_out_n;
};
void log_repeated(struct log_repeat *repeat, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
