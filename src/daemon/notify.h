/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_NOTIFY_H
#define TARDIGREY_DAEMON_NOTIFY_H

/* notify: tell systemd the state of the daemon, as sd_notify(3) does. Without
 * NOTIFY_SOCKET in the environment nothing is sent. Failures are ignored. */

/* Open the socket of the service manager, if there is one. Call this before the
 * sandbox, in which the process cannot make sockets. */
void notify_open(void);

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/* Tell systemd's watchdog that the daemon is not hung. */
void notify_alive(void);

/* The milliseconds between two calls of notify_alive(): half of the time after
 * which systemd kills the daemon (WatchdogSec=). 0: no watchdog. */
int notify_alive_every_ms(void);

#endif
