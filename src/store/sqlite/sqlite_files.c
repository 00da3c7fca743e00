/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Do not open the main file here a second time: closing that descriptor would
 * drop the locks that SQLite holds on the file (POSIX fcntl(2)).
 */
#include "store/sqlite/sqlite_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "store/sqlite/sqlite_log_check.h"

/* ---- Names ---- */

void
sqlite_files_free(struct sqlite_files *files)
{
	sqlite3_free(files->path);
	sqlite3_free(files->wal_path);
	sqlite3_free(files->shm_path);
	files->path = files->wal_path = files->shm_path = NULL;
}

int
sqlite_files_name(struct sqlite_files *files, sqlite3 *db)
{
	const char *path = sqlite3_db_filename(db, "main");

	sqlite_files_free(files);
	files->path = sqlite3_mprintf("%s", path);
	files->wal_path = sqlite3_mprintf("%s-wal", path);
	files->shm_path = sqlite3_mprintf("%s-shm", path);
	if (path == NULL || files->path == NULL || files->wal_path == NULL ||
	    files->shm_path == NULL)
		return -1;
	return 0;
}

/* All zeros if there is no such file. */
static struct stat
status_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st : (struct stat){0};
}

static struct sqlite_file_id
id_of(const char *path)
{
	struct stat st = status_of(path);

	return (struct sqlite_file_id){st.st_dev, st.st_ino};
}

static bool
is_same(struct sqlite_file_id a, struct sqlite_file_id b)
{
	return a.ino != 0 && a.ino == b.ino && a.dev == b.dev;
}

static void
remove_if_same(const char *path, struct sqlite_file_id id)
{
	if (is_same(id_of(path), id))
		unlink(path);
}

void
sqlite_files_remove_log(const struct sqlite_files *files)
{
	remove_if_same(files->wal_path, files->wal);
	remove_if_same(files->shm_path, files->shm);
}

/* ---- The header of the main file ---- */

/* Read the header from the file itself, not from SQLite's cache. If the file is
 * shorter, SQLite fills the rest with zeros. */
static int
read_header(sqlite3 *db, unsigned char octets[SQLITE_HEADER_SIZE])
{
	sqlite3_file *file = NULL;
	int rc;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file == NULL || file->pMethods == NULL)
		return -1;
	rc = file->pMethods->xRead(file, octets, SQLITE_HEADER_SIZE, 0);
	return rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ ? 0 : -1;
}

static bool
is_database(const unsigned char *header)
{
	return memcmp(header, "SQLite format 3", 16) == 0;
}

/* https://www.sqlite.org/fileformat2.html 1.3 */
enum {
	AT_PAGE_OCTETS = 16,
	AT_CHANGES = 24,
	AT_PAGES = 28,
	AT_FREE_PAGES = 36,
	AT_SCHEMA = 40,
	AT_APPLICATION = 68,
};

static uint32_t
number_at(const unsigned char *header, int at)
{
	return (uint32_t)header[at] << 24 | (uint32_t)header[at + 1] << 16 |
	    (uint32_t)header[at + 2] << 8 | header[at + 3];
}

