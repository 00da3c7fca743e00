/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* import_sql: programs that keep their records in SQL tables. FILE is an SQL
 * dump, or an SQLite database. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/gld.h"
#include "import/iredapd.h"
#include "import/policyd.h"
#include "import/proxmox.h"
#include "import/sql_dump.h"
#include "import/sqlgrey.h"
#include "system/clock.h"
#include "tools/complain.h"
#include "tools/import_clients.h"
#include "tools/import_lines.h"
#include "tools/import_source.h"
#include "tools/import_sqlite.h"
#include "tools/memory.h"
#include "tools/progress.h"

struct import_source {
	const struct sql_program *program;
	struct import_sqlite *sqlite; /* owned; NULL: a dump */
	struct import_lines dump;
	struct import_clients clients;

	/* While reading. */
	struct sql_dump reader;
	struct foreign_settings settings;
	foreign_take_fn *take;
	void *arg;
};

static struct import_source *
open_source(const struct sql_program *program, const char *path)
{
	struct import_source *source = memory_alloc(1, sizeof(*source));
	bool is_open;

	source->program = program;
	if (import_sqlite_is_database(path)) {
		source->sqlite = import_sqlite_open(path, program);
		is_open = source->sqlite != NULL;
	} else {
		is_open = import_lines_open(&source->dump, path) == 0;
	}
	if (is_open)
		return source;
	free(source);
	return NULL;
}

static void
close_source(struct import_source *source)
{
	if (source->sqlite != NULL)
		import_sqlite_close(source->sqlite);
	else
		import_lines_close(&source->dump);
	free(source->clients.items);
	free(source);
}

/* ---- Records ---- */

static int
take_record(void *arg, const struct foreign *foreign, enum foreign_result why)
{
	struct import_source *source = arg;

	if (foreign == NULL || foreign->kind != FOREIGN_CLIENT ||
	    !source->program->adds_clients)
		return source->take(source->arg, foreign, why);
	import_clients_add(&source->clients, foreign);
	return 0;
}

static int
take_row(void *arg, const struct sql_row *row)
{
	struct import_source *source = arg;

	if (!row->is_whole)
		return source->take(source->arg, NULL, FOREIGN_MALFORMED);
	if (source->reader.tokens.is_utc)
		source->settings.utc_offset_s = 0;
	return source->program->row(row, &source->settings, take_record,
	    source);
}

/* A dump without an offset has the times of the host on which it was made. */
static int64_t
local_utc_offset_s(void)
{
	struct tm tm;

	return clock_local_time(clock_now_s(), &tm) ? tm.tm_gmtoff : 0;
}

/* ---- The dump ---- */

static int
complain_about_dump(const struct import_source *source, const struct err *err)
{
	progress_end();
	complain_line("%s:%s", source->dump.name, err->text);
	return -1;
}

/* Returns 0, 1 if the dump has no table of the program, or -1 after a
 * complaint. */
static int
read_dump(struct import_source *source)
{
	static char octets[65536];
	struct err err;
	size_t n;

	source->reader = (struct sql_dump){
	    .tables = source->program->tables,
	    .tables_n = source->program->tables_n,
	    .rows = {.row = take_row, .arg = source},
	};
	while ((n = fread(octets, 1, sizeof(octets), source->dump.file)) > 0) {
		if (sql_dump_take(&source->reader, octets, n, &err) == 0)
			continue;
		return err.text[0] == '\0' ? -1
					   : complain_about_dump(source, &err);
	}
	if (ferror(source->dump.file)) {
		progress_end();
		complain("cannot read %s: %s", source->dump.name,
		    strerror(errno));
		return -1;
	}
	return sql_dump_end(&source->reader, &err) == 0
	    ? !source->reader.has_table
	    : complain_about_dump(source, &err);
}

static int
read_source(struct import_source *source,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	int rc;

	source->settings = *settings;
	source->settings.utc_offset_s = local_utc_offset_s();
	source->take = take;
	source->arg = arg;
	rc = source->sqlite == NULL
	    ? read_dump(source)
	    : import_sqlite_read(source->sqlite, take_row, source);
	/* A dump that is cut has been read up to there. */
	if (import_clients_give(&source->clients, take, arg) != 0)
		rc = -1;
	return rc;
}

/* ---- The programs ---- */

static struct import_source *
open_gld(const char *path, const char *user)
{
	(void)user;
	return open_source(&gld_program, path);
}

static struct import_source *
open_iredapd(const char *path, const char *user)
{
	(void)user;
	return open_source(&iredapd_program, path);
}

static struct import_source *
open_policyd(const char *path, const char *user)
{
	(void)user;
	return open_source(&policyd_program, path);
}

static struct import_source *
open_proxmox(const char *path, const char *user)
{
	(void)user;
	return open_source(&proxmox_program, path);
}

static struct import_source *
open_sqlgrey(const char *path, const char *user)
{
	(void)user;
	return open_source(&sqlgrey_program, path);
}

const struct import_source_ops import_gld = {
    .name = "gld",
    .what = "a dump of its database",
    .delay_s = 60,
    .open = open_gld,
    .read = read_source,
    .close = close_source,
};

const struct import_source_ops import_iredapd = {
    .name = "iredapd",
    .what = "a dump of its database",
    .delay_s = 900,
    .open = open_iredapd,
    .read = read_source,
    .close = close_source,
};

const struct import_source_ops import_policyd = {
    .name = "policyd",
    .what = "a dump of its database, or its SQLite database",
    .delay_s = 300,
    .open = open_policyd,
    .read = read_source,
    .close = close_source,
};

const struct import_source_ops import_proxmox = {
    .name = "proxmox",
    .what = "a dump of its database Proxmox_ruledb",
    .delay_s = 180,
    .open = open_proxmox,
    .read = read_source,
    .close = close_source,
};

const struct import_source_ops import_sqlgrey = {
    .name = "sqlgrey",
    .what = "a dump of its database, or its SQLite database",
    .delay_s = 300,
    .open = open_sqlgrey,
    .read = read_source,
    .close = close_source,
};
