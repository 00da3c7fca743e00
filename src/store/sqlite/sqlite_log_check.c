/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_log_check.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

/* The format of both files: https://www.sqlite.org/walformat.html 2.1 and 4.
 * Numbers of the index are in the order of this machine. */
#define LOG_HEADER_N   32
#define FRAME_HEADER_N 24
#define INDEX_HEADER_N 48
#define INDEX_REGION_N 32768
enum {
	LOG_AT_SALT = 16,
	INDEX_AT_COMMITS = 8,
	INDEX_AT_READY = 12,
	INDEX_AT_PAGE_OCTETS = 14, /* 16 bits; 1 is 65536 */
	INDEX_AT_FRAMES = 16,
	INDEX_AT_SALT = 32,
	SALT_N = 8,
};

/* Copy the header of the index, each number of 32 bits at once: another process
 * may be changing it. Returns 0, or -1 if there is none. */
static int
read_index(sqlite3 *db, unsigned char header[INDEX_HEADER_N])
{
	sqlite3_file *file = NULL;
	void volatile *region = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file == NULL || file->pMethods == NULL ||
	    file->pMethods->iVersion < 2 ||
	    file->pMethods->xShmMap(file, 0, INDEX_REGION_N, 0, &region) !=
		SQLITE_OK ||
	    region == NULL)
		return -1;
	for (int i = 0; i < INDEX_HEADER_N; i += 4) {
		uint32_t word = ((const uint32_t volatile *)region)[i / 4];

		memcpy(header + i, &word, sizeof(word));
	}
	return header[INDEX_AT_READY] != 0 ? 0 : -1;
}

int
sqlite_log_commits(sqlite3 *db, uint32_t *out)
{
	unsigned char header[INDEX_HEADER_N];

	if (read_index(db, header) != 0)
		return -1;
	memcpy(out, header + INDEX_AT_COMMITS, sizeof(*out));
	return 0;
}

/* The least length of a log with this index; 0: it may be empty. */
static int64_t
least_octets(const unsigned char header[INDEX_HEADER_N])
{
	uint16_t page_octets;
	uint32_t frames_n;

	memcpy(&page_octets, header + INDEX_AT_PAGE_OCTETS,
	    sizeof(page_octets));
	memcpy(&frames_n, header + INDEX_AT_FRAMES, sizeof(frames_n));
	if (frames_n == 0)
		return 0;
	return LOG_HEADER_N +
	    (int64_t)frames_n *
	    (FRAME_HEADER_N + (page_octets == 1 ? 65536 : page_octets));
}

static bool
begins_rightly(sqlite3 *db, const unsigned char header[INDEX_HEADER_N])
{
	unsigned char log_header[LOG_HEADER_N];
	sqlite3_file *log = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log == NULL || log->pMethods == NULL)
		return true;
	switch (log->pMethods->xRead(log, log_header, LOG_HEADER_N, 0)) {
	case SQLITE_OK:
		return memcmp(log_header + LOG_AT_SALT, header + INDEX_AT_SALT,
			   SALT_N) == 0;
	case SQLITE_IOERR_SHORT_READ:
		return false;
	default:
		return true; /* SQLite will report the error */
	}
}

/* log_octets is the length of the log. */
static bool
fits(sqlite3 *db, int64_t log_octets,
    const unsigned char header[INDEX_HEADER_N])
{
	int64_t least = least_octets(header);

	return least == 0 ||
	    (log_octets >= least && begins_rightly(db, header));
}

/* If the length cannot be read, the log counts as long enough. */
static int64_t
octets_of(const char *wal_path)
{
	struct stat st;

	return stat(wal_path, &st) == 0 ? st.st_size : INT64_MAX;
}

/* A process that starts the log over or empties it changes the index first, and
 * one that appends to it changes the index last. So a sound log fits the index,
 * unless the index changes during the check. Look twice, because a read may
 * fail by chance. */
#define TRIES 4

bool
sqlite_log_is_cut(sqlite3 *db, const char *wal_path, int64_t log_octets)
{
	unsigned char before[INDEX_HEADER_N], after[INDEX_HEADER_N];
	int misfits_n = 0;

	if (read_index(db, before) != 0 || fits(db, log_octets, before))
		return false;
	for (int i = 0; i < TRIES; i++) {
		if (read_index(db, before) != 0 ||
		    fits(db, octets_of(wal_path), before))
			return false;
		if (read_index(db, after) != 0)
			return false;
		if (memcmp(before, after, sizeof(before)) == 0 &&
		    ++misfits_n == 2)
			return true;
	}
	return false;
}
