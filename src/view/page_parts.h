/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_PAGE_PARTS_H
#define TARDIGREY_VIEW_PAGE_PARTS_H

#include <stdbool.h>

#include "view/history.h"
#include "view/text.h"

/* page_parts: values and plots of the status page. */

/* Add a value that a stranger may have chosen. Characters that have a meaning
 * in HTML are escaped. An octet that is not printable ASCII becomes \xHH. */
void page_add_value(struct text *out, const char *value);

/* "12,345" */
void page_add_number(struct text *out, int64_t number);

/* "4 min", "2 h 5 min", "3 days" */
void page_add_span(struct text *out, int64_t span_s);

/* A row of a table of sums: what it is, a few words about it, and the numbers.
 * "is_main" gives it the colour. */
void page_add_sum(struct text *out, bool is_main, const char *word,
    const char *help, const int64_t *numbers, size_t n);

/* The days as columns, the oldest on the left: first attempts, and the part
 * that came back. days[0] is the last one. date_format() writes date_s as its
 * date, and 0 says that it is today. */
void page_add_columns(struct text *out, const struct history *days, size_t n,
    int64_t date_s);

/* The delays of first passes as bars. */
void page_add_delays(struct text *out, const struct history *history);

#endif
