/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_ROW_LINE_H
#define TARDIGREY_TOOLS_ROW_LINE_H

#include <stddef.h>

#include "core/err.h"
#include "core/store.h"
#include "tools/table.h"

/* row_line: a row of the store as a JSON object on a line of its own. */

#define ROW_LINE_FIELDS 9

/* The fields as they are written, in this order. */
extern const struct column row_line_columns[ROW_LINE_FIELDS];

/* Read a line of n octets. Only what could have been written is taken: a key
 * that no request has would never be found. Returns 0, or -1 with what was
 * expected. */
int row_line_parse(const char *line, size_t n, struct store_row *out,
    struct err *err);

#endif
