/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Test the disk threads with real files. Built with -fsanitize=thread, this
 * test shows that the mutex protects all data that the threads share. */
#include "test.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/scratch.h"
#include "store/sqlite/sqlite_copy_log.h"
#include "store/sqlite/sqlite_disk_threads.h"
#include "store/sqlite/sqlite_handle.h"
#include "store/store_open.h"

/* The tests do not depend on speed, but they do not wait forever for the
 * threads. */
#define WAIT_MS_MAX 120000

static struct store *store;
static unsigned written_n;
static int notices_n;
static char last_notice[ERR_SIZE];
static struct err err;

/* ---- Obstacles for the threads ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
	bool no_thread;  /* pthread_create() fails */
	bool until_join; /* pthread_join() ends "blocks" */
	bool no_open;    /* a handle cannot be opened */
	bool fails;      /* writes to the database fail */
	bool blocks;     /* ... or wait while this is true */
	bool no_sync;    /* the log cannot be synced */
	int64_t free_n; /* free octets of the file system; 0: the real number */
	int64_t written_n; /* writes to the database */
	int64_t synced_n;  /* syncs of the log */
} obstacles;

static void
set_obstacle(bool *what, bool value)
{
	pthread_mutex_lock(&mutex);
	*what = value;
	pthread_mutex_unlock(&mutex);
}

static int64_t
count(const int64_t *what)
{
	int64_t n;

	pthread_mutex_lock(&mutex);
	n = *what;
	pthread_mutex_unlock(&mutex);
	return n;
}

static int64_t
database_writes_n(void)
{
	return count(&obstacles.written_n);
}

/* Replace the function of the C library, or that of a sanitizer, which must
 * know each thread. */
int __interceptor_pthread_create(pthread_t *thread,
    const pthread_attr_t *attributes, void *(*start)(void *), void *arg)
    __attribute__((weak));

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *arg)
{
	static int (*real)(pthread_t *, const pthread_attr_t *,
	    void *(*)(void *), void *);

	if (obstacles.no_thread)
		return EAGAIN;
	if (real == NULL)
		real = __interceptor_pthread_create;
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return real(thread, attributes, start, arg);
}

int __interceptor_pthread_join(pthread_t thread, void **result)
    __attribute__((weak));

/* Replace this function, too. The store calls it after it has told the threads
 * to end. */
int
pthread_join(pthread_t thread, void **result)
{
	static int (*real)(pthread_t, void **);

	if (obstacles.until_join)
		set_obstacle(&obstacles.blocks, false);
	if (real == NULL)
		real = __interceptor_pthread_join;
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_join");
	return real(thread, result);
}

/* With off_t of 64 bits, <sys/statvfs.h> of GNU renames the function. On
 * machines of 32 bits the function with the old name fills a smaller structure.
 */
#ifdef __GLIBC__
#define STATVFS_NAME "statvfs64"
#else
#define STATVFS_NAME "statvfs"
#endif

/* Replace the function of the C library. Only the thread of the test calls
 * it. */
int
statvfs(const char *name, struct statvfs *out)
{
	static int (*real)(const char *, struct statvfs *);
	int rc;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, STATVFS_NAME);
	rc = real(name, out);
	if (obstacles.free_n != 0)
		out->f_bavail = (fsblkcnt_t)obstacles.free_n / out->f_frsize;
	return rc;
}

/* The system's methods and those of this test, for each kind of file. */
static struct kind {
	const sqlite3_io_methods *system;
	sqlite3_io_methods ours;
} database, wal;
static sqlite3_vfs *system_vfs;

static int
database_write(sqlite3_file *file, const void *octets, int n, sqlite3_int64 at)
{
	bool fails;

	pthread_mutex_lock(&mutex);
	obstacles.written_n++;
	fails = obstacles.fails;
	while (obstacles.blocks) {
		pthread_mutex_unlock(&mutex);
		sqlite3_sleep(1);
		pthread_mutex_lock(&mutex);
	}
	pthread_mutex_unlock(&mutex);
	if (fails)
		return SQLITE_IOERR_WRITE;
	return database.system->xWrite(file, octets, n, at);
}

