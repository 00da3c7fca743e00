/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_JSON_ROW_H
#define TARDIGREY_TOOLS_JSON_ROW_H

#include <stddef.h>

#include "base/err.h"
#include "decide/store.h"
#include "tools/table.h"

/* json_row: a record of the store, with its key, as a JSON object on a line. */

#define JSON_ROW_FIELDS 11

/* The members of the object, in the order in which they are written. */
extern const struct column json_row_columns[JSON_ROW_FIELDS];

/* Parse a line of n octets. The key must be one that a request can have.
 * Returns 0, or -1 with what was expected. */
int json_row_parse(const char *line, size_t n, struct store_row *out,
    struct err *err);

#endif
