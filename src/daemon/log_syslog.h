/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_LOG_SYSLOG_H
#define TARDIGREY_DAEMON_LOG_SYSLOG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * log_syslog: sends lines to the syslog daemon and never waits. syslog(3) would
 * wait while the syslog daemon does not read.
 *
 * If the syslog daemon cannot be reached or does not read, log_syslog_send()
 * connects again, at most once a second. A new syslog daemon may have created a
 * new socket with the same name. The socket is one of datagrams: after the
 * start the sandbox forbids new sockets, and a stream socket connects only
 * once.
 */

enum log_sent {
	LOG_SENT,
	LOG_NOT_NOW, /* try again later */
	LOG_REFUSED, /* the line is too long for a datagram */
};

/* Connect to the socket of the syslog daemon. The path has at most 107 octets.
 * If this fails, log_syslog_send() tries again. Returns false if it fails
 * because the socket is a stream socket. */
bool log_syslog_open(const char *path);
/* Close the connection. */
void log_syslog_close(void);

/* Send a line without a newline. It has the form of syslog(3): "<PRI>Mmm dd
 * hh:mm:ss IDENT[PID]: TEXT". */
enum log_sent log_syslog_send(const char *line, size_t n);

#endif
