/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_NOTIFY_H
#define TARDIGREY_DAEMON_NOTIFY_H

/* notify: tell systemd where we are, sd_notify(3). Does nothing when nobody
 * asked (NOTIFY_SOCKET); cannot fail in a way that matters. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

#endif
