/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Administrators move, remove and overwrite files while they are in use, and
 * SQLite finds the write-ahead log and its index by their names: a handle
 * that goes on, or that cleans up when it is closed, hurts whatever has these
 * names by then. So every call looks first.
 *
 * The file is never opened here: closing it would take away the locks that
 * SQLite holds on it.
 */
#include "store/sqlite/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
sqlite_files_name(struct sqlite *sqlite)
{
	struct sqlite_files *files = &sqlite->files;
	const char *path = sqlite3_db_filename(sqlite->db, "main");

	sqlite_files_free(files);
	files->path = sqlite3_mprintf("%s", path);
	files->wal_path = sqlite3_mprintf("%s-wal", path);
	files->shm_path = sqlite3_mprintf("%s-shm", path);
	if (path == NULL || files->path == NULL || files->wal_path == NULL ||
	    files->shm_path == NULL)
		return -1;
	return 0;
}

static struct sqlite_mark
mark_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct sqlite_mark){0};
	return (struct sqlite_mark){st.st_dev, st.st_ino};
}

static bool
is_same(struct sqlite_mark a, struct sqlite_mark b)
{
	return a.ino != 0 && a.ino == b.ino && a.dev == b.dev;
}

static void
remove_if_same(const char *path, struct sqlite_mark mark)
{
	if (is_same(mark_of(path), mark))
		unlink(path);
}

/* ---- The header ---- */

/* As it is on the disk, past everything that SQLite remembers. A file that is
 * shorter has zeros there. */
