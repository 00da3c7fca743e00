/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* import_spamd: the text of spamdb(8) or greydb(8). */
#include <stdlib.h>

#include "import/spamdb.h"
#include "tools/import_lines.h"
#include "tools/import_source.h"
#include "tools/memory.h"

struct import_source {
	struct import_lines lines;
};

static struct import_source *
open_source(const char *path, const char *user)
{
	struct import_source *source = memory_alloc(1, sizeof(*source));

	(void)user;
	if (import_lines_open(&source->lines, path) == 0)
		return source;
	free(source);
	return NULL;
}

static int
read_source(struct import_source *source,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	int rc;

	while ((rc = import_lines_next(&source->lines)) > 0) {
		enum spamdb_line kind = spamdb_parse(source->lines.line,
		    settings->retries_n, &foreign);

		if (take(arg, kind == SPAMDB_RECORD ? &foreign : NULL,
			kind == SPAMDB_TRAP ? FOREIGN_NO_EQUAL
					    : FOREIGN_MALFORMED) != 0)
			return -1;
	}
	return rc;
}

static void
close_source(struct import_source *source)
{
	import_lines_close(&source->lines);
	free(source);
}

const struct import_source_ops import_spamd = {
    .name = "spamd",
    .what = "the text of spamdb or greydb",
    .delay_s = 25 * 60,
    .open = open_source,
    .read = read_source,
    .close = close_source,
};
