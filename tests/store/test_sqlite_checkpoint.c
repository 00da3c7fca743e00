/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Tests of the checkpoint thread, with a real thread and real files. If this
 * test is built with -fsanitize=thread, it shows that the two threads share
 * only what the mutex protects. */
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

#include "store/scratch.h"
#include "store/sqlite/sqlite_handle.h"
#include "store/store_open.h"

/* No test depends on speed; but none waits forever for the thread. */
#define WAIT_MS_MAX 120000

static struct store *store;
static unsigned written_n;
static struct err err;

/* ---- Obstacles for the thread ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
	bool no_thread;    /* pthread_create() fails */
	bool no_open;      /* a handle cannot be opened */
	bool fails;        /* writes to the database fail */
	bool blocks;       /* writes to the database wait while this is true */
	int64_t written_n; /* writes to the database */
	int64_t synced_n;  /* syncs of the log before these writes */
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

/* Replaces the function of the C library. */
int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *arg)
{
	static int (*real)(pthread_t *, const pthread_attr_t *,
	    void *(*)(void *), void *);

	if (obstacles.no_thread)
		return EAGAIN;
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return real(thread, attributes, start, arg);
}

/* The methods of the VFS "unix", and ours, for one kind of file. */
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
	int rc = wal.system->xSync(file, flags);

	pthread_mutex_lock(&mutex);
	if (obstacles.written_n == 0)
		obstacles.synced_n++;
	pthread_mutex_unlock(&mutex);
	return rc;
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

/* The VFS "unix", except for writes to the database and syncs of the log. */
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

static int
set_up(void **state)
{
	const struct store_options options = {
	    .timeout_ms = 5000,
	    .use = STORE_SERVE,
	};

	(void)state;
	memset(&obstacles, 0, sizeof(obstacles));
	written_n = 0;
	if (scratch_make() != 0)
		return -1;
	store = store_open(uri, &options, &err);
	/* Do not count the writes that created the database. */
	obstacles.written_n = obstacles.synced_n = 0;
	return store != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	set_obstacle(&obstacles.blocks, false);
	store_close(store);
	return scratch_remove();
}

/* One commit changes about 200 pages: keys are long, and far apart in the table
 * of passed records. */
#define BATCH 200

static void
commit(void)
{
	static struct key keys[BATCH];
	static struct store_change changes[BATCH];

	for (unsigned i = 0; i < BATCH; i++, written_n++) {
		snprintf(keys[i].client, sizeof(keys[i].client),
		    "192.0.2.0/24");
		snprintf(keys[i].sender, sizeof(keys[i].sender),
		    "%08x%0300u@example.net", written_n * 2654435761u,
		    written_n);
		snprintf(keys[i].recipient, sizeof(keys[i].recipient),
		    "b@example.org");
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {CHANGE_MERGE, {0}, {1, 1, 1, 2, 0, 1}},
		};
	}
	if (store->records->apply(store, changes, BATCH, &err) != STORE_OK)
		fail_msg("apply: %s", err.text);
}

/* Commit until the log has pages_n pages. */
static void
write_log(int pages_n)
{
	do
		commit();
	while (checkpoint()->wal_pages_n < pages_n);
}

/* The same, but give the thread time after each commit. */
static void
write_log_slowly(int pages_n)
{
	do {
		commit();
		sqlite3_sleep(10);
	} while (checkpoint()->wal_pages_n < pages_n);
}

/* Wait until *what is n. Commit meanwhile, since a commit gives the thread
 * work. */
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

/* Commit until the log has pages_n pages, and then until a checkpoint has
 * begun. */
static void
write_until_checkpoint(int pages_n)
{
	int64_t n = database_writes_n();

	write_log(pages_n);
	write_until(&obstacles.written_n, n + 1);
}

/* Commit until the log starts over. Wait turn_ms after each commit. */
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

/* ---- Tests ---- */

static void
test_no_thread_before_it_is_needed(void **state)
{
	(void)state;
	commit();
	assert_null(checkpoint()->thread);
	assert_int_equal(database_writes_n(), 0);
}

/* The thread syncs the log, long before the first checkpoint. */
static void
test_log_is_synced(void **state)
{
	(void)state;
	for (int n = 1; n <= 2; n++) {
		write_log_slowly(checkpoint()->wal_pages_n + 700);
		write_until(&obstacles.synced_n, n);
	}
	assert_int_equal(database_writes_n(), 0);
	assert_true(count(&obstacles.synced_n) <=
	    checkpoint()->wal_pages_n / 500);
}

/* A commit does not wait for a checkpoint that hangs. */
static void
test_commits_during_checkpoint(void **state)
{
	int pages_n;

	(void)state;
	set_obstacle(&obstacles.blocks, true);
	write_until_checkpoint(WAL_PAGES);
	assert_non_null(checkpoint()->thread);
	pages_n = checkpoint()->wal_pages_n;
	write_log(pages_n + 1000);
	assert_int_equal(database_writes_n(), 1);
	assert_all_there();
	set_obstacle(&obstacles.blocks, false);
	write_until(&obstacles.written_n, 100); /* of some hundreds */
	assert_all_there();
}

static void
test_log_starts_over(void **state)
{
	(void)state;
	write_log(WAL_PAGES);
	for (int i = 0; i < 3; i++) {
		checkpoint()->finish_at_n =
		    WAL_PAGES + 1000; /* a small limit */
		write_until_log_starts_over(1);
		assert_int_equal(checkpoint()->finish_at_n, WAL_PAGES_MAX);
		assert_all_there();
	}
}

