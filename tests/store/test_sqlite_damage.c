/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Tests of damaged databases, and of files that are moved, removed or
 * overwritten while they are in use. */
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/scratch.h"
#include "store/store_open.h"

#define ROWS 400

static struct store_options options;
static struct err err;
static int notices_n;
static char noticed[4096];

static void
notice(const char *text)
{
	notices_n++;
	snprintf(noticed, sizeof(noticed), "%s", text);
}

static int
set_up(void **state)
{
	(void)state;
	options = (struct store_options){.timeout_ms = 20, .notice = notice};
	notices_n = 0;
	noticed[0] = '\0';
	return scratch_make();
}

static int
tear_down(void **state)
{
	(void)state;
	return scratch_remove();
}

/* ---- Files ---- */

static const char *
path_with(const char *suffix)
{
	static char names[4][160];
	static int next;
	char *name = names[next++ % 4];

	snprintf(name, sizeof(names[0]), "%s%s", path, suffix);
	return name;
}

static bool
exists(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0;
}

/* Count the files in the folder that have "word" in their name, and "end" at
 * its end. */
static int
names_n(const char *word, const char *end, char last[256])
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(dir)) != NULL) {
		size_t length = strlen(entry->d_name), end_n = strlen(end);

		if (strstr(entry->d_name, word) == NULL || length < end_n ||
		    strcmp(entry->d_name + length - end_n, end) != 0)
			continue;
		snprintf(last, 256, "%s", entry->d_name);
		n++;
	}
	closedir(dir);
	return n;
}

static int
set_aside_n(void)
{
	char last[256];

	return names_n("db.corrupt-", "Z", last) +
	    names_n("db.corrupt-", "Z.2", last);
}

static void
write_at(const char *name, long from, long octets_n, int octet)
{
	int fd = open(name, O_WRONLY);

	assert_true(fd >= 0);
	for (long i = 0; i < octets_n; i++) {
		char c = (char)(octet < 0 ? (i * 7919) >> 3 : octet);

		assert_int_equal(pwrite(fd, &c, 1, from + i), 1);
	}
	close(fd);
}

static void
copy_over(const char *from, const char *to)
{
	char command[400];

	snprintf(command, sizeof(command), "cat '%s' > '%s'", from, to);
	assert_int_equal(system(command), 0);
}

static long
size_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(name, &st), 0);
	return (long)st.st_size;
}

/* Damage all pages but the first, which has the application_id. */
static void
damage(const char *name)
{
	write_at(name, 4096, size_of(name) - 4096, -1);
}

static void
foreign_at(const char *name, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	sql_run(db, sql);
	sqlite3_close(db);
}

static void
assert_sound(const char *name)
{
	sqlite3 *db;
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1,
			     &statement, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0),
	    "ok");
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

/* ---- The store ---- */

static struct store *
open_or_fail(void)
{
	struct store *store = store_open(uri, &options, &err);

	if (store == NULL)
		fail_msg("%s", err.text);
	return store;
}

static struct key
numbered_key(int i)
{
	struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};

	snprintf(key.sender, sizeof(key.sender), "%0100d@example.net", i);
	return key;
}

/* Every second record has passed, so that both tables have pages. */
static enum store_rc
put(struct store *store, int i)
{
	struct key key = numbered_key(i);
	struct store_change change = {
	    .key = &key,
	    .change = {CHANGE_MERGE, {0}, {1, 1, i % 2, 2, 1, i % 2, 0}},
	};

	return store->records->apply(store, &change, 1, &err);
}

static enum store_rc
get(struct store *store, int i, bool *found)
{
	struct key key = numbered_key(i);
	struct store_answer answer = {.found = false};
	enum store_rc rc =
	    store->records->lookup(store, &key, 1, &answer, &err);

	*found = answer.found;
	return rc;
}

static void
fill(struct store *store, int first, int n)
{
	for (int i = first; i < first + n; i++)
		if (put(store, i) != STORE_OK)
			fail_msg("%s", err.text);
}

