/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>
#include <time.h>

#include "store/store_open.h"

/*
 * sqlite: what the files of the SQLite store share, and nobody else sees.
 *
 * store_sqlite.c       the store as others know it
 * sqlite_connect.c     the handle: opened, thrown away
 * sqlite_files.c       whether the files are still those that were opened
 * sqlite_damage.c      a damaged file, and setting it aside
 * sqlite_schema.c      whose file it is, and bringing it up to date
 * sqlite_statements.c  every statement there is, and running them
 * sqlite_triplets.c    finding, changing, expiring and walking records
 * sqlite_lists.c       entries of lists
 * sqlite_counts.c      hits and counts, and the end of what is old
 * sqlite_backup.c      a copy of everything
 * sqlite_checkpoint_after_commit.c      checkpoints beside service
 * sqlite_vfs.c         larger writes to the log
 * sqlite_page_cache.c       a search less in the page cache
 *
 * A function here that returns int returns 0 or -1. Unless it takes a struct
 * err, the reason is still in the handle then, for sqlite_give_up().
 */

enum statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_FIND,
	STATEMENT_FORGET,
	STATEMENT_FORGET_IF_SAME,
	STATEMENT_MERGE,
	STATEMENT_GENERATION,
	/* Up to here prepared at once: what every turn needs, and the end of
	 * a transaction. The others when they are first used. */
	STATEMENT_SLICE_WALK,
	STATEMENT_SLICE_COUNT,
	STATEMENT_SLICE_EXPIRE,
	STATEMENT_PAGES,
	STATEMENT_FREE_PAGES,
	STATEMENT_PAGE_OCTETS,
	STATEMENT_WALK,
	STATEMENT_ENTRIES,
	STATEMENT_PUT_ENTRY,
	STATEMENT_REMOVE_ENTRY,
	STATEMENT_REMOVE_HIT,
	STATEMENT_ADD_HIT,
	STATEMENT_ADD_COUNT,
	STATEMENT_HITS,
	STATEMENT_COUNTS,
	STATEMENT_UNTIDY,
	STATEMENT_TIDY_COUNTS,
	STATEMENT_TIDY_HITS,
	STATEMENT_TIDY_ENTRY_HITS,
	STATEMENT_TIDY_ENTRIES,
};
#define STATEMENT_LAST_AT_ONCE STATEMENT_GENERATION
#define STATEMENTS             (STATEMENT_TIDY_ENTRIES + 1)

/* Which file a name stood for; ino 0: none. */
struct sqlite_mark {
	dev_t dev;
	ino_t ino;
};

#define SQLITE_HEADER_SIZE 100

/* Where the files are, and what they were when they were opened. */
struct sqlite_files {
	char *path, *wal_path, *shm_path; /* owned; links followed */
	struct sqlite_mark file, wal, shm;
	int64_t octets;          /* of the file */
	struct timespec changed; /* the file, when its header was read */
	unsigned char header[SQLITE_HEADER_SIZE];
};

struct sqlite {
	struct store store;
	struct store_options options;
	char *path;  /* owned */
	sqlite3 *db; /* owned; NULL: to be opened by the next call */
	struct sqlite_files files;
	bool suspect;    /* a handle before this one met damage */
	bool spared;     /* ... which was a schema that SQLite cannot read */
	int64_t aside_s; /* when a damaged file was set aside; 0: never */
	sqlite3_stmt *statements[STATEMENTS]; /* owned */
	int64_t patience_us; /* how long to wait for other processes */
	int64_t waited_us;   /* ... and how long it was, in this call */
	int wal_pages_n;     /* of the write-ahead log, after our last commit */
	unsigned logs_n;     /* how often we have seen it begin anew */
	int finish_at_n;     /* so many of them are to be ended here */
	bool keeps_whole_log;             /* the file, when it begins anew */
	struct checkpoint_thread *upkeep; /* owned; NULL: not needed yet */
};

/* ---- sqlite_connect.c ---- */

/* Open the file, which is not open. */
int sqlite_connect(struct sqlite *sqlite, struct err *err);

/* Close it, if it is open; the next call opens it again. */
void sqlite_disconnect(struct sqlite *sqlite);

/* Close it, and leave the write-ahead log and the file as they are: they may
 * not belong together any more, or are evidence. */
void sqlite_abandon(struct sqlite *sqlite);

/* Open the file unless it is open and still the one of that name. Every call
 * of the port begins with this. */
int sqlite_ensure_open(struct sqlite *sqlite, struct err *err);

/* Say what the handle met last. Always returns -1. */
int sqlite_explain(const struct sqlite *sqlite, struct err *err);

/* Run statements that are not kept. */
int sqlite_execute(const struct sqlite *sqlite, const char *sql,
    struct err *err);

/* ---- sqlite_vfs.c ---- */

/* The name of the file system to open databases with; NULL: the usual one. */
const char *sqlite_vfs(void);

/* ---- sqlite_page_cache.c ---- */

/* Have SQLite use our page cache. Too late once it is in use; then, or where it
 * refuses, nothing is lost but time. */
void sqlite_page_cache(void);

/* ---- sqlite_checkpoint_after_commit.c ---- */

/* So many pages of the log are worth a checkpoint: as many as the database has,
 * within these bounds. Sooner, it would write nearly as many as came in; later,
 * pages that have come in twice are written once. */
#define WAL_PAGES      4000
#define WAL_PAGES_MOST 16000 /* 64 MiB */

/* (256 MiB) and then the log must begin anew. */
#define WAL_PAGES_MAX 64000

/* Of a handle that was opened: take over from SQLite's own checkpoints. */
void sqlite_checkpoint_prepare(struct sqlite *sqlite);