static int
read_header(const struct sqlite *sqlite,
    unsigned char octets[SQLITE_HEADER_SIZE])
{
	sqlite3_file *file = NULL;
	int rc;

	sqlite3_file_control(sqlite->db, "main", SQLITE_FCNTL_FILE_POINTER,
	    &file);
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
enum { AT_CHANGES = 24, AT_SCHEMA = 40, AT_APPLICATION = 68 };

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

/* Whether the second header cannot have come from the first: counters go on
 * counting, also in what others write, or restore with SQLite. */
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

bool
sqlite_files_is_ours(const struct sqlite *sqlite)
{
	static const unsigned char zeros[SQLITE_HEADER_SIZE];
	unsigned char header[SQLITE_HEADER_SIZE];

	if (read_header(sqlite, header) != 0)
		return false;
	if (is_database(header))
		return number_at(header, AT_APPLICATION) ==
		    SQLITE_APPLICATION_ID;
	/* It has been ours, or a crash has left zeros, which are nobody's. */
	return is_same(mark_of(sqlite->files.path), sqlite->files.file) ||
	    memcmp(header, zeros, sizeof(zeros)) == 0;
}

/* ---- Looking ---- */

void
sqlite_files_note(struct sqlite *sqlite)
{
	struct sqlite_files *files = &sqlite->files;
	struct stat st = {.st_ino = 0};

	sqlite->spared = false;
	stat(files->path, &st);
	files->file = (struct sqlite_mark){st.st_dev, st.st_ino};
	files->octets = st.st_size;
	files->changed = st.st_mtim;
	files->wal = mark_of(files->wal_path);
	files->shm = mark_of(files->shm_path);
	if (read_header(sqlite, files->header) != 0)
		memset(files->header, 0, sizeof(files->header));
}

/* The file was removed or renamed: what we went on to write to it would be
 * lost. What the log holds goes with the file; then the log must not be found
 * by a new file of the old name, although others may still have it open. If a
 * new log has that name already, SQLite leaves it, as the file has moved. */
static int
leave_moved(struct sqlite *sqlite, struct err *err)
{
	struct sqlite_files *files = &sqlite->files;

	sqlite3_wal_checkpoint_v2(sqlite->db, "main", SQLITE_CHECKPOINT_PASSIVE,
	    NULL, NULL);
	sqlite_disconnect(sqlite);
	remove_if_same(files->wal_path, files->wal);
	remove_if_same(files->shm_path, files->shm);
	return err_set(err,
	    "database %s was removed or renamed while in use; going on with "
	    "what is there now",
	    sqlite->path);
}

/* A folder that may not be entered any more, or a disk that fails. */
static int
leave_hidden(struct sqlite *sqlite, struct err *err)
{
	err_set(err, "database %s: cannot be found: %s", sqlite->path,
	    strerror(errno));
	sqlite_disconnect(sqlite);
	return -1;
}

/* We have it open still, and nobody else can: write it to the file. */
static int
leave_without_log(struct sqlite *sqlite, struct err *err)
{
	sqlite3_wal_checkpoint_v2(sqlite->db, "main", SQLITE_CHECKPOINT_PASSIVE,
	    NULL, NULL);
	sqlite_checkpoint_leave_log(sqlite);
	sqlite_disconnect(sqlite);
	return err_set(err,
	    "database %s: its write-ahead log was removed or replaced while "
	    "in use; going on with a new one",
	    sqlite->path);
}

/* Somebody has copied another file over ours. If that is a database, the
 * write-ahead log does not belong to it, and must not find its way there. */
static int
leave_overwritten(struct sqlite *sqlite, const unsigned char *header,
    struct err *err)
{
	char *log_name = NULL;

	sqlite_abandon(sqlite);
	if (is_database(header) && sqlite->options.notice != NULL) {
		log_name = sqlite_files_put_aside(sqlite, ASIDE_LOG,
		    "overwritten", err);
		if (log_name == NULL)
			return -1;
	}
	err_set(err,
	    "database %s was overwritten while in use; going on with what is "
	    "there now%s%s%s",
	    sqlite->path, log_name != NULL ? ", and the log of before is " : "",
	    log_name != NULL ? log_name : "", log_name != NULL ? "-wal" : "");
	sqlite3_free(log_name);
	return -1;
}

/* The file was written to, by a checkpoint as a rule. */
static int
check_header(struct sqlite *sqlite, struct timespec changed, struct err *err)
{
	struct sqlite_files *files = &sqlite->files;
	unsigned char header[SQLITE_HEADER_SIZE];

	/* What is just being written may look odd once. */
	for (int look = 0; look < 2; look++) {
		if (read_header(sqlite, header) != 0)
			return 0; /* for SQLite to complain of */
		if (!is_other(files->header, header)) {
			memcpy(files->header, header, sizeof(header));
			files->changed = changed;
			return 0;
		}
	}
	return leave_overwritten(sqlite, header, err);
}

int
sqlite_files_check(struct sqlite *sqlite, struct err *err)
{
	struct sqlite_files *files = &sqlite->files;
	struct stat st = {.st_ino = 0};

	if (stat(files->path, &st) != 0 && errno != ENOENT)
		return leave_hidden(sqlite, err);
	if (!is_same(files->file, (struct sqlite_mark){st.st_dev, st.st_ino}))
		return leave_moved(sqlite, err);
	if (!is_same(mark_of(files->wal_path), files->wal))
		return leave_without_log(sqlite, err);
	files->octets = st.st_size;
	if (st.st_mtim.tv_sec != files->changed.tv_sec ||
	    st.st_mtim.tv_nsec != files->changed.tv_nsec)
		return check_header(sqlite, st.st_mtim, err);
	return 0;
}

/* ---- Putting aside ---- */

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

/* PATH.WORD-TIME, or with a number if that is taken. */
static char *
new_name(const char *path, const char *word)
{
	time_t now = (time_t)sqlite_now_s();
	char when[40] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm) != NULL)
		strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
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
move_log(const struct sqlite_files *files, const char *name)
{
	char *to = sqlite3_mprintf("%s-wal", name);
	int rc = to != NULL ? rename(files->wal_path, to) : -1;

	sqlite3_free(to);
	return rc == 0 || errno == ENOENT ? 0 : -1;
}

/* The file first: were we killed behind that, the log would be in the way of
 * nobody, for SQLite removes it when it makes a new file. */
char *
sqlite_files_put_aside(struct sqlite *sqlite, enum sqlite_aside which,
    const char *word, struct err *err)
{
	const struct sqlite_files *files = &sqlite->files;
	char *name = new_name(files->path, word);

	if (name == NULL ||
	    (which == ASIDE_ALL && rename(files->path, name) != 0) ||
	    move_log(files, name) != 0) {
		err_set(err,
		    "database %s: cannot rename it, or its write-ahead log: %s",
		    sqlite->path, strerror(errno));
		sqlite3_free(name);
		return NULL;
	}
	unlink(files->shm_path);
	return name;
}
