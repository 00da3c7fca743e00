/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_IMPORT_LINES_H
#define TARDIGREY_TOOLS_IMPORT_LINES_H

#include <stdint.h>
#include <stdio.h>

/* import_lines: reads the lines of a file of another program. */

struct import_lines {
	char name[256]; /* for complaints */
	FILE *file;     /* owned, unless it is standard input */
	char *line;     /* owned; the last line, without its newline */
	size_t size;
	int64_t line_n; /* counts from 1 */
};

/* Open a file; "-" is standard input. Returns 0, or -1 after a complaint. */
int import_lines_open(struct import_lines *lines, const char *path);

/* Read the next line. Returns 1, 0 at the end, or -1 after a complaint. */
int import_lines_next(struct import_lines *lines);

/* Complain about the last line. Always returns -1. */
int import_lines_complain(const struct import_lines *lines, const char *text);

void import_lines_close(struct import_lines *lines);

#endif