static int
log_sync(sqlite3_file *file, int flags)
{
	bool fails;
	int rc = wal.system->xSync(file, flags);

	pthread_mutex_lock(&mutex);
	obstacles.synced_n++;
	fails = obstacles.no_sync;
	pthread_mutex_unlock(&mutex);
	return fails ? SQLITE_IOERR_FSYNC : rc;
}

static void
make_ours(struct kind *kind, sqlite3_file *file)
{
	if (kind->system == NULL) {
		kind->system = file->pMethods;
		kind->ours = *kind->system;
		if (kind == &wal)
			kind->ours.xSync = log_sync;
		else
			kind->ours.xWrite = database_write;
	}
	file->pMethods = &kind->ours;
}

/* Open a file with the system's VFS. Replace the methods that write to the
 * database and sync the log. */
static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
    int *flags_out)
{
	int rc;

	(void)vfs;
	if ((flags & SQLITE_OPEN_MAIN_DB) != 0 && obstacles.no_open)
		return SQLITE_CANTOPEN;
	rc = system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) != 0)
		make_ours(&database, file);
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0)
		make_ours(&wal, file);
	return rc;
}

static int
install(void **state)
{
	static sqlite3_vfs vfs;

	(void)state;
	system_vfs = sqlite3_vfs_find("unix");
	vfs = *system_vfs;
	vfs.zName = "obstacles";
	vfs.xOpen = open_file;
	return sqlite3_vfs_register(&vfs, 1);
}

/* ---- A store that is written to ---- */

static struct sqlite_checkpoint *
checkpoint(void)
{
	return &((struct sqlite *)store)->checkpoint;
}

static void
notice(const char *text)
{
	notices_n++;
	snprintf(last_notice, sizeof(last_notice), "%s", text);
}

static const struct store_options options = {
    .timeout_ms = 5000,
    .use = STORE_SERVE,
    .notice = notice,
};

/* With these times the threads do nothing without a request, except to try
 * again. */
static const struct disk_times slow_times = {1000000, 10, 1000000};

/* With these times the threads soon do their work without a request. */
static const struct disk_times fast_times = {10, 10, 20};

static int
set_up(void **state)
{

	(void)state;
	memset(&obstacles, 0, sizeof(obstacles));
	written_n = 0;
	notices_n = 0;
	if (scratch_make() != 0)
		return -1;
	store = store_open(uri, &options, &err);
	if (store == NULL)
		return -1;
	checkpoint()->times = &slow_times;
	obstacles.written_n = obstacles.synced_n =
	    0; /* do not count the creation of the database */
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	set_obstacle(&obstacles.blocks, false);
	set_obstacle(&obstacles.no_sync, false);
	store_close(store);
	return scratch_remove();
}

#define BATCH 200

/* Apply n records from number "first" on, in one commit of about n pages. The
 * keys are long, and far apart in the table "record". */
static enum store_rc
apply(unsigned first, unsigned n)
{
	static struct key keys[BATCH];
	static struct store_change changes[BATCH];

	for (unsigned i = 0; i < n; i++) {
		snprintf(keys[i].client, sizeof(keys[i].client),
		    "192.0.2.0/24");
		snprintf(keys[i].sender, sizeof(keys[i].sender),
		    "%08x%0100u@example.net", (first + i) * 2654435761u,
		    first + i);
		snprintf(keys[i].recipient, sizeof(keys[i].recipient),
		    "%0110u@example.org", first);
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {CHANGE_MERGE, {0}, {1, 1, 0, 2, 2, 0, 0}},
		};
	}
	return store->records->apply(store, changes, n, &err);
}

/* Add new records. */
static enum store_rc
try_to_commit(unsigned n)
{
	enum store_rc rc = apply(written_n, n);

	if (rc == STORE_OK)
		written_n += n;
	return rc;
}