static bool
is_less(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* True if the main file has been overwritten with another file. "was" is the
 * header as it was before, "is" the header now. SQLite only increments the two
 * counters, whichever program writes to the database or restores a backup. */
static bool
is_other(const unsigned char *was, const unsigned char *is)
{
	uint32_t owner = number_at(is, AT_APPLICATION);

	return is_database(was) &&
	    (!is_database(is) ||
		(owner != number_at(was, AT_APPLICATION) &&
		    owner != SQLITE_APPLICATION_ID) ||
		is_less(number_at(is, AT_CHANGES),
		    number_at(was, AT_CHANGES)) ||
		is_less(number_at(is, AT_SCHEMA), number_at(was, AT_SCHEMA)));
}

static int64_t
octets_of_pages(const unsigned char *header, int at)
{
	int64_t page_octets =
	    (int64_t)header[AT_PAGE_OCTETS] << 8 | header[AT_PAGE_OCTETS + 1];

	if (page_octets == 1)
		page_octets = 65536;
	return page_octets * number_at(header, at);
}

int64_t
sqlite_files_unused_octets(const struct sqlite_files *files)
{
	int64_t octets = octets_of_pages(files->header, AT_FREE_PAGES);

	return octets <= files->octets ? octets : 0;
}

bool
sqlite_files_are_ours(const struct sqlite_files *files, sqlite3 *db)
{
	static const unsigned char zeros[SQLITE_HEADER_SIZE];
	unsigned char header[SQLITE_HEADER_SIZE];

	if (read_header(db, header) != 0)
		return false;
	if (is_database(header))
		return number_at(header, AT_APPLICATION) ==
		    SQLITE_APPLICATION_ID;
	/* The file was ours when it was opened, or its header is all zeros, as
	 * after a crash of the machine. */
	return is_same(id_of(files->path), files->id) ||
	    memcmp(header, zeros, sizeof(zeros)) == 0;
}

/* ---- Comparing ---- */

void
sqlite_files_note(struct sqlite_files *files, sqlite3 *db)
{
	struct stat st = {.st_ino = 0};

	stat(files->path, &st);
	files->id = (struct sqlite_file_id){st.st_dev, st.st_ino};
	files->octets = st.st_size;
	files->changed = st.st_mtim;
	files->wal = id_of(files->wal_path);
	files->shm = id_of(files->shm_path);
	if (read_header(db, files->header) != 0)
		memset(files->header, 0, sizeof(files->header));
}

/* The main file was written, most likely by a checkpoint. Compare its header.
 * If it differs, read it once more: the first read may have seen a write half
 * done. If the header cannot be read, SQLite will report the error. */
static enum sqlite_files_state
compare_header(struct sqlite_files *files, sqlite3 *db, struct timespec changed)
{
	unsigned char header[SQLITE_HEADER_SIZE];

	for (int i = 0; i < 2; i++) {
		if (read_header(db, header) != 0)
			return FILES_SAME;
		if (!is_other(files->header, header)) {
			memcpy(files->header, header, sizeof(header));
			files->changed = changed;
			return FILES_SAME;
		}
	}
	return is_database(header) ? FILES_OTHER_DATA : FILES_NO_DATABASE;
}

/* True if the main file is shorter than its header says. While a checkpoint
 * runs, this is also true of a file that grows. So call this only if the file
 * has become shorter. A checkpoint after VACUUM writes the header first. */
static bool
is_cut(const struct sqlite_files *files, sqlite3 *db, int64_t octets)
{
	unsigned char header[SQLITE_HEADER_SIZE];

	if (read_header(db, header) != 0)
		return false;
	return octets <
	    octets_of_pages(is_database(header) ? header : files->header,
		AT_PAGES);
}

enum sqlite_files_state
sqlite_files_compare(struct sqlite_files *files, sqlite3 *db)
{
	struct stat st = {.st_ino = 0}, wal;

	if (stat(files->path, &st) != 0 && errno != ENOENT)
		return FILES_HIDDEN;
	if (!is_same(files->id, (struct sqlite_file_id){st.st_dev, st.st_ino}))
		return FILES_MOVED;
	wal = status_of(files->wal_path);
	if (!is_same(files->wal,
		(struct sqlite_file_id){wal.st_dev, wal.st_ino}))
		return FILES_LOG_LOST;
	if (st.st_size < files->octets && is_cut(files, db, st.st_size))
		return FILES_CUT;
	if (sqlite_log_is_cut(db, files->wal_path, wal.st_size))
		return FILES_LOG_CUT;
	files->octets = st.st_size;
	if (st.st_mtim.tv_sec != files->changed.tv_sec ||
	    st.st_mtim.tv_nsec != files->changed.tv_nsec)
		return compare_header(files, db, st.st_mtim);
	return FILES_SAME;
}

/* ---- Renaming ---- */

int64_t
sqlite_now_s(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_int64 julian_ms = 0;

	vfs->xCurrentTimeInt64(vfs, &julian_ms);
	return julian_ms / 1000 - 210866760000LL;
}

static bool
is_taken(const char *name, const char *suffix)
{
	char *path = sqlite3_mprintf("%s%s", name, suffix);
	struct stat st;
	bool taken = path == NULL || lstat(path, &st) == 0 || errno != ENOENT;

	sqlite3_free(path);
	return taken;
}

/* Make the name PATH.WORD-TIME. If it is taken, try PATH.WORD-TIME.2 and so on.
 * Returns NULL if no name is free or memory is short. */
static char *
new_name(const char *path, const char *word)
{
	char at[DATE_TIME_SIZE], when[32];

	date_time_format(sqlite_now_s(), at);
	snprintf(when, sizeof(when), "%.4s%.2s%.5s%.2s%.3s", at, at + 5, at + 8,
	    at + 14, at + 17);
	for (int i = 1; i < 100; i++) {
		char *name = i == 1
		    ? sqlite3_mprintf("%s.%s-%s", path, word, when)
		    : sqlite3_mprintf("%s.%s-%s.%d", path, word, when, i);

		if (name == NULL ||
		    (!is_taken(name, "") && !is_taken(name, "-wal")))
			return name;
		sqlite3_free(name);
	}
	return NULL;
}

static int
rename_log(const struct sqlite_files *files, const char *name)
{
	char *to = sqlite3_mprintf("%s-wal", name);
	int rc = to != NULL ? rename(files->wal_path, to) : -1;

	sqlite3_free(to);
	return rc == 0 || errno == ENOENT ? 0 : -1;
}

/* Rename the main file first. If the process is killed after that, the old log
 * does no harm: SQLite removes it when it creates a new main file. */
char *
sqlite_files_rename(const struct sqlite_files *files,
    enum sqlite_files_part part, const char *word, struct err *err)
{
	char *name = new_name(files->path, word);

	if (name == NULL ||
	    (part == FILES_ALL && rename(files->path, name) != 0) ||
	    rename_log(files, name) != 0) {
		err_set(err,
		    "database %s: cannot rename it or its write-ahead log: %s",
		    files->path, strerror(errno));
		sqlite3_free(name);
		return NULL;
	}
	unlink(files->shm_path);
	return name;
}