/* Make a database of some pages. It is closed, and its log is empty. */
static void
make_database(void)
{
	struct store *store = open_or_fail();

	fill(store, 0, ROWS);
	store_close(store);
	assert_true(size_of(path) > 40960);
}

/* Look up all records, until a call fails. */
static enum store_rc
get_all(struct store *store)
{
	bool found;

	for (int i = 0; i < ROWS; i++)
		if (get(store, i, &found) != STORE_OK)
			return STORE_FAILED;
	return STORE_OK;
}

static void
assert_err(const char *word)
{
	if (strstr(err.text, word) == NULL || strstr(err.text, path) == NULL)
		fail_msg("expected \"%s\" and the name in \"%s\"", word,
		    err.text);
}

static void
assert_noticed(void)
{
	char last[256], name[400];

	assert_int_equal(notices_n, 1);
	assert_int_equal(names_n("db.corrupt-", "Z", last), 1);
	snprintf(name, sizeof(name), "%s/%s", folder, last);
	assert_non_null(strstr(noticed, path));
	assert_non_null(strstr(noticed, name));
	assert_non_null(strstr(noticed, ".recover"));
}

static void
assert_works(struct store *store)
{
	bool found = false;

	if (put(store, 1) != STORE_OK || get(store, 1, &found) != STORE_OK)
		fail_msg("%s", err.text);
	assert_true(found);
}

/* ---- Set aside ---- */

static void
test_at_the_start(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	make_database();
	write_at(path, 100, 3996, -1); /* the first page after its header */
	store = open_or_fail();
	assert_noticed();
	assert_int_equal(get(store, 0, &found), STORE_OK);
	assert_false(found);
	assert_works(store);
	store_close(store);
	assert_sound(path);
}

static void
test_header_of_zeros(void **state)
{
	(void)state;
	make_database();
	write_at(path, 0, 4096, 0);
	store_close(open_or_fail());
	assert_noticed();
}

static void
test_while_it_runs(void **state)
{
	struct store *store;
	int failures_n = 0;

	(void)state;
	make_database();
	store = open_or_fail();
	damage(path);
	while (get_all(store) != STORE_OK)
		assert_true(++failures_n < 4);
	assert_int_equal(failures_n, 2);
	assert_noticed();
	assert_works(store);
	store_close(store);
	assert_sound(path);
}

/* The write-ahead log is set aside together with the main file. */
static void
test_with_its_log(void **state)
{
	struct store *store;
	char last[256];

	(void)state;
	make_database();
	store = open_or_fail();
	fill(store, ROWS, 20);
	write_at(path, 0, 4096, -1);
	damage(path);
	for (int i = 0; i < 4 && notices_n == 0; i++)
		get_all(store);
	assert_noticed();
	assert_int_equal(names_n("db.corrupt-", "Z-wal", last), 1);
	assert_works(store);
	store_close(store);
}

/* A new database that is damaged within minutes is not set aside: the machine
 * has a fault. Two files set aside in the same second get different names. */
static void
test_twice(void **state)
{
	struct store *store;

	(void)state;
	make_database();
	damage(path);
	store = open_or_fail();
	while (notices_n == 0)
		get_all(store);
	fill(store, 0, ROWS);
	store_close(store);
	damage(path);
	store = open_or_fail();
	for (int i = 0; i < 4 && notices_n < 2; i++)
		get_all(store);
	assert_int_equal(notices_n, 2);
	assert_int_equal(set_aside_n(), 2);
	fill(store, 0, ROWS);
	sqlite3_sleep(1); /* so that st_mtim of the file changes */
	foreign_at(path, "PRAGMA wal_checkpoint(TRUNCATE)");
	damage(path);
	for (int i = 0; i < 4; i++)
		assert_int_equal(get_all(store), STORE_FAILED);
	assert_err("check the disk");
	assert_int_equal(notices_n, 2);
	store_close(store);
}

/* ---- Not set aside ---- */

