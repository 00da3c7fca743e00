/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_STDERR_H
#define TARDIGREY_DAEMON_LOG_STDERR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * log_stderr: writes to standard error without waiting for the program that
 * reads it.
 *
 * Other processes may share standard error, so its descriptor stays blocking. A
 * pipe or terminal is opened a second time, as non-blocking. If the system does
 * not permit that, log_stderr_write() first checks with poll(2) whether there
 * is room.
 */

/* Open standard error again if it is a pipe or a terminal. Without this call,
 * log_stderr_write() writes to the descriptor of stderr. */
void log_stderr_open(void);
/* Close the second descriptor. Standard error stays open. */
void log_stderr_close(void);

/* Return true if standard error is the systemd journal: JOURNAL_STREAM names
 * it, see systemd.exec(5). */
bool log_stderr_is_journal(void);

/* Return the most octets that log_stderr_write() accepts. If poll(2) reports
 * room in a pipe, the pipe has room for so many octets. */
size_t log_stderr_max(void);

/* Write n octets. Returns the number of octets that were written. 0 means: try
 * again later. */
size_t log_stderr_write(const char *octets, size_t n);

#endif
