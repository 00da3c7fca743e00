/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_H
#define TARDIGREY_DAEMON_LOG_H

#include <stdint.h>

#include "config/config.h"

/*
 * log: what the daemon tells its administrator. To stderr until log_open().
 *
 * Text that came from the network must have been escaped by the caller
 * (core/logline); control characters are replaced here all the same.
 */

/* From now on, log there. On stderr, lines carry the time unless they go to
 * the systemd journal, which has its own. */
void log_open(enum log_to to);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One decision, as log_line_format() wrote it. May stay in a buffer until
 * log_flush(). */
void log_decision(const char *line);
void log_flush(void);

/* Something that may happen a thousand times a second: said at once the
 * first time, then once a minute with how often it happened since. */
struct log_repeat {
	int64_t next_s; /* monotonic */
	uint64_t silent_n;
};
void log_repeated(struct log_repeat *repeat, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
