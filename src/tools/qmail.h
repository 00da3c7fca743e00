/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_QMAIL_H
#define TARDIGREY_TOOLS_QMAIL_H

#include <stddef.h>

#include "mail/rcptcheck.h"

/*
 * qmail: begins and ends the process that qmail-smtpd starts for a recipient.
 *
 * qmail-smtpd waits for the process without a time limit. It also takes an
 * unknown exit status, or the end by a signal, as an answer. Therefore
 * qmail_begin() starts a timer and handles signals: both end the process with
 * the answer of TARDIGREY_ON_FAILURE.
 *
 * Descriptor 0 is the connection of the SMTP client, and is never read.
 * Descriptor 1 can be this connection too. Only a plugin of qmail-spp writes to
 * it.
 */

/*
 * Read the arguments and the environment into *check and start the timer. Ends
 * the process at once if there is nothing to check: the recipient is exempt,
 * there is no client address, or an option such as --help was given. Call this
 * before anything opens a descriptor.
 */
void qmail_begin(int argc, char **argv, const char *program,
    struct rcptcheck *check);

/* Stop the timer before execv(3). */
void qmail_disarm(void);

/* End the process with the answer of a policy reply. */
_Noreturn void qmail_answer(const struct rcptcheck *check, const char *octets,
    size_t octets_n);

/* Print the error on standard error, and end the process with the answer of
 * TARDIGREY_ON_FAILURE. */
_Noreturn void qmail_fail(const struct rcptcheck *check, const char *format,
    ...) __attribute__((format(printf, 2, 3)));

#endif