static void
test_refuse(void **state)
{
	struct store *store;
	ino_t was;
	struct stat st;

	(void)state;
	make_database();
	stat(path, &st);
	was = st.st_ino;
	options.on_corruption = CORRUPTION_REFUSE;
	store = open_or_fail();
	damage(path);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(get_all(store), STORE_FAILED);
		assert_err("(on_corruption = refuse)");
	}
	/* A reload of the settings allows it. */
	options.on_corruption = CORRUPTION_REPLACE;
	store->ops->configure(store, &options);
	get_all(store);
	get_all(store);
	assert_noticed();
	assert_works(store);
	store_close(store);
	stat(path, &st);
	assert_true(st.st_ino != was);
}

static void
test_refuse_at_the_start(void **state)
{
	(void)state;
	make_database();
	write_at(path, 100, 3996, -1);
	options.on_corruption = CORRUPTION_REFUSE;
	assert_null(store_open(uri, &options, &err));
	assert_err("(on_corruption = refuse)");
	assert_int_equal(set_aside_n(), 0);
	assert_int_equal(notices_n, 0);
}

/* A program other than the daemon only says what to do. */
static void
test_visitor(void **state)
{
	struct store *store;

	(void)state;
	make_database();
	options.notice = NULL;
	store = open_or_fail();
	damage(path);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(get_all(store), STORE_FAILED);
		assert_err("only tardigreyd does that");
	}
	store_close(store);
	write_at(path, 100, 3996, -1);
	assert_null(store_open(uri, &options, &err));
	assert_err(".recover");
	assert_int_equal(set_aside_n(), 0);
}

static void
assert_refused_untouched(const char *word)
{
	struct stat before, after;

	assert_int_equal(stat(path, &before), 0);
	assert_null(store_open(uri, &options, &err));
	assert_err(word);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(set_aside_n(), 0);
	assert_int_equal(notices_n, 0);
}

static void
test_other_owner(void **state)
{
	FILE *file = fopen(path, "w");

	(void)state;
	for (int i = 0; i < 1000; i++)
		fputs("dear diary\n", file);
	fclose(file);
	assert_refused_untouched("not a database");
	unlink(path);
	foreign_at(path, "CREATE TABLE cat (name)");
	assert_refused_untouched("belongs to another program");
	write_at(path, 100, 3996, -1);
	assert_refused_untouched("move this one away");
}

/* The schema has something that this SQLite does not know. */
static void
test_unknown_schema_is_not_damage(void **state)
{
	struct store *store;

	(void)state;
	make_database();
	store = open_or_fail();
	foreign_at(path,
	    "CREATE TABLE future (a); PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_master SET sql = 'CREATE TABLE future (a) HOLY'"
	    " WHERE name = 'future'; PRAGMA schema_version = 77");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(get_all(store), STORE_FAILED);
		assert_int_equal(set_aside_n(), 0);
	}
	assert_err("pages are sound");
	store_close(store);
	assert_refused_untouched("pages are sound");
}

/* Another daemon holds the lock to set the files aside. */
static void
test_one_at_a_time(void **state)
{
	struct store *store;
	int fd;

	(void)state;
	make_database();
	store = open_or_fail();
	damage(path);
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(get_all(store), STORE_FAILED);
	assert_err("cannot be set aside yet");
	assert_int_equal(set_aside_n(), 0);
	close(fd);
	get_all(store);
	assert_noticed();
	assert_works(store);
	store_close(store);
}

/* Two daemons with one database: the first sets it aside, the second goes on
 * with the new one. Neither damages files of the other. */
static void
test_two_daemons(void **state)
{
	struct store *a, *b;
	bool found;

	(void)state;
	make_database();
	a = open_or_fail();
	b = open_or_fail();
	damage(path);
	for (int i = 0; i < 4 && notices_n == 0; i++)
		get_all(a);
	assert_noticed();
	assert_works(a);
	for (int i = 0; get_all(b) != STORE_OK; i++)
		assert_true(i < 2);
	assert_int_equal(get(b, 1, &found), STORE_OK);
	assert_true(found);
	fill(a, 500, 10);
	fill(b, 600, 10);
	assert_int_equal(get(a, 609, &found), STORE_OK);
	assert_true(found);
	assert_int_equal(get(b, 509, &found), STORE_OK);
	assert_true(found);
	assert_int_equal(set_aside_n(), 1);
	assert_int_equal(notices_n, 1);
	store_close(a);
	assert_works(b);
	store_close(b);
	assert_sound(path);
}

