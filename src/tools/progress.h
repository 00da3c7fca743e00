/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_PROGRESS_H
#define TARDIGREY_TOOLS_PROGRESS_H

/* progress: how far long work is, on standard error if that is a terminal. */

/* Show it, at most once a second. */
void progress_show(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Take it away, before anything else is printed. */
void progress_end(void);

#endif
