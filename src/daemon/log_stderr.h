/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_STDERR_H
#define TARDIGREY_DAEMON_LOG_STDERR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * log_stderr: writes to standard error, and does not wait for a program that
 * reads it.
 *
 * Other processes may share standard error, so its descriptor stays blocking. A
 * pipe or terminal is opened a second time, non-blocking. If the system does
 * not allow that, log_stderr_write() first asks poll(2) whether there is room.
 */

/* Without this call, lines go to the descriptor of "stderr" at that time. */
void log_stderr_open(void);
void log_stderr_close(void);

/* Whether standard error is the systemd journal: JOURNAL_STREAM names it, see
 * systemd.exec(5). */
bool log_stderr_is_journal(void);

/* The most octets for log_stderr_write(). A pipe has room for them if poll(2)
 * says that it has room. */
size_t log_stderr_max(void);

/* Returns the number of octets that were written; 0: try again later. */
size_t log_stderr_write(const char *octets, size_t n);

#endif
