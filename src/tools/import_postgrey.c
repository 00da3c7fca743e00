/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* import_postgrey: the folder of postgrey, or the text of db_dump(1). */
#include <stdlib.h>
#include <sys/stat.h>

#include "import/db_dump.h"
#include "import/postgrey.h"
#include "tools/berkeley_db.h"
#include "tools/complain.h"
#include "tools/import_lines.h"
#include "tools/import_source.h"
#include "tools/memory.h"

struct import_source {
	struct import_lines lines;
	struct db_dump dump;
};

static const char *const file_names[] = {"postgrey.db", "postgrey_clients.db"};

static int
open_folder(struct import_lines *lines, const char *path, const char *user)
{
	struct err err;

	*lines = (struct import_lines){
	    .file = berkeley_db_dump(path, file_names, 2, user, &err),
	};
	snprintf(lines->name, sizeof(lines->name), "%s", path);
	if (lines->file != NULL)
		return 0;
	complain("%s", err.text);
	return -1;
}

static struct import_source *
open_source(const char *path, const char *user)
{
	struct import_source *source = memory_alloc(1, sizeof(*source));
	struct stat st;
	int rc = stat(path, &st) == 0 && S_ISDIR(st.st_mode)
	    ? open_folder(&source->lines, path, user)
	    : import_lines_open(&source->lines, path);

	if (rc == 0)
		return source;
	free(source);
	return NULL;
}

/* ---- Records ---- */

/* Read the next record. Returns 1, 0 at the end, or -1 after a complaint. */
static int
next_record(struct import_source *source)
{
	enum db_dump_line kind = DB_DUMP_MORE;
	struct err err;
	int rc;

	while (kind == DB_DUMP_MORE) {
		rc = import_lines_next(&source->lines);
		if (rc <= 0)
			return rc;
		kind = db_dump_parse(&source->dump, source->lines.line, &err);
	}
	if (kind == DB_DUMP_WRONG)
		return import_lines_complain(&source->lines, err.text);
	return 1;
}

static int
read_source(struct import_source *source,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	int rc;

	while ((rc = next_record(source)) > 0) {
		enum foreign_result result = postgrey_parse(source->dump.key,
		    source->dump.value, settings->delay_s, &foreign);

		if (take(arg, result == FOREIGN_TAKEN ? &foreign : NULL,
			result) != 0)
			return -1;
	}
	return rc == 0 && !source->dump.has_header ? 1 : rc;
}

static void
close_source(struct import_source *source)
{
	import_lines_close(&source->lines);
	free(source);
}

const struct import_source_ops import_postgrey = {
    .name = "postgrey",
    .what = "its folder, such as /var/lib/postgrey, or the text of db_dump",
    .delay_s = 300,
    .open = open_source,
    .read = read_source,
    .close = close_source,
};
