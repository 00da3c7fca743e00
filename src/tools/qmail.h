/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_QMAIL_H
#define TARDIGREY_TOOLS_QMAIL_H

#include <stddef.h>

#include "mail/rcptcheck.h"

/*
 * qmail: the process of a check, as qmail-smtpd runs it.
 *
 * qmail-smtpd waits for a check without any limit, and takes a wrong exit
 * status, or death by a signal, for a verdict. So whatever happens after
 * qmail_begin(), a timer leaves by the failure policy, and no signal that can
 * be held back or handled kills. Descriptor 0 is the SMTP client and is never
 * read; descriptor 1 may be too, and is written by the qmail-spp door only.
 */

/*
 * Read arguments and environment into *check and arm the timer. Leaves at
 * once when there is nothing to ask: exempt or no client address, or --help
 * and the like. Must come before anything opens a descriptor.
 */
void qmail_begin(int argc, char **argv, const char *program,
    struct rcptcheck *check);

/* Stop the timer, for another program takes over this process. */
void qmail_disarm(void);

/* Leave as the octets of a policy reply say. */
_Noreturn void qmail_answer(const struct rcptcheck *check, const char *octets,
    size_t octets_n);

/* Say what failed on standard error and leave by the failure policy. */
_Noreturn void qmail_fail(const struct rcptcheck *check, const char *format,
    ...) __attribute__((format(printf, 2, 3)));

#endif