static void
commit(void)
{
	if (try_to_commit(BATCH) != STORE_OK)
		fail_msg("apply: %s", err.text);
}

/* Commit until the log has so many pages. */
static void
write_log(int pages_n)
{
	do
		commit();
	while (checkpoint()->wal_pages_n < pages_n);
}

/* Wait until *what is n. Commit while waiting, because a commit requests
 * checkpoints. */
static void
write_until(const int64_t *what, int64_t n)
{
	for (int ms = 0; count(what) < n; ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("%lld of %lld", (long long)count(what),
			    (long long)n);
		sqlite3_sleep(1);
		if (ms % 200 == 199)
			commit();
	}
}

/* Commit until the log has so many pages, and then until a checkpoint has
 * begun. */
static void
write_until_checkpoint(int pages_n)
{
	int64_t n = database_writes_n();

	write_log(pages_n);
	write_until(&obstacles.written_n, n + 1);
}

/* Commit until the log starts over. Wait turn_ms for the copier after each
 * commit. */
static void
write_until_log_starts_over(int turn_ms)
{
	int before_n = checkpoint()->wal_pages_n;

	for (int i = 0; i < 2000; i++) {
		commit();
		if (checkpoint()->wal_pages_n < before_n)
			return;
		before_n = checkpoint()->wal_pages_n;
		if (turn_ms > 0)
			sqlite3_sleep(turn_ms);
	}
	fail_msg("the log has %d pages and has not started over", before_n);
}

static void
assert_all_there(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY,
			     "unix"),
	    SQLITE_OK);
	assert_int_equal(sql_number(db, "SELECT count(*) FROM record"),
	    written_n);
	sqlite3_close(db);
}

static sqlite3 *
begin_to_read(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE,
			     "unix"),
	    SQLITE_OK);
	sql_run(db,
	    "PRAGMA wal_autocheckpoint = 0; BEGIN;"
	    "SELECT count(*) FROM record");
	return db;
}

/* ---- Syncing ---- */

static void
wait_until_synced(int64_t n)
{
	for (int ms = 0; count(&obstacles.synced_n) < n; ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("the log is not synced");
		sqlite3_sleep(1);
	}
}

