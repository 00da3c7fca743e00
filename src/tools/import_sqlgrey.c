/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* import_sqlgrey: the SQLite database of sqlgrey. */
#include <sqlite3.h>
#include <stdlib.h>

#include "import/sqlgrey.h"
#include "tools/complain.h"
#include "tools/import_source.h"
#include "tools/memory.h"
#include "tools/progress.h"

/* A client is auto-whitelisted for all senders, so add up the rows of all its
 * senders in sqlgrey. */
static const char triplets_sql[] =
    "SELECT sender_name, sender_domain, src, rcpt, first_seen FROM connect";
static const char clients_sql[] =
    "SELECT src, min(first_seen), max(last_seen), sum(retries) FROM ("
    "SELECT src, first_seen, last_seen, 1 AS retries FROM from_awl UNION ALL "
    "SELECT src, first_seen, last_seen, 2 FROM domain_awl) GROUP BY src";

struct import_source {
	sqlite3 *db;
	sqlite3_stmt *triplets, *clients;
};

static void
close_source(struct import_source *source)
{
	sqlite3_finalize(source->triplets);
	sqlite3_finalize(source->clients);
	sqlite3_close(source->db);
	free(source);
}

/* Begin to read now. From then on the reader sees one state of the database,
 * and the files are open. */
static int
open_database(struct import_source *source, const char *path)
{
	return sqlite3_open_v2(path, &source->db, SQLITE_OPEN_READONLY, NULL) ==
		    SQLITE_OK &&
		sqlite3_busy_timeout(source->db, 5000) == SQLITE_OK &&
		sqlite3_exec(source->db,
		    "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL,
		    NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(source->db, triplets_sql, -1,
		    &source->triplets, NULL) == SQLITE_OK &&
		sqlite3_prepare_v2(source->db, clients_sql, -1,
		    &source->clients, NULL) == SQLITE_OK
	    ? 0
	    : -1;
}

static struct import_source *
open_source(const char *path, const char *user)
{
	struct import_source *source = memory_alloc(1, sizeof(*source));

	(void)user;
	if (open_database(source, path) == 0)
		return source;
	complain("cannot read %s as a database of sqlgrey: %s", path,
	    sqlite3_errmsg(source->db));
	close_source(source);
	return NULL;
}

/* ---- Rows ---- */

static const char *
text(sqlite3_stmt *row, int column)
{
	const unsigned char *value = sqlite3_column_text(row, column);

	return value == NULL ? "" : (const char *)value;
}

static enum foreign_result
triplet_of(sqlite3_stmt *row, struct foreign *out)
{
	return sqlgrey_triplet(text(row, 0), text(row, 1), text(row, 2),
	    text(row, 3), sqlite3_column_int64(row, 4), out);
}

static enum foreign_result
client_of(sqlite3_stmt *row, struct foreign *out)
{
	return sqlgrey_client(text(row, 0), sqlite3_column_int64(row, 1),
	    sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3), out);
}

static int
read_rows(struct import_source *source, sqlite3_stmt *rows,
    enum foreign_result (*parse)(sqlite3_stmt *row, struct foreign *out),
    import_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	int rc;

	while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
		enum foreign_result result = parse(rows, &foreign);

		if (take(arg, result == FOREIGN_TAKEN ? &foreign : NULL,
			result) != 0)
			return -1;
	}
	if (rc == SQLITE_DONE)
		return 0;
	progress_end();
	complain("cannot read the database of sqlgrey: %s",
	    sqlite3_errmsg(source->db));
	return -1;
}

static int
read_source(struct import_source *source,
    const struct import_settings *settings, import_take_fn *take, void *arg)
{
	(void)settings;
	if (read_rows(source, source->triplets, triplet_of, take, arg) != 0)
		return -1;
	return read_rows(source, source->clients, client_of, take, arg);
}

const struct import_source_ops import_sqlgrey = {
    .name = "sqlgrey",
    .what = "its SQLite database, such as /var/lib/sqlgrey/sqlgrey.db",
    .delay_s = 300,
    .open = open_source,
    .read = read_source,
    .close = close_source,
};
