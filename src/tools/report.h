/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_REPORT_H
#define TARDIGREY_TOOLS_REPORT_H

#include <stdint.h>

#include "tools/output.h"

/*
 * report: one object on standard output, such as the result of a command. A
 * command states its members, which are printed as JSON, and its lines, which
 * are printed as text. The form of the output decides which of them count.
 */

struct json_t;

struct report {
	enum output_form form;
	struct json_t *object; /* owned; JSON only */
	struct json_t *list;   /* borrowed from the object; NULL: none yet */
	struct report *outer;  /* borrowed; NULL: not an item of a list */
};

void report_begin(struct report *report, enum output_form form);

/* A member that is a list. The following items go there; each one ends before
 * the report goes on. */
void report_begin_list(struct report *report, const char *name);
void report_begin_item(struct report *item, struct report *outer);

/* A member. These values are null: a text of NULL or "", a number below 0, and
 * the time 0. Times are Unix seconds. */
void report_text(struct report *report, const char *name, const char *text);
void report_number(struct report *report, const char *name, int64_t number);
void report_time(struct report *report, const char *name, int64_t time_s);

/* A line of text. It is escaped as a whole by show_text(). */
void report_line(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Print the object, unless it is an item of a list or has no members. */
void report_end(struct report *report);

#endif
