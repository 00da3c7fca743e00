/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_LOG_FIELD_H
#define TARDIGREY_MAIL_LOG_FIELD_H

#include <stdbool.h>

#include "mail/log_line.h"

/*
 * log_field: reads a line of mail/log_line.h.
 */

#define LOG_FIELD_SIZE (LOG_LINE_VALUE_MAX + 1)

/* Copy the value of a field, without its escapes. Returns false, and "", if the
 * line has no such field. */
bool log_field(const char *line, const char *name, char out[LOG_FIELD_SIZE]);

#endif
