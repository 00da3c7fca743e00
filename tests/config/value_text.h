/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_CONFIG_VALUE_TEXT_H
#define TARDIGREY_TESTS_CONFIG_VALUE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/* value_text: parsed values of options as text, for comparisons in tests. */

#define VALUE_TEXT_SIZE 2048

/* The row number of an option; the test fails if there is none. */
size_t row_of(const char *name);

/* The parsed value of the option in row i. */
void value_text(const struct config *config, size_t i, char *out, size_t size);

/* True if all values, their texts and their origins are equal. */
bool same_options(const struct config *a, const struct config *b);

#endif