static void
test_no_threads_before_a_write(void **state)
{
	struct key key = {KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a", "b"};
	struct store_answer answer;

	(void)state;
	assert_int_equal(store->records->lookup(store, &key, 1, &answer, &err),
	    STORE_OK);
	assert_null(checkpoint()->threads);
	commit();
	assert_non_null(checkpoint()->threads);
	assert_int_equal(database_writes_n(), 0);
}

/* The log is synced each time it has grown by 2 MiB, long before the first
 * checkpoint. */
static void
test_log_is_synced_by_length(void **state)
{
	(void)state;
	for (int n = 1; n <= 2; n++) {
		write_log(checkpoint()->wal_pages_n + 700);
		wait_until_synced(n);
	}
	assert_int_equal(database_writes_n(), 0);
	/* A slow machine syncs also by time. There are far fewer syncs than
	 * commits all the same. */
	assert_true(count(&obstacles.synced_n) <=
	    checkpoint()->wal_pages_n / 100);
}

/* A single commit is on the disk within two seconds, without another call. */
static void
test_log_is_synced_by_time(void **state)
{
	int64_t began_ms, ms, n;

	(void)state;
	checkpoint()->times = &disk_usual_times;
	/* SQLite itself syncs the begin of a log. */
	n = count(&obstacles.synced_n) + 1;
	assert_int_equal(try_to_commit(1), STORE_OK);
	began_ms = disk_threads_now_ms();
	wait_until_synced(n + 1);
	ms = disk_threads_now_ms() - began_ms;
	/* A sync may take the other second, and a slow machine some more. */
	assert_true(disk_usual_times.sync <= 1000);
	if (ms > 10000)
		fail_msg("synced after %lld ms", (long long)ms);
	assert_int_equal(database_writes_n(), 0);
	/* Without a new commit the log is not synced again. */
	sqlite3_sleep(50);
	assert_int_equal(count(&obstacles.synced_n), n + 1);
}

/* A checkpoint that hangs does not delay a sync. */
static void
test_log_is_synced_during_checkpoint(void **state)
{
	int64_t n;

	(void)state;
	checkpoint()->times = &fast_times;
	set_obstacle(&obstacles.blocks, true);
	write_until_checkpoint(WAL_PAGES);
	n = count(&obstacles.synced_n);
	assert_int_equal(try_to_commit(1), STORE_OK);
	wait_until_synced(n + 1);
	assert_int_equal(database_writes_n(), 1);
}

/* After the daemon has stopped, all commits are on the disk. */
static void
test_stop_syncs(void **state)
{
	int64_t n;

	(void)state;
	assert_int_equal(try_to_commit(1), STORE_OK);
	n = count(&obstacles.synced_n);
	sqlite_checkpoint_stop(checkpoint());
	assert_int_equal(count(&obstacles.synced_n), n + 1);
}

/* ---- Errors ---- */

static void
wait_until_it_works(void)
{
	for (int ms = 0; try_to_commit(1) != STORE_OK; ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("still fails: %s", err.text);
		sqlite3_sleep(1);
	}
}

static void
wait_until_it_fails(const char *why)
{
	for (int ms = 0;
	     try_to_commit(1) == STORE_OK || strstr(err.text, why) == NULL;
	     ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("does not fail: %s", err.text);
		sqlite3_sleep(1);
	}
	if (strstr(err.text, path) == NULL)
		fail_msg("the database is not named: %s", err.text);
}

/* While the disk fails, all writes fail and reads succeed. */
static void
check_failing(const char *why)
{
	const struct store_entry entry = {.kind = LIST_CLIENT,
	    .effect = LIST_WHITELIST,
	    .pattern = "example.com"};
	const struct hourly_stats_count counted = {0, "new", 0, 1, ""};
	struct store_answer answer;
	struct key key = {KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a", "b"};

	wait_until_it_fails(why);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(try_to_commit(1), STORE_FAILED);
		sqlite3_sleep(2);
	}
	assert_int_equal(store->lists->put_entries(store, &entry, 1, &err),
	    STORE_FAILED);
	assert_int_equal(store->counts->add_counts(store, NULL, 0, &counted, 1,
			     &err),
	    STORE_FAILED);
	assert_int_equal(store->records->lookup(store, &key, 1, &answer, &err),
	    STORE_OK);
}

static void
test_failed_sync_is_a_failure(void **state)
{
	(void)state;
	checkpoint()->times = &fast_times;
	commit();
	set_obstacle(&obstacles.no_sync, true);
	check_failing("cannot sync the write-ahead log: disk I/O error");
	set_obstacle(&obstacles.no_sync, false);
	wait_until_it_works();
	/* The pages that may not be on the disk have been written again. */
	assert_true(database_writes_n() > 0);
	assert_all_there();
}

static void
test_failed_checkpoint_is_a_failure(void **state)
{
	(void)state;
	set_obstacle(&obstacles.fails, true);
	write_until_checkpoint(WAL_PAGES);
	check_failing("cannot checkpoint the write-ahead log: disk I/O error");
	set_obstacle(&obstacles.fails, false);
	wait_until_it_works();
	assert_all_there();
}

/* ---- The length of the log ---- */

static int64_t
octets_of(const char *suffix)
{
	struct stat st;
	char name[sizeof(path) + 8];

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	assert_int_equal(stat(name, &st), 0);
	return st.st_size;
}

static int64_t
log_octets(void)
{
	return octets_of("-wal");
}

/* A small limit: 3 MiB. */
#define DATABASE_MAX (32 << 20)
#define LIMIT_OCTETS (DATABASE_MAX / 10)
#define SLACK_OCTETS (4 << 20) /* of one commit, and the checkpoint's own */

/* A commit does not wait for a checkpoint that hangs. */
static void
test_commits_during_checkpoint(void **state)
{
	int pages_n;

	(void)state;
	set_obstacle(&obstacles.blocks, true);
	write_until_checkpoint(WAL_PAGES);
	pages_n = checkpoint()->wal_pages_n;
	write_log(pages_n + 1000);
	assert_int_equal(database_writes_n(), 1);
	assert_all_there();
	set_obstacle(&obstacles.blocks, false);
	write_until(&obstacles.written_n, 100); /* of some hundreds */
	assert_all_there();
}

/* The log starts over near its limit each time. */
static void
test_log_starts_over(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		write_until_log_starts_over(1);
		assert_in_range(log_octets(), 0, (32 << 20) * 3);
		assert_all_there();
	}
}