/* ---- Moved, removed, overwritten ---- */

/* A file that is moved has everything that was written to it. */
static void
test_moved_with_its_log(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	fill(store, 1000, 10);
	assert_int_equal(rename(path, path_with(".away")), 0);
	assert_int_equal(put(store, 1), STORE_FAILED);
	assert_err("removed or renamed");
	assert_works(store);
	store_close(store);
	snprintf(uri, sizeof(uri), "sqlite:%s", path_with(".away"));
	store = open_or_fail();
	for (int i = 1000; i < 1010; i++) {
		assert_int_equal(get(store, i, &found), STORE_OK);
		assert_true(found);
	}
	store_close(store);
}

/* When a handle of the moved file is closed, the log of the new file stays. */
static void
test_closed_after_move(void **state)
{
	struct store *a, *b;
	bool found;

	(void)state;
	make_database();
	a = open_or_fail();
	b = open_or_fail();
	assert_works(b);
	assert_int_equal(rename(path, path_with(".away")), 0);
	assert_int_equal(put(a, 1), STORE_FAILED);
	assert_err("removed or renamed");
	fill(a, 0, 10);
	store_close(b);
	assert_true(exists(path_with("-wal")));
	assert_true(exists(path_with("-shm")));
	fill(a, 10, 10);
	foreign_at(path, "INSERT INTO list_generation VALUES (1)");
	for (int i = 0; i < 20; i++) {
		assert_int_equal(get(a, i, &found), STORE_OK);
		assert_true(found);
	}
	store_close(a);
	assert_sound(path);
	assert_sound(path_with(".away"));
}

/* Another database replaces the file, while a second handle still has the old
 * file and its log open. */
static void
test_replaced_in_use(void **state)
{
	struct store *a, *b;
	bool found;

	(void)state;
	make_database();
	a = open_or_fail();
	store_close(a);
	copy_over(path, path_with(".other"));
	a = open_or_fail();
	b = open_or_fail();
	fill(b, 1000, 100);
	assert_int_equal(rename(path_with(".other"), path), 0);
	assert_int_equal(put(a, 1), STORE_FAILED);
	assert_err("removed or renamed");
	assert_works(a);
	assert_int_equal(get(a, 1000, &found), STORE_OK);
	assert_false(found);
	assert_int_equal(put(b, 1), STORE_FAILED);
	assert_works(b);
	fill(b, 2000, 10);
	assert_int_equal(get(a, 2000, &found), STORE_OK);
	assert_true(found);
	store_close(a);
	store_close(b);
	assert_sound(path);
}

static void
test_log_is_removed(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	fill(store, 1000, 10);
	assert_int_equal(unlink(path_with("-wal")), 0);
	assert_int_equal(put(store, 1010), STORE_FAILED);
	assert_err("write-ahead log was removed");
	fill(store, 1011, 10);
	for (int i = 1000; i < 1010; i++) {
		assert_int_equal(get(store, i, &found), STORE_OK);
		assert_true(found);
	}
	store_close(store);
	assert_sound(path);
	assert_int_equal(notices_n, 0);
}

/* Overwritten with an older copy, with a backup, and with a database of another
 * program: the log is applied to none of them. */
