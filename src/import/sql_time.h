/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQL_TIME_H
#define TARDIGREY_IMPORT_SQL_TIME_H

#include <stdint.h>

/* sql_time: parses a time of an SQL dump: Unix seconds, or a date and a time
 * such as "2026-11-21 09:30:00", "2026-11-21 09:30:00.25+01" or
 * "2026-11-21T09:30:00Z". utc_offset_s counts if the text has no offset.
 * Returns 0, or -1. */
int sql_time_parse(const char *text, int64_t utc_offset_s, int64_t *out);

#endif
