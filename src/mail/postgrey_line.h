/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_POSTGREY_LINE_H
#define TARDIGREY_MAIL_POSTGREY_LINE_H

#include <stddef.h>

#include "mail/log_line.h"

/*
 * postgrey_line: a decision as postgrey logs it, for programs that read such
 * logs (log_format = postgrey).
 *
 *   [QUEUE_ID: ]action=A, reason=R[, delay=SECONDS][, client_name=N]
 *   [, client_address=A][, sender=S][, recipient=R]
 *
 * Reasons that postgrey does not have keep our words. Values are escaped and
 * cut as in our line. postgrey does neither: there, a sender can look like
 * several fields.
 */

#define POSTGREY_NAME "postgrey" /* of the program, for the log */

/* Write the line. Returns its length without the NUL. */
size_t postgrey_line_format(const struct request *request,
    const struct verdict *verdict, char out[LOG_LINE_SIZE]);

#endif