/* Free space limits the log too. */
static void
test_little_space_limits_log(void **state)
{
	(void)state;
	obstacles.free_n = 60 << 20;
	for (int i = 0; i < 3; i++) {
		write_until_log_starts_over(1);
		assert_in_range(log_octets(), 0,
		    (60 << 20) / 10 * 3 / 2 + SLACK_OCTETS);
	}
	assert_all_there();
}

/* Let another handle finish the log, so that it starts over. */
static void
finish_log(sqlite3 *other)
{
	int rc;

	for (int ms = 0;; ms++) { /* busy during a checkpoint of the copier */
		rc = sqlite3_wal_checkpoint_v2(other, NULL,
		    SQLITE_CHECKPOINT_FULL, NULL, NULL);
		if (rc != SQLITE_BUSY || ms > WAIT_MS_MAX)
			break;
		sqlite3_sleep(1);
	}
	assert_int_equal(rc, SQLITE_OK);
	commit();
	assert_true(checkpoint()->wal_pages_n < WAL_PAGES / 2);
}

/* The count of copied pages is reset when the log starts over. */
static void
test_each_log_is_counted_from_zero(void **state)
{
	sqlite3 *other = begin_to_read();

	(void)state;
	sql_run(other, "COMMIT");
	for (int i = 0; i < 4; i++) {
		write_until_checkpoint(WAL_PAGES);
		finish_log(other);
	}
	assert_all_there();
	sqlite3_close(other);
}

static void
wait_until_log_is_empty(bool commits)
{
	for (int ms = 0; log_octets() > SMALL_LOG_OCTETS; ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("the log still has %lld octets",
			    (long long)log_octets());
		if (commits)
			assert_int_equal(try_to_commit(1), STORE_OK);
		sqlite3_sleep(5);
	}
}

/* A long log is emptied without another call of the store. */
static void
test_idle_log_is_emptied(void **state)
{
	(void)state;
	checkpoint()->times = &fast_times;
	write_log(3000);
	assert_true(log_octets() > SMALL_LOG_OCTETS);
	wait_until_log_is_empty(false);
	assert_all_there();
	commit();
	assert_all_there();
}

/* It is also emptied while there are few commits. */
static void
test_log_is_emptied_between_few_commits(void **state)
{
	(void)state;
	checkpoint()->times = &fast_times;
	write_log(3000);
	wait_until_log_is_empty(true);
	assert_all_there();
}

/* ---- A reader that does not end ---- */

/* Commit until new records are refused. */
static void
write_until_refused(void)
{
	for (int i = 0; try_to_commit(BATCH) == STORE_OK; i++)
		if (i > 1000)
			fail_msg("never refused");
}

