/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_REPORT_H
#define TARDIGREY_TOOLS_REPORT_H

#include <stdint.h>

#include "tools/output.h"

/*
 * report: one object on standard output, such as the result of a command. A
 * command adds both members and lines of text. With OUTPUT_JSON the members are
 * printed and the lines are ignored. In the other forms the lines are printed
 * and the members are ignored.
 */

struct json_t;

struct report {
	enum output_form form;
	struct json_t *object; /* owned; JSON only */
	struct json_t *list;   /* borrowed from the object; NULL: none yet */
	struct report *outer;  /* borrowed; NULL: not an item of a list */
};

void report_begin(struct report *report, enum output_form form);

/* Begin a member that is a list of objects. report_begin_item() begins an
 * object, which is appended to the last list of "outer". Call report_end() for
 * an item before you add anything else to "outer". */
void report_begin_list(struct report *report, const char *name);
void report_begin_item(struct report *item, struct report *outer);

/* Add a member. These values become null: a text of NULL or "", a number below
 * 0, and the time 0. Times are Unix seconds. */
void report_text(struct report *report, const char *name, const char *text);
void report_number(struct report *report, const char *name, int64_t number);
void report_time(struct report *report, const char *name, int64_t time_s);

/* Add a line of text. show_text() escapes the whole line. */
void report_line(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Add a line that a program of ours reads. In a file or a pipe it is escaped
 * only if it has control characters. */
void report_input(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Print a document as it is, in place of a report. Its values are escaped for
 * its own form. */
void report_document(const char *text);

/* Print the object, unless it is an item of a list or has no members. */
void report_end(struct report *report);

#endif
