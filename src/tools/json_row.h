/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_JSON_ROW_H
#define TARDIGREY_TOOLS_JSON_ROW_H

#include <stddef.h>

#include "base/err.h"
#include "decide/store.h"
#include "tools/table.h"

/* row_line: a row of the store as a JSON object on a line of its own. */

#define JSON_ROW_FIELDS 10

/* The fields as they are written, in this order. */
extern const struct column json_row_columns[JSON_ROW_FIELDS];

/* Read a line of n octets. Only what could have been written is taken: a key
 * that no request has would never be found. Returns 0, or -1 with what was
 * expected. */
int json_row_parse(const char *line, size_t n, struct store_row *out,
    struct err *err);

#endif