static void
test_old_reader(void **state)
{
	int64_t octets;
	sqlite3 *reader;

	(void)state;
	checkpoint()->database_max = DATABASE_MAX;
	commit();
	reader = begin_to_read();
	write_until_refused();
	assert_in_range(log_octets(), 0, LIMIT_OCTETS * 4 + SLACK_OCTETS);
	wait_until_it_fails("another process has been reading it since 20");
	/* There was one notice. */
	assert_int_equal(notices_n, 1);
	assert_non_null(strstr(last_notice, "cannot be emptied"));

	/* Changes of existing records are stored up to another limit. */
	octets = log_octets();
	assert_int_equal(apply(0, BATCH), STORE_OK);
	assert_true(log_octets() > octets);
	assert_int_equal(apply(written_n - 1, 2), STORE_NO_ROOM);
	for (int i = 0; apply(0, BATCH) == STORE_OK; i++)
		if (i > 1000)
			fail_msg("never refused");
	assert_in_range(log_octets(), 0, LIMIT_OCTETS * 8 + SLACK_OCTETS);
	assert_int_equal(notices_n, 1);
	assert_all_there();

	assert_int_equal(sqlite3_close(reader), SQLITE_OK);
	wait_until_it_works();
	assert_in_range(log_octets(), 0, LIMIT_OCTETS + SLACK_OCTETS);
	assert_all_there();
}

/* ---- No room ---- */

/* New records are refused, and changes of existing records are stored. The log
 * is emptied, which may make room again. */
static void
check_refusing(const char *why)
{
	wait_until_it_fails(why);
	for (int i = 0, n = 0; n < 50; i++) {
		assert_int_equal(apply(0, 1), STORE_OK);
		n = try_to_commit(1) == STORE_OK ? 0 : n + 1;
		assert_true(i < 100000);
		sqlite3_sleep(1);
	}
	assert_int_equal(try_to_commit(1), STORE_NO_ROOM);
	assert_non_null(strstr(err.text, "new triplets are not stored"));
	assert_all_there();
}

static void
test_disk_is_nearly_full(void **state)
{
	(void)state;
	write_log(3000);
	obstacles.free_n = 9 << 20;
	check_refusing("its file system has only 9 MiB left");
	/* The log was emptied and takes no space. */
	for (int ms = 0; log_octets() > SMALL_LOG_OCTETS; ms++) {
		if (ms > WAIT_MS_MAX)
			fail_msg("the log was not emptied");
		sqlite3_sleep(1);
		try_to_commit(1);
	}
	obstacles.free_n = 100 << 20;
	wait_until_it_works();
	assert_all_there();
}

/* The log counts with all versions of a page. When it has been copied, the
 * files are shorter. */
static void
test_database_reaches_its_size(void **state)
{
	struct store_options other = options;

	(void)state;
	other.max_octets = DATABASE_MAX;
	store->ops->configure(store, &other);
	write_until_refused();
	assert_in_range(octets_of("") + log_octets(), DATABASE_MAX / 4,
	    DATABASE_MAX + LIMIT_OCTETS + SLACK_OCTETS);
	check_refusing("it has reached max_database_size");
	other.max_octets = 2LL * DATABASE_MAX;
	store->ops->configure(store, &other);
	wait_until_it_works();
}

/* A batch with new records and changes stores the changes. */
static void
test_mixed_batch(void **state)
{
	sqlite3 *db;

	(void)state;
	commit();
	obstacles.free_n = 1 << 20;
	wait_until_it_fails("only 1 MiB left");
	assert_int_equal(apply(written_n - 1, 2), STORE_NO_ROOM);
	assert_all_there();
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY,
			     "unix"),
	    SQLITE_OK);
	assert_int_equal(
	    sql_number(db, "SELECT count(*) FROM record WHERE deferred_n = 4"),
	    1);
	sqlite3_close(db);
}

/* Without room, new correspondents are refused, too. Others are refreshed. */
static void
test_correspondents(void **state)
{
	const struct key key = {KEY_CORRESPONDENT, "", "a@b", "c@d"};
	struct store_change change = {
	    .key = &key,
	    .change = {CHANGE_MERGE, {0},
		{1000, 1000, 1000, INT64_MAX, 0, 1, 0}},
	    .was_absent = true,
	};
	struct store_answer answer;

	(void)state;
	commit();
	obstacles.free_n = 1 << 20;
	wait_until_it_fails("only 1 MiB left");
	assert_int_equal(store->records->apply(store, &change, 1, &err),
	    STORE_NO_ROOM);
	assert_int_equal(store->records->lookup(store, &key, 1, &answer, &err),
	    STORE_OK);
	assert_false(answer.found);
	change.was_absent = false;
	assert_int_equal(store->records->apply(store, &change, 1, &err),
	    STORE_OK);
}

