/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_COMPLAIN_H
#define TARDIGREY_TOOLS_COMPLAIN_H

/* complain: prints errors of tardigrey(8) on standard error. Both functions
 * escape the text as show_text() does, and end the line. */

/* Print "tardigrey: " and the text. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print the text alone. Use it for a text that begins with a file and a line,
 * or that continues a complaint. */
void complain_line(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
