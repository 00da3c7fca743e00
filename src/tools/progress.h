/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_PROGRESS_H
#define TARDIGREY_TOOLS_PROGRESS_H

/* progress: shows the progress of a long command in one line on standard error,
 * if standard error is a terminal. */

/* Show the line, at most once a second. */
void progress_show(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Erase the line. Call it before anything else is printed. */
void progress_end(void);

#endif
