/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_FILES_H
#define TARDIGREY_STORE_SQLITE_SQLITE_FILES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/err.h"

/*
 * sqlite_files: the database files of an open handle: the main file, -wal and
 * -shm. The module finds out whether an administrator has moved, removed,
 * overwritten or truncated them.
 *
 * SQLite finds -wal and -shm by their names. If the files are moved while they
 * are in use, the handle must not go on, nor clean up when it is closed: it
 * would damage the files that have these names now.
 */

#define SQLITE_APPLICATION_ID 0x54444759 /* "TDGY"; file(1) shows it too */

#define SQLITE_HEADER_SIZE 100

/* ino 0: there was no such file. */
struct sqlite_file_id {
	dev_t dev;
	ino_t ino;
};

struct sqlite_files {
	char *path, *wal_path, *shm_path;   /* owned; symbolic links resolved */
	struct sqlite_file_id id, wal, shm; /* set by sqlite_files_note() */
	int64_t octets;                     /* of the main file */
	struct timespec changed; /* of the main file, when "header" was read */
	unsigned char header[SQLITE_HEADER_SIZE];
};

enum sqlite_files_state {
	FILES_SAME,
	FILES_HIDDEN,      /* errno says why the main file cannot be found */
	FILES_MOVED,       /* the main file was removed or renamed */
	FILES_LOG_LOST,    /* the write-ahead log was removed or replaced */
	FILES_LOG_CUT,     /* the write-ahead log was emptied or truncated */
	FILES_CUT,         /* the main file was emptied or truncated */
	FILES_OTHER_DATA,  /* a database was written over the main file */
	FILES_NO_DATABASE, /* other data was written over the main file */
};

/* Find the names of the files; the handle is open. Returns 0, or -1 when memory
 * is short. */
int sqlite_files_name(struct sqlite_files *files, sqlite3 *db);

/* Store in *files which files have these names now, and the header of the main
 * file. */
void sqlite_files_note(struct sqlite_files *files, sqlite3 *db);

/* Compare the files with those of the last sqlite_files_note(). */
enum sqlite_files_state sqlite_files_compare(struct sqlite_files *files,
    sqlite3 *db);

/* The octets of the main file that are free for new pages, as its header said
 * after the last checkpoint. */
int64_t sqlite_files_unused_octets(const struct sqlite_files *files);

/* True if the main file is a database of Tardigrey, as far as its header shows.
 * The file may be damaged. */
bool sqlite_files_are_ours(const struct sqlite_files *files, sqlite3 *db);

/* Remove -wal and -shm, unless other files have these names now. */
void sqlite_files_remove_log(const struct sqlite_files *files);

/* Rename the main file and the write-ahead log, or the log alone, to
 * PATH.WORD-TIME, and remove -shm. A file that does not exist is skipped. The
 * handle must be closed. Returns the new name of the main file, to be freed
 * with sqlite3_free(), or NULL and why not. */
enum sqlite_files_part { FILES_ALL, FILES_LOG };
char *sqlite_files_rename(const struct sqlite_files *files,
    enum sqlite_files_part part, const char *word, struct err *err);

void sqlite_files_free(struct sqlite_files *files);

/* Unix seconds, from SQLite's clock. Use it only for file names and for the
 * time between two repairs, not for decisions about mail. */
int64_t sqlite_now_s(void);

#endif