/* ---- Stopping, and obstacles to it ---- */

/* A log file that an administrator has moved is not changed. */
static void
test_moved_log_is_left_alone(void **state)
{
	char log[sizeof(path) + 8], away[sizeof(path) + 8];
	struct stat before, after;

	(void)state;
	snprintf(log, sizeof(log), "%s-wal", path);
	snprintf(away, sizeof(away), "%s.away", path);
	commit();
	assert_int_equal(rename(log, away), 0);
	assert_int_equal(stat(away, &before), 0);
	assert_int_equal(store->records->apply(store, NULL, 0, &err),
	    STORE_FAILED);
	assert_int_equal(stat(away, &after), 0);
	assert_true(before.st_size > 0);
	assert_int_equal(after.st_size, before.st_size);
	commit();
	assert_all_there();
}

/* A checkpoint that has just begun is interrupted, not finished. */
static void
test_stop_interrupts(void **state)
{
	int64_t n;

	(void)state;
	set_obstacle(&obstacles.blocks, true);
	write_until_checkpoint(WAL_PAGES);
	obstacles.until_join = true;
	sqlite_checkpoint_stop(checkpoint());
	n = database_writes_n();
	assert_null(checkpoint()->threads);
	assert_in_range(n, 1, 100); /* of some hundreds */
	/* The next write starts the threads again. */
	commit();
	assert_non_null(checkpoint()->threads);
	assert_all_there();
}

/* The store can be closed at any moment of a checkpoint. */
static void
test_closed_during_checkpoint(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		if (i % 2 == 1)
			write_until_checkpoint(WAL_PAGES);
		else
			write_log(WAL_PAGES);
		store_close(store);
		assert_all_there();
		store = store_open(uri, &options, &err);
		assert_non_null(store);
	}
}

/* If the threads cannot start, the committing thread finishes the log at its
 * limit. */
static void
check_without_threads(bool *what)
{
	*what = true;
	write_log(WAL_PAGES);
	assert_null(checkpoint()->threads);
	assert_int_equal(database_writes_n(), 0);
	write_until_log_starts_over(0);
	assert_true(database_writes_n() > 0);
	assert_all_there();
	*what = false;
	commit();
	assert_non_null(checkpoint()->threads);
}

static void
test_threads_cannot_start(void **state)
{
	(void)state;
	check_without_threads(&obstacles.no_thread);
}

static void
test_handle_cannot_open(void **state)
{
	(void)state;
	check_without_threads(&obstacles.no_open);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_no_threads_before_a_write),
	    TEST(test_log_is_synced_by_length),
	    TEST(test_log_is_synced_by_time),
	    TEST(test_log_is_synced_during_checkpoint),
	    TEST(test_stop_syncs),
	    TEST(test_failed_sync_is_a_failure),
	    TEST(test_failed_checkpoint_is_a_failure),
	    TEST(test_commits_during_checkpoint),
	    TEST(test_log_starts_over),
	    TEST(test_little_space_limits_log),
	    TEST(test_each_log_is_counted_from_zero),
	    TEST(test_idle_log_is_emptied),
	    TEST(test_log_is_emptied_between_few_commits),
	    TEST(test_old_reader),
	    TEST(test_disk_is_nearly_full),
	    TEST(test_database_reaches_its_size),
	    TEST(test_mixed_batch),
	    TEST(test_correspondents),
	    TEST(test_moved_log_is_left_alone),
	    TEST(test_stop_interrupts),
	    TEST(test_closed_during_checkpoint),
	    TEST(test_threads_cannot_start),
	    TEST(test_handle_cannot_open),
	};

	return cmocka_run_group_tests(tests, install, NULL);
}
