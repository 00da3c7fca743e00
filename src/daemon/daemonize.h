/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_DAEMONIZE_H
#define TARDIGREY_DAEMON_DAEMONIZE_H

#include <stdbool.h>

#include "base/err.h"

/* daemonize: detach from the terminal, and write the pid file. */

/* Block or unblock the signals that end or reload the daemon. "how" is
 * SIG_BLOCK or SIG_UNBLOCK. Block them while the loop does not run: a signal
 * would end the process and leave its sockets and its pid file behind. */
void daemonize_hold_signals(int how);

/*
 * Fork. The child is detached from the terminal, its folder is /, and it
 * returns. The parent waits for daemonize_ready() or for the end of the child,
 * and exits as the child does. Returns 0 and in *ready_fd a descriptor for
 * daemonize_ready(), or -1.
 */
int daemonize_detach(int *ready_fd, struct err *err);

/* Call this when the daemon serves. Redirects the standard descriptors to
 * /dev/null, but not stderr if keeps_stderr, and lets the parent exit with
 * success. */
void daemonize_ready(int ready_fd, bool keeps_stderr);

/* Write the process id to a file. Returns 0, or -1 and leaves no file. */
int daemonize_write_pid(const char *path, struct err *err);

#endif
