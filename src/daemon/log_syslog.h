/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_SYSLOG_H
#define TARDIGREY_DAEMON_LOG_SYSLOG_H

#include <stddef.h>

/*
 * log_syslog: sends lines to the syslog daemon and never waits. syslog(3) waits
 * as long as the syslog daemon does not read.
 *
 * If the syslog daemon cannot be reached, or has not read, log_syslog_send()
 * connects again, at most once a second: a new syslog daemon may have made a
 * new socket under the same name.
 */

enum log_sent {
	LOG_SENT,
	LOG_NOT_NOW, /* try again later */
	LOG_REFUSED, /* no syslog daemon takes this line: it is too long */
};

/* Connect to the syslog daemon at this path, of at most 107 octets. If there is
 * none, log_syslog_send() tries again. */
void log_syslog_open(const char *path);
void log_syslog_close(void);

/* Send a line as syslog(3) does: "<PRI>Mmm dd hh:mm:ss IDENT[PID]: TEXT". */
enum log_sent log_syslog_send(const char *line, size_t n);

#endif
