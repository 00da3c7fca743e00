/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_SANDBOX_H
#define TARDIGREY_DAEMON_SANDBOX_H

#include "config/config.h"

/*
 * sandbox: limits the daemon to what it needs while it serves, so that an
 * attacker who takes over the daemon with a request gains little.
 *
 * The file rules (system/file_rules.h) allow
 *   to write in the folder of the database;
 *   to read in the folder of the configuration file, and in the folders of the
 *   list files that the configuration names now, each with all below it;
 *   to remove the unix sockets and the pid file.
 * The filter (system/call_filter.h) allows the system calls that a serving
 * daemon makes.
 *
 * If the kernel or this build lacks a part of the sandbox, the log says so
 * once, and the daemon serves without this part.
 */

/*
 * Enter the sandbox, for the rest of the life of the process. Call this when
 * the sockets, the store and the log are open, and before a thread is started:
 * the file rules hold for the calling thread and for those it starts later.
 * "config_file" is an absolute path.
 */
void sandbox_enter(const struct config *config, const char *config_file);

#endif
