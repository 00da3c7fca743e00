/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* import_text: texts with one record a line: that of spamdb(8) or greydb(8),
 * and the file greylist.db of milter-greylist. */
#include <stdlib.h>

#include "import/milter_greylist.h"
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

static void
close_source(struct import_source *source)
{
	import_lines_close(&source->lines);
	free(source);
}

/* ---- spamd and greyd ---- */

static int
read_spamd(struct import_source *source,
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

const struct import_source_ops import_spamd = {
    .name = "spamd",
    .what = "the text of spamdb or greydb",
    .delay_s = 25 * 60,
    .open = open_source,
    .read = read_spamd,
    .close = close_source,
};

/* ---- milter-greylist ---- */

static int
read_milter_greylist(struct import_source *source,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	enum foreign_result why;
	int rc;

	while ((rc = import_lines_next(&source->lines)) > 0)
		if (milter_greylist_parse(source->lines.line, settings->delay_s,
			&foreign, &why) != 0 &&
		    take(arg, why == FOREIGN_TAKEN ? &foreign : NULL, why) != 0)
			return -1;
	return rc;
}

const struct import_source_ops import_milter_greylist = {
    .name = "milter-greylist",
    .what = "its file, such as /var/lib/milter-greylist/greylist.db",
    .delay_s = 1800,
    .open = open_source,
    .read = read_milter_greylist,
    .close = close_source,
};