static void
test_overwritten(void **state)
{
	struct store *store;
	bool found;
	char last[256];

	(void)state;
	make_database();
	copy_over(path, path_with(".old"));
	store = open_or_fail();
	assert_int_equal(store->ops->backup(store, path_with(".backup"), NULL,
			     &err),
	    STORE_OK);
	fill(store, 1000, 2000);
	store_close(store);
	for (int i = 0; i < 2; i++) {
		store = open_or_fail();
		fill(store, 5000, 10);
		copy_over(path_with(i == 0 ? ".old" : ".backup"), path);
		assert_int_equal(put(store, 1), STORE_FAILED);
		assert_err("was overwritten");
		assert_int_equal(get(store, 5000, &found), STORE_OK);
		assert_false(found);
		assert_int_equal(get_all(store), STORE_OK);
		assert_works(store);
		fill(store, 1000, 2000);
		store_close(store);
		assert_sound(path);
		assert_int_equal(names_n("db.overwritten-", "-wal", last),
		    i + 1);
	}
	foreign_at(path_with(".cats"), "CREATE TABLE cat (name)");
	store = open_or_fail();
	fill(store, 5000, 10);
	copy_over(path_with(".cats"), path);
	assert_int_equal(put(store, 1), STORE_FAILED);
	assert_int_equal(put(store, 1), STORE_FAILED);
	assert_err("belongs to another program");
	store_close(store);
	foreign_at(path, "INSERT INTO cat VALUES ('Tom')");
	assert_sound(path);
	assert_int_equal(notices_n, 0);
	assert_int_equal(set_aside_n(), 0);
}

/* Changes that SQLite makes to a file in use are not reported as an overwritten
 * file. */
