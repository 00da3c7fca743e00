/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/import_lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/complain.h"
#include "tools/progress.h"

int
import_lines_open(struct import_lines *lines, const char *path)
{
	struct stat st;

	*lines = (struct import_lines){.file = stdin};
	if (strcmp(path, "-") == 0) {
		strcpy(lines->name, "standard input");
		return 0;
	}
	snprintf(lines->name, sizeof(lines->name), "%s", path);
	lines->file = fopen(path, "re");
	if (lines->file == NULL) {
		complain("cannot read %s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fileno(lines->file), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(lines->file);
		lines->file = NULL;
		complain("cannot read %s: it is a folder", path);
		return -1;
	}
	return 0;
}

int
import_lines_next(struct import_lines *lines)
{
	ssize_t n;

	errno = 0;
	n = getline(&lines->line, &lines->size, lines->file);
	if (n < 0 && (ferror(lines->file) || errno == ENOMEM)) {
		progress_end();
		complain("cannot read %s: %s", lines->name, strerror(errno));
		return -1;
	}
	if (n < 0)
		return 0;
	lines->line_n++;
	if (memchr(lines->line, '\0', (size_t)n) != NULL)
		return import_lines_complain(lines, "the line has a NUL octet");
	if (n > 0 && lines->line[n - 1] == '\n')
		lines->line[n - 1] = '\0';
	return 1;
}

int
import_lines_complain(const struct import_lines *lines, const char *text)
{
	progress_end();
	complain_line("%s:%" PRId64 ": %s", lines->name, lines->line_n, text);
	return -1;
}

void
import_lines_close(struct import_lines *lines)
{
	free(lines->line);
	if (lines->file != NULL && lines->file != stdin)
		fclose(lines->file);
}
