/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_DAEMONIZE_H
#define TARDIGREY_DAEMON_DAEMONIZE_H

#include <stdbool.h>

#include "base/err.h"

/* daemonize: become a background process, and say which one. */

/* Block or unblock (SIG_BLOCK, SIG_UNBLOCK) the signals that end the daemon or
 * reload it. Blocked while a socket or a pid file exists but the loop does not
 * run: the signal waits, so nothing is left behind. */
void daemonize_hold_signals(int how);

/*
 * Fork. The child is detached from the terminal, its folder is /, and it
 * returns. The parent waits for daemonize_ready() or for the end of the child,
 * and exits as the child does. Returns 0 and in *ready_fd a descriptor for
 * daemonize_ready(), or -1.
 */
int daemonize_detach(int *ready_fd, struct err *err);

/* The daemon serves: redirect the standard descriptors to /dev/null (stderr
 * unless it is the log), and let the parent exit with success. */
void daemonize_ready(int ready_fd, bool keeps_stderr);

/* Write the process id to a file. Returns 0, or -1 and leaves no file. */
int daemonize_write_pid(const char *path, struct err *err);

#endif