static void
test_not_overwritten(void **state)
{
	struct store *store;
	char sql[200];
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	assert_int_equal(store->ops->backup(store, path_with(".backup"), NULL,
			     &err),
	    STORE_OK);
	fill(store, 1000, 2000);
	foreign_at(path, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_works(store);
	foreign_at(path, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
	assert_works(store);
	foreign_at(path,
	    "CREATE INDEX mine ON record (expires);"
	    "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_works(store);
	snprintf(sql, sizeof(sql),
	    "sqlite3 %s '.restore %s' 'PRAGMA wal_checkpoint(TRUNCATE)'"
	    " >/dev/null 2>&1",
	    path, path_with(".backup"));
	if (system(sql) == 0) {
		assert_works(store);
		assert_int_equal(get(store, 1000, &found), STORE_OK);
		assert_false(found);
	}
	store_close(store);
	assert_sound(path);
}

/* A symbolic link is followed: its target is set aside. */
static void
test_link(void **state)
{
	struct store *store;
	char last[256];

	(void)state;
	make_database();
	assert_int_equal(rename(path, path_with(".real")), 0);
	assert_int_equal(symlink(path_with(".real"), path), 0);
	store = open_or_fail();
	assert_works(store);
	damage(path);
	for (int i = 0; i < 4 && notices_n == 0; i++)
		get_all(store);
	assert_int_equal(notices_n, 1);
	assert_int_equal(names_n("db.real.corrupt-", "Z", last), 1);
	assert_works(store);
	store_close(store);
}

/* ---- Truncated ---- */

static void
cut(const char *name, long octets)
{
	assert_int_equal(truncate(name, octets), 0);
}

static void
put_entry_of(struct store *store, const char *pattern)
{
	struct store_entry entry = {
	    .kind = LIST_CLIENT, .effect = LIST_WHITELIST, .created_s = 1};

	strcpy(entry.pattern, pattern);
	strcpy(entry.comment, "typed by hand");
	if (store->lists->put_entries(store, &entry, 1, &err) != STORE_OK)
		fail_msg("%s", err.text);
}

static void
add_entry_text(const struct store_entry *entry, void *arg)
{
	strcat(arg, entry->pattern);
	strcat(arg, strcmp(entry->comment, "typed by hand") == 0 ? " " : "? ");
}

static void
assert_entries(struct store *store, const char *wanted)
{
	char found[400] = "";

	if (store->lists->entries(store, add_entry_text, found, &err) !=
	    STORE_OK)
		fail_msg("%s", err.text);
	assert_string_equal(found, wanted);
}

/* A call fails with this text. Then the store works again. */
static void
assert_fails_once(struct store *store, const char *text)
{
	bool found;

	assert_int_equal(get(store, 0, &found), STORE_FAILED);
	assert_err(text);
	assert_works(store);
}

/* How the log may be cut: to this length; then, if "extended", back to the old
 * length with zeros, as SQLite does when it goes on writing. */
static const struct {
	long octets;
	bool extended;
} cuts[] = {{0, false}, {0, true}, {31, false}, {20000, false}};

static void
test_log_cut(void **state)
{
	char last[256];
	bool found;

	(void)state;
	make_database();
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		struct store *store = open_or_fail();
		long octets;

		fill(store, ROWS * (int)(i + 1), 20);
		put_entry_of(store, "192.0.2.1");
		octets = size_of(path_with("-wal"));
		assert_true(octets > 20000);
		cut(path_with("-wal"), cuts[i].octets);
		if (cuts[i].extended)
			cut(path_with("-wal"), octets);
		assert_fails_once(store, "log was emptied or truncated");
		assert_int_equal(get(store, 0, &found), STORE_OK);
		assert_true(found);
		assert_int_equal(get(store, ROWS * (int)(i + 1), &found),
		    STORE_OK);
		assert_false(found);
		assert_entries(store, "192.0.2.1 ");
		store_close(store);
		assert_sound(path);
	}
	assert_int_equal(names_n("db.truncated-", "-wal", last),
	    ARRAY_LEN(cuts));
	assert_int_equal(notices_n, 0);
}

static void
test_log_of_daemon_cut(void **state)
{
	options.use = STORE_SERVE;
	test_log_cut(state);
}

/* The log is emptied while the store is idle, and then the store is closed. */
static void
test_log_cut_before_the_end(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	fill(store, ROWS, 20);
	cut(path_with("-wal"), 0);
	store_close(store);
	assert_sound(path);
	store = open_or_fail();
	assert_int_equal(get(store, 0, &found), STORE_OK);
	assert_true(found);
	assert_entries(store, "192.0.2.1 ");
	store_close(store);
}

/* The entries that were removed since the last checkpoint stay removed. */
static void
test_log_cut_after_removal(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	put_entry_of(store, "192.0.2.2");
	store_close(store);
	store = open_or_fail();
	assert_int_equal(store->lists->remove_entry(store, true, LIST_CLIENT,
			     "192.0.2.1", &found, &err),
	    STORE_OK);
	cut(path_with("-wal"), 0);
	assert_fails_once(store, "log was emptied or truncated");
	assert_entries(store, "192.0.2.2 ");
	store_close(store);
}

static void
test_main_file_emptied(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	fill(store, ROWS, 20);
	put_entry_of(store, "192.0.2.1");
	cut(path, 0);
	assert_fails_once(store, "was emptied or truncated while in use");
	assert_int_equal(get(store, 0, &found), STORE_OK);
	assert_false(found);
	assert_entries(store, "192.0.2.1 ");
	store_close(store);
	assert_sound(path);
}

static void
test_main_file_truncated(void **state)
{
	struct store *store;
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	cut(path, 20000);
	assert_int_equal(get(store, 0, &found), STORE_FAILED);
	assert_err("was emptied or truncated while in use");
	for (int i = 0; i < 4 && notices_n == 0; i++)
		get_all(store);
	assert_noticed();
	assert_works(store);
	assert_entries(store, "192.0.2.1 ");
	store_close(store);
	assert_sound(path);
}

/* Other programs may empty the log and make the main file shorter, as long as
 * they use SQLite. */
static void
test_rightly_shorter(void **state)
{
	struct store *store;
	long before;
	bool found;

	(void)state;
	make_database();
	store = open_or_fail();
	fill(store, ROWS, 20);
	foreign_at(path, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(size_of(path_with("-wal")), 0);
	assert_works(store);
	before = size_of(path);
	foreign_at(path, "DELETE FROM record; DELETE FROM waiting; VACUUM");
	assert_int_equal(get(store, 0, &found), STORE_OK);
	foreign_at(path, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_true(size_of(path) < before);
	assert_int_equal(get(store, 0, &found), STORE_OK);
	assert_false(found);
	assert_works(store);
	store_close(store);
	assert_int_equal(notices_n, 0);
	assert_sound(path);
}

/* ---- List entries ---- */

/* The new database has the entries of the damaged one, even if nothing of its
 * files can be read. */
static void
test_entries_after_damage(void **state)
{
	struct store *store;

	(void)state;
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	put_entry_of(store, "192.0.2.2");
	store_close(store);
	write_at(path, 100, size_of(path) - 100, 0xff);
	store = open_or_fail();
	assert_noticed();
	assert_non_null(strstr(noticed, "were taken from their copy"));
	assert_entries(store, "192.0.2.1 192.0.2.2 ");
	/* An entry of the new database goes to the copy, too. */
	put_entry_of(store, "192.0.2.3");
	store_close(store);
	assert_int_equal(unlink(path), 0);
	store = open_or_fail();
	assert_entries(store, "192.0.2.1 192.0.2.2 192.0.2.3 ");
	store_close(store);
}

/* Entries that were written with SQL are in the copy after the next start of
 * the daemon. Without an entry there is no copy. */
static void
test_entries_of_other_programs(void **state)
{
	struct store *store;

	(void)state;
	make_database();
	assert_false(exists(path_with(".entries")));
	options.use = STORE_SERVE;
	foreign_at(path,
	    "INSERT INTO list_entry (list, kind, pattern, comment) VALUES"
	    " ('whitelist', 'client', '192.0.2.9', 'typed by hand')");
	store_close(open_or_fail());
	assert_true(exists(path_with(".entries")));
	assert_int_equal(unlink(path), 0);
	store = open_or_fail();
	assert_entries(store, "192.0.2.9 ");
	store_close(store);
}

/* A damaged copy makes way for a new one. */
static void
test_damaged_copy(void **state)
{
	struct store *store;

	(void)state;
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	write_at(path_with(".entries"), 0, 4096, -1);
	put_entry_of(store, "192.0.2.2");
	assert_true(exists(path_with(".entries.corrupt")));
	store_close(store);
	assert_int_equal(notices_n, 0);
	assert_int_equal(unlink(path), 0);
	store = open_or_fail();
	assert_entries(store, "192.0.2.1 192.0.2.2 ");
	store_close(store);
	assert_int_equal(unlink(path), 0);
	write_at(path_with(".entries"), 0, 4096, -1);
	store = open_or_fail();
	assert_int_equal(notices_n, 1);
	assert_non_null(strstr(noticed, "has no list entries"));
	put_entry_of(store, "192.0.2.3");
	store_close(store);
}

static enum store_rc
put_plain(struct store *store)
{
	struct store_entry entry = {.kind = LIST_CLIENT,
	    .effect = LIST_WHITELIST,
	    .pattern = "192.0.2.2",
	    .comment = "typed by hand"};

	return store->lists->put_entries(store, &entry, 1, &err);
}

/* A directory in the place of the copy cannot be opened, not even by root. */
static void
test_unwritable_copy(void **state)
{
	struct store *store;

	(void)state;
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	assert_int_equal(rename(path_with(".entries"), path_with(".kept")), 0);
	assert_int_equal(mkdir(path_with(".entries"), 0700), 0);
	assert_int_equal(put_plain(store), STORE_FAILED);
	assert_err("the entry is in force, but its copy failed");
	assert_works(store);
	assert_entries(store, "192.0.2.1 192.0.2.2 ");
	store_close(store);
	assert_int_equal(notices_n, 0);
}

/* A copy that cannot be read is no reason not to serve. It keeps its entries
 * until it can be read. */
static void
test_unreadable_copy(void **state)
{
	struct store *store;

	(void)state;
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	store_close(store);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(path_with(".entries"), path_with(".kept")), 0);
	assert_int_equal(mkdir(path_with(".entries"), 0700), 0);
	store = open_or_fail();
	assert_int_equal(notices_n, 1);
	assert_non_null(strstr(noticed, "has no list entries"));
	assert_works(store);
	assert_int_equal(put_plain(store), STORE_FAILED);
	assert_err("nothing was changed");
	assert_int_equal(rmdir(path_with(".entries")), 0);
	assert_int_equal(rename(path_with(".kept"), path_with(".entries")), 0);
	assert_int_equal(put_plain(store), STORE_OK);
	assert_entries(store, "192.0.2.1 192.0.2.2 ");
	store_close(store);
}

/* Another process holds the lock of the copy. */
static void
test_locked_copy(void **state)
{
	struct store *store;
	sqlite3 *other;

	(void)state;
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	store_close(store);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path_with(".entries"), &other),
	    SQLITE_OK);
	sql_run(other, "BEGIN EXCLUSIVE");
	store = open_or_fail();
	assert_int_equal(notices_n, 1);
	assert_int_equal(put_plain(store), STORE_FAILED);
	sql_run(other, "ROLLBACK");
	sqlite3_close(other);
	assert_int_equal(put_plain(store), STORE_OK);
	assert_entries(store, "192.0.2.1 192.0.2.2 ");
	store_close(store);
}

static int
put_many(int first)
{
	struct store *store = store_open(uri, &options, &err);
	int failed_n = store == NULL;

	for (int i = 0; store != NULL && i < 12; i++) {
		struct store_entry entry = {
		    .kind = LIST_CLIENT, .effect = LIST_WHITELIST};

		snprintf(entry.pattern, sizeof(entry.pattern), "192.0.2.%d",
		    first + i);
		failed_n += store->lists->put_entries(store, &entry, 1, &err) !=
		    STORE_OK;
	}
	if (failed_n > 0)
		fprintf(stderr, "# %d failed: %s\n", failed_n, err.text);
	store_close(store);
	return failed_n;
}

/* Two processes that change entries wait for each other. */
static void
test_two_writers_of_the_copy(void **state)
{
	int status;
	pid_t child;

	(void)state;
	make_database();
	options.timeout_ms = 60000;
	child = fork();
	if (child == 0)
		_exit(put_many(100) != 0);
	assert_int_equal(put_many(1), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define ACCOUNT 65534

/* Root makes a copy for the account of the database, and follows no link that
 * the account could not follow. */
static void
test_copy_by_root(void **state)
{
	char target[160];
	struct stat st;
	struct store *store;

	(void)state;
	if (geteuid() != 0)
		SKIP_TEST("needs root");
	make_database();
	assert_int_equal(mkdir(path_with(".secret"), 0700), 0);
	assert_int_equal(chown(path, ACCOUNT, ACCOUNT), 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chown(folder, ACCOUNT, ACCOUNT), 0);
	store = open_or_fail();
	put_entry_of(store, "192.0.2.1");
	assert_int_equal(geteuid(), 0);
	assert_int_equal(getegid(), 0);
	assert_int_equal(stat(path_with(".entries"), &st), 0);
	assert_int_equal(st.st_uid, ACCOUNT);
	assert_int_equal(st.st_gid, ACCOUNT);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(target, sizeof(target), "%s", path_with(".secret/made"));
	assert_int_equal(unlink(path_with(".entries")), 0);
	assert_int_equal(symlink(target, path_with(".entries")), 0);
	assert_int_equal(put_plain(store), STORE_FAILED);
	assert_false(exists(target));
	assert_int_equal(geteuid(), 0);
	store_close(store);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_at_the_start),
	    TEST(test_header_of_zeros),
	    TEST(test_while_it_runs),
	    TEST(test_with_its_log),
	    TEST(test_twice),
	    TEST(test_refuse),
	    TEST(test_refuse_at_the_start),
	    TEST(test_visitor),
	    TEST(test_other_owner),
	    TEST(test_unknown_schema_is_not_damage),
	    TEST(test_one_at_a_time),
	    TEST(test_two_daemons),
	    TEST(test_moved_with_its_log),
	    TEST(test_closed_after_move),
	    TEST(test_replaced_in_use),
	    TEST(test_log_is_removed),
	    TEST(test_overwritten),
	    TEST(test_not_overwritten),
	    TEST(test_link),
	    TEST(test_log_cut),
	    TEST(test_log_of_daemon_cut),
	    TEST(test_log_cut_before_the_end),
	    TEST(test_log_cut_after_removal),
	    TEST(test_main_file_emptied),
	    TEST(test_main_file_truncated),
	    TEST(test_rightly_shorter),
	    TEST(test_entries_after_damage),
	    TEST(test_entries_of_other_programs),
	    TEST(test_damaged_copy),
	    TEST(test_unwritable_copy),
	    TEST(test_unreadable_copy),
	    TEST(test_locked_copy),
	    TEST(test_two_writers_of_the_copy),
	    TEST(test_copy_by_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
