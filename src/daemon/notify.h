/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_NOTIFY_H
#define TARDIGREY_DAEMON_NOTIFY_H

/* notify: tell systemd the state of the daemon, as sd_notify(3) does. Without
 * NOTIFY_SOCKET in the environment nothing is sent. Failures are ignored. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

#endif