/* After a commit: have done what is to be done, if options say so. */
void sqlite_checkpoint_after_commit(struct sqlite *sqlite);

/* Have the log left as it is when the handle is closed. */
void sqlite_checkpoint_leave_log(struct sqlite *sqlite);

/* Before the handle is closed. */
void sqlite_checkpoint_stop(struct sqlite *sqlite);

/* ---- sqlite_files.c ---- */

#define SQLITE_APPLICATION_ID 0x54444759 /* "TDGY", for file(1) and for us */

/* Learn the names of the files; the handle has been opened. Returns -1 when
 * memory is short. */
int sqlite_files_name(struct sqlite *sqlite);

/* Remember which files have these names: the handle is ready for use. */
void sqlite_files_note(struct sqlite *sqlite);

void sqlite_files_free(struct sqlite_files *files);

/* Check that the open files still have these names, and are what they were.
 * If not, close the handle so that nobody else's files are hurt, and say what
 * has happened. */
int sqlite_files_check(struct sqlite *sqlite, struct err *err);

/* Whether the open file is a database of ours, as far as can be told of one
 * that is damaged. */
bool sqlite_files_is_ours(const struct sqlite *sqlite);

/* Give the files that may be there, all of them or the write-ahead log alone,
 * a new name that nothing has yet; the handle is closed. Returns the name, to
 * be freed with sqlite3_free(), or NULL and why not. */
enum sqlite_aside { ASIDE_ALL, ASIDE_LOG };
char *sqlite_files_put_aside(struct sqlite *sqlite, enum sqlite_aside which,
    const char *word, struct err *err);

/* Unix seconds, as SQLite has them: for names of files, and no decision about
 * mail. */
int64_t sqlite_now_s(void);

/* ---- sqlite_damage.c ---- */

/* Whether a code of SQLite says that the file is damaged. An error of input
 * or output is not damage. */
bool sqlite_is_damage(int code);

/* The handle, which is open, met damage, as *err says. Closes it, and sets
 * the file aside if that is our business; *err says more then. Returns
 * whether it is of use to open the file again at once. */
bool sqlite_met_damage(struct sqlite *sqlite, struct err *err);

/* ---- sqlite_schema.c ---- */

/* Look before touching: it may be somebody else's. Sets the version. */
int sqlite_schema_look(const struct sqlite *sqlite, int *version,
    struct err *err);

/* Bring the schema of that version up to date. */
int sqlite_schema_migrate(const struct sqlite *sqlite, int version,
    struct err *err);

/* ---- sqlite_statements.c ---- */

/* Prepare what is not left for later. */
int sqlite_prepare(struct sqlite *sqlite, struct err *err);

/* A statement to bind to and to step through; whoever steps resets it. NULL
 * if it cannot be prepared: then whatever SQLite is told to do with it fails
 * and leaves the reason in the handle alone. */
sqlite3_stmt *sqlite_statement(struct sqlite *sqlite, enum statement which);

/* Run a statement that returns no row, and that was prepared at once or bound
 * to. */
int sqlite_run(struct sqlite *sqlite, enum statement which);

/* A call failed: leave no transaction open, and no handle that may be
 * broken. A busy database is no fault of the handle. Returns STORE_FAILED. */
enum store_rc sqlite_give_up(struct sqlite *sqlite, struct err *err);

/* ---- sqlite_lists.c ---- */

/* A text of the current row; "" for NULL. Borrowed until the next step. */
const char *sqlite_text(sqlite3_stmt *statement, int column);

/* Read the columns list and kind, from "first" on. Fails if they hold words
 * that nobody knows. */
int sqlite_read_list(sqlite3_stmt *statement, int first, bool *whitelists,
    enum list_kind *kind);

/* Bind list, kind and pattern to three parameters from "first" on; the
 * pattern is borrowed until the statement was run. */
void sqlite_bind_list(sqlite3_stmt *statement, int first, bool whitelists,
    enum list_kind kind, const char *pattern);

/* ---- The calls of the port, see decide/store.h ---- */

enum store_rc sqlite_lookup(struct store *store, const struct key *triplets,
    size_t n, struct store_answer *answers, struct err *err);
enum store_rc sqlite_apply(struct store *store,
    const struct store_change *changes, size_t n, struct err *err);
enum store_rc sqlite_expire(struct store *store, int64_t now_s, size_t rows_max,
    struct store_sweep *sweep, struct err *err);
enum store_rc sqlite_rows_at_most(struct store *store, int64_t *n_out,
    struct err *err);
enum store_rc sqlite_walk(struct store *store, const struct key *after,
    size_t n_max, struct store_row *rows, size_t *n_out, struct err *err);
enum store_rc sqlite_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err);
enum store_rc sqlite_generation(struct store *store, int64_t *generation_out,
    struct err *err);
enum store_rc sqlite_entries(struct store *store, store_entry_fn *visit,
    void *arg, struct err *err);
enum store_rc sqlite_put_entry(struct store *store,
    const struct store_entry *entry, struct err *err);
enum store_rc sqlite_remove_entry(struct store *store, bool whitelists,
    enum list_kind kind, const char *pattern, bool *found_out, struct err *err);
enum store_rc sqlite_add_counts(struct store *store,
    const struct store_hit *hits, size_t hits_n,
    const struct hourly_stats_count *counts, size_t counts_n, struct err *err);
enum store_rc sqlite_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err);
enum store_rc sqlite_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err);
enum store_rc sqlite_tidy(struct store *store, int64_t now_s,
    int64_t *entries_n_out, struct err *err);

#endif
