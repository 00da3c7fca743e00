/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CALL_FILTER_H
#define TARDIGREY_SYSTEM_CALL_FILTER_H

#include "base/err.h"

/*
 * call_filter: which system calls this process may use, by the seccomp filter
 * of the Linux kernel (seccomp(2)).
 *
 * The filter allows what a daemon needs that has opened its sockets: to read
 * and write files and sockets, to accept connections, to start threads. All
 * other calls are refused, such as execve, fork, socket, bind, ptrace, kill,
 * and mapping memory as executable.
 *
 * A refused call fails with EPERM, and the kernel logs it (audit record 1326,
 * SECCOMP). The filter does not kill the process. A call that we have
 * forgotten, of a new C library for example, must not stop the mail: the code
 * that makes the call treats EPERM like any other failure.
 */

/* Which calls to allow: those above, or also those to ask a DNS server, or also
 * those to connect to a server of the database. */
enum call_filter_use { CALLS_SERVE, CALLS_ASK_DNS, CALLS_SERVE_WITH_NETWORK };

/* Put the filter in force for all threads. It cannot be undone. Returns 0, or
 * -1 and a sentence if the kernel or this build has no such filter. */
int call_filter_enforce(enum call_filter_use use, struct err *err);

#endif
