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
 * sqlite_files: the database files of an open handle (the main file, -wal and
 * -shm): their names, and whether these names still mean the same files.
 *
 * SQLite finds -wal and -shm by their names. If an administrator moves, removes
 * or overwrites the files while they are in use, then a handle that goes on, or
 * that cleans up when it is closed, damages the files that have the names now.
 */

#define SQLITE_APPLICATION_ID 0x54444759 /* "TDGY"; file(1) shows it too */

#define SQLITE_HEADER_SIZE 100

/* ino 0: there was no such file. */
struct sqlite_file_id {
	dev_t dev;
	ino_t ino;
};

struct sqlite_files {
	char *path, *wal_path, *shm_path;   /* owned; links are followed */
	struct sqlite_file_id id, wal, shm; /* when the handle was opened */
	int64_t octets;                     /* of the main file */
	struct timespec changed; /* of the main file, when "header" was read */
	unsigned char header[SQLITE_HEADER_SIZE];
};

enum sqlite_files_state {
	FILES_SAME,
	FILES_HIDDEN,      /* errno says why the main file cannot be found */
	FILES_MOVED,       /* the main file was removed or renamed */
	FILES_LOG_LOST,    /* the write-ahead log was removed or replaced */
	FILES_OTHER_DATA,  /* the main file was overwritten: with a database */
	FILES_NO_DATABASE, /* ... with something else */
};

/* Find the names of the files; the handle is open. Returns 0, or -1 when memory
 * is short. */
int sqlite_files_name(struct sqlite_files *files, sqlite3 *db);

/* Note which files have these names now. */
void sqlite_files_note(struct sqlite_files *files, sqlite3 *db);

/* Compare the files with what was noted. */
enum sqlite_files_state sqlite_files_compare(struct sqlite_files *files,
    sqlite3 *db);

/* How many octets of the main file are free for new pages, as its header said
 * after the last checkpoint. */
int64_t sqlite_files_unused_octets(const struct sqlite_files *files);

/* Whether the main file is a database of Tardigrey. It may be damaged, so this
 * is a guess by its header. */
bool sqlite_files_are_ours(const struct sqlite_files *files, sqlite3 *db);

/* Remove -wal and -shm, if they are still the files that were noted. */
void sqlite_files_remove_log(const struct sqlite_files *files);

/* Rename the main file and the write-ahead log, or the log alone, to
 * PATH.WORD-TIME, and remove -shm. A file that does not exist is skipped. The
 * handle must be closed. Returns the new name of the main file, to be freed
 * with sqlite3_free(), or NULL and why not. */
enum sqlite_files_part { FILES_ALL, FILES_LOG };
char *sqlite_files_rename(const struct sqlite_files *files,
    enum sqlite_files_part part, const char *word, struct err *err);

void sqlite_files_free(struct sqlite_files *files);

/* Unix seconds, from SQLite's clock. Only for file names and for the time
 * between two repairs, not for decisions about mail. */
int64_t sqlite_now_s(void);

#endif
