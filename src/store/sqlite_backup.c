/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * sqlite_backup: a copy, as of one moment, beside a daemon that writes. VACUUM
 * INTO reads in one transaction, so that nothing can make it begin again, and
 * leaves out what is empty.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Steps of the virtual machine between two reports; of 1,000,000 rows it
 * takes some 20,000,000. */
#define STEPS_A_REPORT 1000000

struct report {
	void (*progress)(int percent);
	int64_t octets_n; /* of the original */
	int fd;           /* of the copy */
};

/* How far it is shows in the size of the copy. */
static int
report(void *arg)
{
	const struct report *report = arg;
	int64_t done_n = lseek(report->fd, 0, SEEK_END);

	if (report->octets_n > 0 && done_n >= 0)
		report->progress(done_n >= report->octets_n
			? 99
			: (int)(100 * done_n / report->octets_n));
	return 0;
}

static int64_t
octets_n(struct sqlite *sqlite)
{
	sqlite3_stmt *statement = NULL;
	int64_t n = 0;

	if (sqlite3_prepare_v2(sqlite->db,
		"SELECT (page_count - freelist_count) * page_size FROM"
		" pragma_page_count, pragma_freelist_count, pragma_page_size",
		-1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

/* SQLite takes an empty file for its own; this one is new and nobody else's. */
static int
create(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		err_set(err, "%s: is there already; name a new file", path);
	else if (fd < 0)
		err_set(err,
		    "%s: %s; the account of the daemon must be able to write "
		    "there",
		    path, strerror(errno));
	return fd;
}

static int
vacuum_into(struct sqlite *sqlite, const char *path)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(sqlite->db, "VACUUM INTO ?1", -1,
	    &statement, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
		rc = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

enum store_rc
sqlite_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct report report_arg = {.progress = progress};
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	report_arg.fd = create(path, err);
	if (report_arg.fd < 0)
		return STORE_FAILED;
	report_arg.octets_n = octets_n(sqlite);
	if (progress != NULL)
		sqlite3_progress_handler(sqlite->db, STEPS_A_REPORT, report,
		    &report_arg);
	rc = vacuum_into(sqlite, path);
	sqlite3_progress_handler(sqlite->db, 0, NULL, NULL);
	if (rc == 0 && fsync(report_arg.fd) != 0)
		rc = -1;
	close(report_arg.fd);
	if (rc == 0)
		return STORE_OK;
	unlink(path);
	sqlite_give_up(sqlite, err);
	err_prefix(err, "%s: not written", path);
	return STORE_FAILED;
}