static void
test_long_reader(void **state)
{
	sqlite3 *reader;
	int before_n, finish_at_n;

	(void)state;
	commit();
	reader = begin_to_read();
	checkpoint()->finish_at_n = WAL_PAGES + 1000;
	for (before_n = 0; before_n < 2 * WAL_PAGES + 3000;
	     before_n = checkpoint()->wal_pages_n) {
		commit();
		if (checkpoint()->wal_pages_n < before_n)
			fail_msg(
			    "the log has started over while another handle reads it");
	}
	/* Finishing the log has failed. It is not tried at each commit. */
	assert_non_null(checkpoint()->thread);
	finish_at_n = checkpoint()->finish_at_n;
	assert_int_equal(sqlite3_close(reader), SQLITE_OK);
	if (finish_at_n > checkpoint()->wal_pages_n + 500)
		checkpoint()->finish_at_n = checkpoint()->wal_pages_n + 500;
	write_until_log_starts_over(1);
	assert_all_there();
}

/* Let another handle finish the log, so that it starts over. */
static void
finish_log(sqlite3 *other)
{
	int rc;

	for (int ms = 0;; ms++) { /* busy while the thread does a checkpoint */
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

static int64_t
log_octets(void)
{
	struct stat st;
	char name[sizeof(path) + 8];

	snprintf(name, sizeof(name), "%s-wal", path);
	assert_int_equal(stat(name, &st), 0);
	return st.st_size;
}

/* After a flood the log file is long. It is overwritten during the flood, and
 * cut at its end. */
static void
test_long_log_is_cut(void **state)
{
	const int64_t long_octets = 64 << 20;
	sqlite3 *other;

	(void)state;
	commit();
	other = begin_to_read();
	checkpoint()->finish_at_n = INT_MAX;
	write_log((int)(long_octets / 4096) + 100);
	sql_run(other, "COMMIT");
	checkpoint()->finish_at_n = 0;
	write_until_log_starts_over(0);
	assert_true(log_octets() > long_octets);

	write_log(WAL_PAGES);
	assert_true(log_octets() > long_octets);
	finish_log(other);
	assert_true(log_octets() <= long_octets);
	assert_all_there();
	sqlite3_close(other);
}

static void *
unblock(void *arg)
{
	(void)arg;
	sqlite3_sleep(50); /* by now the test is in sqlite_checkpoint_stop() */
	set_obstacle(&obstacles.blocks, false);
	return NULL;
}

/* A checkpoint that has just begun is interrupted, not finished. */
static void
test_stop_interrupts(void **state)
{
	pthread_t thread;
	int64_t n;

	(void)state;
	set_obstacle(&obstacles.blocks, true);
	write_until_checkpoint(WAL_PAGES);
	assert_int_equal(pthread_create(&thread, NULL, unblock, NULL), 0);
	sqlite_checkpoint_stop(checkpoint());
	n = database_writes_n();
	pthread_join(thread, NULL);
	assert_null(checkpoint()->thread);
	assert_in_range(n, 1, 100); /* of some hundreds */
	/* The thread is started again when there is work. */
	commit();
	assert_non_null(checkpoint()->thread);
	assert_all_there();
}

/* The store is closed at any moment of a checkpoint. */
static void
test_closed_during_checkpoint(void **state)
{
	const struct store_options options = {
	    .timeout_ms = 5000,
	    .use = STORE_SERVE,
	};

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

static void
test_thread_errors_fail_no_commit(void **state)
{
	(void)state;
	set_obstacle(&obstacles.fails, true);
	write_until_checkpoint(WAL_PAGES);
	write_log_slowly(WAL_PAGES + 3000);
	assert_true(database_writes_n() <=
	    (checkpoint()->wal_pages_n - WAL_PAGES) / 500 + 1);
	assert_all_there();
	set_obstacle(&obstacles.fails, false);
	checkpoint()->finish_at_n = WAL_PAGES;
	write_until_log_starts_over(1);
	assert_all_there();
}

/* Without the thread, the committing thread finishes the log at its limit. */
static void
check_without_thread(bool *what)
{
	checkpoint()->finish_at_n = WAL_PAGES + 1000;
	*what = true;
	write_log(WAL_PAGES);
	assert_null(checkpoint()->thread);
	assert_int_equal(database_writes_n(), 0);
	write_until_log_starts_over(1);
	assert_true(database_writes_n() > 0);
	assert_all_there();
	*what = false;
	write_log(WAL_PAGES);
	assert_non_null(checkpoint()->thread);
}

static void
test_thread_cannot_start(void **state)
{
	(void)state;
	check_without_thread(&obstacles.no_thread);
}

static void
test_handle_cannot_open(void **state)
{
	(void)state;
	check_without_thread(&obstacles.no_open);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_no_thread_before_it_is_needed),
	    TEST(test_log_is_synced),
	    TEST(test_commits_during_checkpoint),
	    TEST(test_log_starts_over),
	    TEST(test_long_reader),
	    TEST(test_long_log_is_cut),
	    TEST(test_each_log_is_counted_from_zero),
	    TEST(test_moved_log_is_left_alone),
	    TEST(test_stop_interrupts),
	    TEST(test_closed_during_checkpoint),
	    TEST(test_thread_errors_fail_no_commit),
	    TEST(test_thread_cannot_start),
	    TEST(test_handle_cannot_open),
	};

	return cmocka_run_group_tests(tests, install, NULL);
}
