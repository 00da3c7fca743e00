/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Tests of the SQLite store alone: its files, other processes that use them,
 * and rows that another program has written. */
#include "test.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/scratch.h"
#include "store/store_open.h"

static struct store_options options;
static struct err err;

static int
set_up(void **state)
{
	(void)state;
	options = (struct store_options){.timeout_ms = 20};
	return scratch_make();
}

static int
tear_down(void **state)
{
	(void)state;
	return scratch_remove();
}

static sqlite3 *
foreign_open(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static void
foreign_once(const char *sql)
{
	sqlite3 *db = foreign_open();

	sql_run(db, sql);
	sqlite3_close(db);
}

static enum store_rc
write_one(struct store *store, const char *sender)
{
	struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};
	struct store_change change = {
	    .key = &key,
	    .change = {CHANGE_MERGE, {0}, {1, 1, 0, 2, 1, 0, 0}},
	};

	strcpy(key.sender, sender);
	return store->records->apply(store, &change, 1, &err);
}

static enum store_rc
read_one(struct store *store, const char *sender, bool *found)
{
	struct key key = {
	    KEY_TRIPLET_NETWORK, "192.0.2.0/24", "", "b@example.org"};
	struct store_answer answer = {0};
	enum store_rc rc;

	strcpy(key.sender, sender);
	rc = store->records->lookup(store, &key, 1, &answer, &err);
	*found = answer.found;
	return rc;
}

static void
assert_refused(const char *words)
{
	struct store *store = store_open(uri, &options, &err);

	assert_null(store);
	if (strstr(err.text, words) == NULL)
		fail_msg("expected \"%s\" in \"%s\"", words, err.text);
}

static void
test_uris(void **state)
{
	(void)state;
	assert_int_equal(store_uri_check("sqlite:/a/b", &err), 0);
	assert_int_equal(store_uri_check("memory:", &err), 0);
	assert_int_equal(store_uri_check("sqlite:a/b", &err), -1);
	assert_non_null(strstr(err.text, "absolute path"));
	assert_int_equal(store_uri_check("memory:/a", &err), -1);
	assert_string_equal(err.text,
	    "not empty after memory: \"/a\" (write memory:)");
	assert_int_equal(store_uri_check("nosql://host", &err), -1);
	assert_non_null(strstr(err.text,
	    "unknown form: \"nosql://host\" (write sqlite:/PATH"));
	assert_non_null(strstr(err.text, "memory:"));
	assert_int_equal(store_uri_check("nosql://me:secret@host", &err), -1);
	assert_null(strstr(err.text, "secret"));
	assert_int_equal(store_uri_check("sqlite", &err), -1);
	assert_int_equal(store_uri_check("", &err), -1);
	assert_false(store_uri_is_private("nosql:"));
}

/* The sqlite3 program can read the table. */
static void
test_schema_is_readable(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	sqlite3 *db;

	(void)state;
	assert_non_null(store);
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	db = foreign_open();
	sql_run(db,
	    "SELECT kind, client, sender, recipient, first_seen, last_seen,"
	    " passed, expires, deferred_n, passed_n, delay FROM record");
	sql_run(db,
	    "SELECT id, kind, client, sender, recipient, first_seen, last_seen,"
	    " expires, deferred_n, address, pool, delay FROM waiting");
	sql_run(db, "PRAGMA integrity_check");
	sqlite3_close(db);
	store_close(store);
}

static void
test_newer_schema_is_refused(void **state)
{
	(void)state;
	store_close(store_open(uri, &options, &err));
	foreign_once("PRAGMA user_version = 99");
	assert_refused("newer Tardigrey (schema 99");
}

static int64_t
rows_n(void)
{
	sqlite3 *db = foreign_open();
	int64_t n = -1;

	sql_ask(db,
	    "SELECT (SELECT count(*) FROM record) +"
	    " (SELECT count(*) FROM waiting)",
	    &n);
	sqlite3_close(db);
	return n;
}

/* Another program changes the schema while the store is open. No call writes
 * after that, and the error says why. */
static void
test_schema_becomes_newer(void **state)
{
	struct key key = {KEY_TRIPLET_NETWORK, "192.0.2.0/24", "x", "y"};
	struct store_answer answer;
	struct store *store;
	int64_t before_n;

	(void)state;
	for (int reads_first = 0; reads_first < 2; reads_first++) {
		store = store_open(uri, &options, &err);
		assert_non_null(store);
		assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
		before_n = rows_n();
		foreign_once("CREATE TABLE news (a); PRAGMA user_version = 99");
		if (reads_first)
			store->records->lookup(store, &key, 1, &answer, &err);
		assert_int_equal(write_one(store, "b@example.net"),
		    STORE_FAILED);
		assert_non_null(strstr(err.text, "newer Tardigrey"));
		for (int i = 0; i < 2; i++) {
			assert_int_equal(write_one(store, "c@example.net"),
			    STORE_FAILED);
			assert_non_null(strstr(err.text,
			    "newer Tardigrey (schema 99"));
		}
		assert_int_equal(rows_n(), before_n);
		/* The administrator goes back to this version. */
		foreign_once("DROP TABLE news; PRAGMA user_version = 1");
		assert_int_equal(write_one(store, "d@example.net"), STORE_OK);
		store_close(store);
	}
}

static void
test_foreign_database_is_refused(void **state)
{
	(void)state;
	foreign_once("CREATE TABLE cat (name)");
	assert_refused("belongs to another program");
	foreign_once("PRAGMA user_version = 1");
	assert_refused("belongs to another program");
}

static void
test_no_database_is_refused(void **state)
{
	FILE *file = fopen(path, "w");

	(void)state;
	for (int i = 0; i < 1000; i++)
		fputs("this is not a database\n", file);
	fclose(file);
	assert_refused("not a database");
}

static void
test_missing_folder_is_explained(void **state)
{
	(void)state;
	snprintf(uri, sizeof(uri), "sqlite:%s/none/db", folder);
	assert_refused("directory must exist");
}

/* An account other than root may not create files in the folder. */
static void
test_folder_of_another_is_explained(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(chmod(folder, 0555), 0);
	pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(2);
		_exit(store_open(uri, &options, &err) != NULL ||
		    strstr(err.text,
			"Permission denied; this account must be allowed to "
			"write to its directory") == NULL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(chmod(folder, 0700), 0);
}

/* While another process holds the write lock, reads work and a write fails
 * after the timeout. When the lock is gone, writes work again. [C29, C30] */
static void
test_locked_by_another(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	struct timespec before, after;
	bool found;
	sqlite3 *db;

	(void)state;
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	db = foreign_open();
	sql_run(db, "BEGIN IMMEDIATE");
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_true(found);
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(write_one(store, "c@example.net"), STORE_FAILED);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_non_null(strstr(err.text, "locked"));
	/* The timeout is 20 ms; allow for a slow machine. */
	assert_true(after.tv_sec - before.tv_sec < 10);
	sql_run(db, "COMMIT");
	sqlite3_close(db);
	assert_int_equal(read_one(store, "c@example.net", &found), STORE_OK);
	assert_false(found);
	assert_int_equal(write_one(store, "c@example.net"), STORE_OK);
	store_close(store);
}

/* In this store, a batch is one transaction, although record_store.h does not
 * promise it. If one change fails, no change of the batch is applied. */
static void
test_batch_is_atomic(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	struct key keys[2] = {
	    {KEY_TRIPLET_NETWORK, "192.0.2.0/24", "a@example.net",
		"b@example.org"},
	    {KEY_TRIPLET_NETWORK, "192.0.2.0/24", "refused@example.net",
		"b@example.org"},
	};
	struct store_change changes[2];
	bool found;

	(void)state;
	foreign_once("CREATE TRIGGER fault BEFORE INSERT ON waiting"
		     " WHEN new.sender = 'refused@example.net'"
		     " BEGIN SELECT raise(ABORT, 'a fault'); END");
	for (int i = 0; i < 2; i++)
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {CHANGE_MERGE, {0}, {1, 1, 0, 2, 1, 0, 0}},
		};
	assert_int_equal(store->records->apply(store, changes, 2, &err),
	    STORE_FAILED);
	assert_non_null(strstr(err.text, "a fault"));
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_false(found);
	foreign_once("DROP TRIGGER fault");
	assert_int_equal(store->records->apply(store, changes, 2, &err),
	    STORE_OK);
	store_close(store);
}

/* The table is renamed and comes back: the store recovers without a restart. */
static void
test_recovers_by_itself(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	bool found;

	(void)state;
	foreign_once("ALTER TABLE record RENAME TO hidden");
	assert_int_equal(read_one(store, "a@example.net", &found),
	    STORE_FAILED);
	assert_int_equal(write_one(store, "a@example.net"), STORE_FAILED);
	foreign_once("ALTER TABLE hidden RENAME TO record");
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_true(found);
	store_close(store);
}

/* The file is renamed: one call fails and says so, and the next call creates a
 * new database. */
static void
test_file_is_removed(void **state)
{
	struct store *store = store_open(uri, &options, &err);
	char elsewhere[96];
	bool found;

	(void)state;
	snprintf(elsewhere, sizeof(elsewhere), "%s.old", path);
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(write_one(store, "b@example.net"), STORE_FAILED);
	assert_non_null(strstr(err.text, "removed or renamed"));
	assert_int_equal(write_one(store, "b@example.net"), STORE_OK);
	assert_int_equal(read_one(store, "a@example.net", &found), STORE_OK);
	assert_false(found);
	store_close(store);
}

/* [C62] */
static void
test_open_folder_is_refused(void **state)
{
	(void)state;
	assert_int_equal(chmod(folder, 0770), 0);
	assert_refused("must be writable only by its owner");
	assert_int_equal(chmod(folder, 01777), 0);
	assert_refused("must be writable only by its owner");
	assert_int_equal(chmod(folder, 0755), 0);
	store_close(store_open(uri, &options, &err));
}

/* The store works with each durability, and with a changed timeout. */
static void
test_options(void **state)
{
	static const enum durability all[] = {
	    DURABILITY_NORMAL, DURABILITY_FULL, DURABILITY_OFF};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct store *store;

		options.durability = all[i];
		store = store_open(uri, &options, &err);
		assert_non_null(store);
		assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
		options.timeout_ms = 1;
		store->ops->configure(store, &options);
		assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
		store_close(store);
	}
}

/* ---- The schema ---- */

static int64_t
foreign_number(const char *sql)
{
	sqlite3 *db = foreign_open();
	int64_t number = sql_number(db, sql);

	sqlite3_close(db);
	return number;
}

static struct store *
open_or_fail(void)
{
	struct store *store = store_open(uri, &options, &err);

	if (store == NULL)
		fail_msg("%s", err.text);
	return store;
}

static const struct store_entry an_entry = {
    .kind = LIST_CLIENT,
    .effect = LIST_WHITELIST,
    .pattern = "example.org",
    .comment = "why",
    .author = "me",
    .created_s = 1,
};

static void
count_entry(const struct store_entry *entry, void *arg)
{
	assert_string_equal(entry->pattern, an_entry.pattern);
	(*(int *)arg)++;
}

/* A schema step is applied completely or not at all. Here its last table cannot
 * be created. */
static void
test_schema_is_made_whole(void **state)
{
	(void)state;
	foreign_once("PRAGMA application_id = 0x54444759;"
		     "CREATE TABLE stat (mine)");
	assert_refused("stat already exists");
	assert_int_equal(foreign_number("PRAGMA user_version"), 0);
	assert_int_equal(foreign_number("SELECT count(*) FROM sqlite_master"),
	    1);
	foreign_once("DROP TABLE stat");
	store_close(open_or_fail());
	assert_int_equal(foreign_number("PRAGMA user_version"), 1);
}

/* Opening a database again changes nothing. */
static void
test_schema_is_made_once(void **state)
{
	struct store *store = open_or_fail();
	int64_t version;
	int entries_n = 0;

	(void)state;
	assert_int_equal(store->lists->put_entries(store, &an_entry, 1, &err),
	    STORE_OK);
	store_close(store);
	version = foreign_number("PRAGMA schema_version");
	store = open_or_fail();
	assert_int_equal(store->lists->entries(store, count_entry, &entries_n,
			     &err),
	    STORE_OK);
	assert_int_equal(entries_n, 1);
	store_close(store);
	assert_int_equal(foreign_number("PRAGMA schema_version"), version);
}

/* Two processes that open a new database at the same time: one makes the
 * schema, the other finds it made. */
static void
test_schema_is_made_meanwhile(void **state)
{
	struct store *store;
	pid_t child = fork();
	int status;

	(void)state;
	options.timeout_ms = 10000;
	if (child == 0)
		_exit(store_open(uri, &options, &err) == NULL);
	store = open_or_fail();
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	store_close(store);
}

/* ---- Rows of another program ---- */

static int64_t
generation(struct store *store)
{
	int64_t generation;

	if (store->lists->generation(store, &generation, &err) != STORE_OK)
		fail_msg("generation: %s", err.text);
	return generation;
}

/* Entries that were edited with the sqlite3 program count as changed. */
static void
test_foreign_edits_are_noticed(void **state)
{
	static const char *const edits[] = {
	    "INSERT INTO list_entry (list, kind, pattern)"
	    " VALUES ('whitelist', 'client', 'example.org')",
	    "UPDATE list_entry SET pattern = 'example.com'",
	    "INSERT OR REPLACE INTO list_entry (list, kind, pattern)"
	    " VALUES ('whitelist', 'client', 'example.com')",
	    "DELETE FROM list_entry",
	};
	struct store *store = open_or_fail();
	int64_t was = generation(store);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		int64_t is;

		foreign_once(edits[i]);
		is = generation(store);
		assert_int_not_equal(is, was);
		was = is;
	}
	foreign_once("INSERT INTO list_hit VALUES"
		     " ('', 'whitelist', 'client', 'example.org', 1, 1)");
	assert_int_equal(generation(store), was);
	store_close(store);
}

static char noted[8192];

static void
note_entry(const struct store_entry *entry, void *arg)
{
	size_t n = strlen(noted);

	(void)arg;
	assert_true(strlen(entry->pattern) < sizeof(entry->pattern));
	snprintf(noted + n, sizeof(noted) - n, "%d %s %d %s|%s|%d\n",
	    (int)entry->effect, entry->pattern, entry->delay_s == 300,
	    entry->comment, entry->author, (int)entry->expires_s);
}

static void
note_hit(const struct store_hit *hit, void *arg)
{
	size_t n = strlen(noted);

	(void)arg;
	snprintf(noted + n, sizeof(noted) - n, "%s %s %d\n", hit->source,
	    hit->pattern, (int)hit->n);
}

/* An entry or a hit with an unknown list or kind is skipped. An unknown setting
 * of an entry is ignored. */
static void
test_unknown_words(void **state)
{
	struct store *store = open_or_fail();
	int64_t n;

	(void)state;
	foreign_once("INSERT INTO list_entry (list, kind, pattern, setting,"
		     " expires) VALUES"
		     " ('blacklist', 'client', 'a', '', 1),"
		     " ('greylist', 'recipient', 'a', 'delay=5m', NULL),"
		     " ('greylist', 'recipient', 'b', 'off', 0),"
		     " ('greylist', 'recipient', 'c', 'delay=', 1),"
		     " ('greylist', 'recipient', 'd', 'delay=-1', 1),"
		     " ('greylist', 'recipient', 'e', 'Shadow', 'soon'),"
		     " ('greylist', 'recipient', 'f', 'shadow', 1),"
		     " ('greylist', 'relay', 'a', '', 1),"
		     " ('whitelist', 'recipient', 'a', 'shadow', 1),"
		     " (x'ff00', x'00', x'00', x'00', x'00')");
	noted[0] = '\0';
	assert_int_equal(store->lists->entries(store, note_entry, NULL, &err),
	    STORE_OK);
	assert_string_equal(noted,
	    "8 a 1 ||0\n2 b 0 ||0\n2 c 0 ||1\n2 d 0 ||1\n2 e 0 ||0\n"
	    "4 f 0 ||1\n1 a 0 ||1\n");
	foreign_once("INSERT INTO list_hit VALUES"
		     " ('', 'blacklist', 'client', 'a', 1, 1),"
		     " ('', 'greylist', 'client', 'b', 2, 1),"
		     " ('', 'greylist', 'relay', 'c', 3, 1),"
		     " ('', 'whitelist', 'sender', x'64', 'five', 1)");
	noted[0] = '\0';
	assert_int_equal(store->counts->hits(store, note_hit, NULL, &err),
	    STORE_OK);
	assert_string_equal(noted, " b 2\n d 0\n");
	/* An expiry of 0, or of another type, means "never". */
	assert_int_equal(store->counts->tidy(store, 5, &n, &err), STORE_OK);
	noted[0] = '\0';
	assert_int_equal(store->lists->entries(store, note_entry, NULL, &err),
	    STORE_OK);
	assert_string_equal(noted, "8 a 1 ||0\n2 b 0 ||0\n2 e 0 ||0\n");
	store_close(store);
}

static void
keep_entry(const struct store_entry *entry, void *arg)
{
	*(struct store_entry *)arg = *entry;
}

/* Texts that are too long are cut between characters. A pattern that was cut is
 * not a valid pattern. */
static void
test_long_texts_are_cut(void **state)
{
	struct store *store = open_or_fail();
	struct store_entry entry;
	struct pattern pattern;

	(void)state;
	foreign_once("INSERT INTO list_entry (list, kind, pattern, comment,"
		     " author) VALUES ('whitelist', 'client',"
		     " replace(hex(zeroblob(300)), '00', 'a.') || 'example',"
		     " replace(hex(zeroblob(300)), '00', char(228)),"
		     " replace(hex(zeroblob(300)), '00', 'x'))");
	assert_int_equal(store->lists->entries(store, keep_entry, &entry, &err),
	    STORE_OK);
	assert_int_equal(strlen(entry.pattern), PATTERN_SIZE - 1);
	assert_string_equal(entry.pattern + PATTERN_SIZE - 4, "...");
	assert_int_equal(pattern_parse(entry.kind, entry.pattern, &pattern,
			     &err),
	    -1);
	assert_int_equal(strlen(entry.comment), STORE_COMMENT_SIZE - 1);
	assert_string_equal(entry.comment + STORE_COMMENT_SIZE - 6,
	    "\xc3\xa4...");
	assert_string_equal(entry.author + STORE_AUTHOR_SIZE - 5, "x...");
	foreign_once("UPDATE list_entry SET comment = 'x' || comment");
	assert_int_equal(store->lists->entries(store, keep_entry, &entry, &err),
	    STORE_OK);
	assert_int_equal(strlen(entry.comment), STORE_COMMENT_SIZE - 2);
	assert_string_equal(entry.comment + STORE_COMMENT_SIZE - 7,
	    "\xc3\xa4...");
	store_close(store);
}

/* A walk skips keys that it cannot read, and ends. */
static void
test_walk_over_foreign_keys(void **state)
{
	struct store *store = open_or_fail();
	struct store_row row;
	struct record_walk *walk;
	int64_t found_n = 0;
	size_t n;

	(void)state;
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	assert_int_equal(write_one(store, "c@example.net"), STORE_OK);
	foreign_once(
	    "INSERT INTO record SELECT 0, c, 'b', 'b', 1, 1, 1, 1, 1, 1, 1"
	    " FROM (SELECT hex(zeroblob(999)) AS c UNION ALL"
	    " SELECT x'31' UNION ALL"
	    " SELECT '192.0.2.0/24' || char(0, 1) UNION ALL"
	    " SELECT '192.0.2.0/24' || char(0) UNION ALL SELECT '')");
	foreign_once(
	    "INSERT INTO waiting SELECT NULL, 0, c, 'b', 'b', 1, 1, 1, 1, '', NULL, 1"
	    " FROM (SELECT hex(zeroblob(999)) AS c UNION ALL"
	    " SELECT x'31' UNION ALL SELECT '')");
	walk = store->records->walk_all(store, &err);
	assert_non_null(walk);
	for (int i = 0; !walk->done; i++) {
		assert_true(i < 9);
		assert_int_equal(store->records->walk_next(store, walk, 1, &row,
				     &n, &err),
		    STORE_OK);
		found_n += (int64_t)n;
	}
	store->records->walk_free(walk);
	assert_int_equal(found_n, 4);
	assert_string_equal(row.key.client, "");
	store_close(store);
}

/* An expiry also removes keys that it cannot read (blobs, texts with NUL, texts
 * that are too long, unknown kinds), and ends. */
static void
test_expiry_over_foreign_keys(void **state)
{
	struct store *store = open_or_fail();

	(void)state;
	for (size_t n_max = 1; n_max < 5; n_max++) {
		struct expiry_counts counts = {0};
		struct record_walk *walk =
		    store->records->walk_all(store, &err);
		int slices_n = 0;

		assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
		assert_int_equal(write_one(store, "c@example.net"), STORE_OK);
		foreign_once(
		    "INSERT INTO record SELECT 0, c, 'b', 'b', 1, 1, 1, 1, 1, 1, 1"
		    " FROM (SELECT hex(zeroblob(999)) AS c UNION ALL"
		    " SELECT '0' UNION ALL SELECT x'31' UNION ALL"
		    " SELECT x'ff00' UNION ALL SELECT '' UNION ALL"
		    " SELECT '192.0.2.0/24' || char(0, 1) UNION ALL"
		    " SELECT '192.0.2.0/24' || char(0) UNION ALL"
		    " SELECT hex(zeroblob(1000)))");
		foreign_once(
		    "INSERT INTO record SELECT k, 'b', 'b', 'b', 1, 1, 1, 1, 1,"
		    " 1, 1 FROM (SELECT -7 AS k UNION ALL SELECT 99 UNION ALL"
		    " SELECT 'kind')");
		assert_non_null(walk);
		while (!walk->done) {
			assert_true(++slices_n < 20);
			if (store->records->expire_next(store, walk, 10, n_max,
				&counts, &err) != STORE_OK)
				fail_msg("%s", err.text);
		}
		store->records->walk_free(walk);
		assert_int_equal(counts.seen_n, 13);
		assert_int_equal(counts.waiting_n + counts.passed_n, 13);
		assert_int_equal(foreign_number("SELECT count(*) FROM record"),
		    0);
	}
	store_close(store);
}

/* ---- Locks ---- */

/* No call leaves a read transaction open. While one is open, the write-ahead
 * log cannot start over. */
static void
test_reads_leave_no_transaction(void **state)
{
	struct store *store = open_or_fail();
	struct record_walk *walks[] = {
	    store->records->walk_all(store, &err),
	    store->records->walk_client(store, "192.0.2.0/24", &err),
	};
	struct store_row row;
	int64_t entries_n;
	int n_seen = 0;
	size_t n;
	bool found;

	(void)state;
	assert_int_equal(store->lists->put_entries(store, &an_entry, 1, &err),
	    STORE_OK);
	write_one(store, "a@example.net");
	write_one(store, "b@example.net");
	for (int i = 0; i < 8; i++) {
		if (i == 0)
			generation(store);
		else if (i == 1)
			store->lists->entries(store, count_entry, &n_seen,
			    &err);
		else if (i == 2)
			store->counts->hits(store, note_hit, NULL, &err);
		else if (i == 3)
			store->records->walk_next(store, walks[0], 1, &row, &n,
			    &err);
		else if (i == 4)
			store->counts->tidy(store, 1, &entries_n, &err);
		else if (i == 5) /* fails: the file exists */
			store->ops->backup(store, path, NULL, &err);
		else if (i == 6)
			store->records->walk_next(store, walks[1], 1, &row, &n,
			    &err);
		else
			read_one(store, "a@example.net", &found);
		foreign_once("UPDATE list_entry SET comment = comment || 'y'");
		assert_int_equal(foreign_number("PRAGMA wal_checkpoint"
						"(TRUNCATE)"),
		    0);
	}
	store->records->walk_free(walks[0]);
	store->records->walk_free(walks[1]);
	store_close(store);
}

/* While another process holds the write lock, reads work and writes fail. When
 * the lock is gone, writes work again. tidy writes only if there is something
 * to remove. */
static void
test_lists_while_locked(void **state)
{
	static const struct store_hit hit = {
	    "", LIST_CLIENT, true, "example.org", 1, 1};
	struct store *store = open_or_fail();
	struct store_entry entry = an_entry;
	int64_t n = 7;
	bool found;
	sqlite3 *db;

	(void)state;
	entry.expires_s = 5;
	assert_int_equal(store->lists->put_entries(store, &entry, 1, &err),
	    STORE_OK);
	db = foreign_open();
	sql_run(db, "BEGIN IMMEDIATE");
	generation(store);
	assert_int_equal(store->counts->tidy(store, 5, &n, &err), STORE_OK);
	assert_int_equal(n, 0);
	n = 7;
	assert_int_equal(store->counts->tidy(store, 6, &n, &err), STORE_FAILED);
	assert_int_equal(n, 7);
	assert_non_null(strstr(err.text, "locked"));
	assert_int_equal(store->lists->put_entries(store, &entry, 1, &err),
	    STORE_FAILED);
	assert_int_equal(store->lists->remove_entry(store, true, LIST_CLIENT,
			     "example.org", &found, &err),
	    STORE_FAILED);
	assert_int_equal(store->counts->add_counts(store, &hit, 1, NULL, 0,
			     &err),
	    STORE_FAILED);
	assert_non_null(strstr(err.text, "locked"));
	sql_run(db, "COMMIT");
	sqlite3_close(db);
	assert_int_equal(store->counts->add_counts(store, &hit, 1, NULL, 0,
			     &err),
	    STORE_OK);
	assert_int_equal(store->counts->tidy(store, 6, &n, &err), STORE_OK);
	assert_int_equal(n, 1);
	store_close(store);
}

/* While another process holds the write lock, decisions are kept for later, and
 * the caller need not wait. [C74] */
static void
test_decisions_while_locked(void **state)
{
	static const struct kept_decision decision = {1, "a"};
	struct store *store = open_or_fail();
	const struct decision_store_ops *ops = store->decisions;
	sqlite3 *db = foreign_open();
	bool is_added;

	(void)state;
	assert_int_equal(ops->add(store, &decision, 1, 1, false, &is_added,
			     &err),
	    STORE_OK);
	assert_true(is_added);
	sql_run(db, "BEGIN IMMEDIATE");
	assert_int_equal(ops->add(store, &decision, 1, 1, false, &is_added,
			     &err),
	    STORE_OK);
	assert_false(is_added);
	assert_int_equal(ops->trim(store, 9, 9, 9, &err), STORE_OK);
	assert_int_equal(ops->add(store, &decision, 1, 1, true, &is_added,
			     &err),
	    STORE_FAILED);
	assert_non_null(strstr(err.text, "locked"));
	assert_int_equal(sql_number(db, "SELECT count(*) FROM decision"), 1);
	sql_run(db, "COMMIT");
	assert_int_equal(ops->trim(store, 9, 9, 9, &err), STORE_OK);
	assert_int_equal(sql_number(db, "SELECT count(*) FROM decision"), 0);
	sqlite3_close(db);
	store_close(store);
}

/* In this store, a call of add_counts is one transaction, although
 * count_store.h does not promise it. */
static void
test_counts_are_atomic(void **state)
{
	static const struct store_hit hit = {
	    "", LIST_CLIENT, true, "example.org", 1, 1};
	static const struct hourly_stats_count counts[] = {
	    {0, "new", 0, 1, ""},
	    {0, "refused", 0, 1, ""},
	};
	struct store *store = open_or_fail();

	(void)state;
	foreign_once("CREATE TRIGGER fault BEFORE INSERT ON stat"
		     " WHEN new.name = 'refused'"
		     " BEGIN SELECT raise(ABORT, 'a fault'); END");
	assert_int_equal(store->counts->add_counts(store, &hit, 1, counts, 2,
			     &err),
	    STORE_FAILED);
	assert_non_null(strstr(err.text, "a fault"));
	assert_int_equal(foreign_number("SELECT count(*) FROM list_hit"), 0);
	assert_int_equal(foreign_number("SELECT count(*) FROM stat"), 0);
	store_close(store);
}

/* The table of entries is renamed and comes back. */
static void
test_lists_recover(void **state)
{
	struct store *store = open_or_fail();
	int entries_n = 0;

	(void)state;
	assert_int_equal(store->lists->put_entries(store, &an_entry, 1, &err),
	    STORE_OK);
	foreign_once("ALTER TABLE list_entry RENAME TO hidden");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store->lists->entries(store, count_entry,
				     &entries_n, &err),
		    STORE_FAILED);
		assert_non_null(strstr(err.text, "list_entry"));
		assert_int_equal(store->lists->put_entries(store, &an_entry, 1,
				     &err),
		    STORE_FAILED);
		assert_non_null(strstr(err.text, "list_entry"));
	}
	foreign_once("ALTER TABLE hidden RENAME TO list_entry");
	assert_int_equal(store->lists->entries(store, count_entry, &entries_n,
			     &err),
	    STORE_OK);
	assert_int_equal(entries_n, 1);
	store_close(store);
}

/* ---- Copies ---- */

/* More than what one step copies. */
#define COPY_ROWS 25000

static char copy[96];
static struct store *writer;
/* The row of an emptied last id does not count. */
#define COUNT_ALL                                \
	"SELECT (SELECT count(*) FROM record) +" \
	" (SELECT count(*) FROM waiting WHERE kind >= 0)"

static int reports_n, last_percent;

static void
fill(struct store *store)
{
	struct key *keys = calloc(COPY_ROWS, sizeof(*keys));
	struct store_change *changes = calloc(COPY_ROWS, sizeof(*changes));

	for (int i = 0; i < COPY_ROWS; i++) {
		snprintf(keys[i].sender, sizeof(keys[i].sender),
		    "%0100d@example.net", i);
		strcpy(keys[i].recipient, "b@example.org");
		changes[i] = (struct store_change){
		    .key = &keys[i],
		    .change = {CHANGE_MERGE, {0}, {1, 1, 0, 2, 1, 0, 0}},
		};
	}
	assert_int_equal(store->records->apply(store, changes, COPY_ROWS, &err),
	    STORE_OK);
	free(keys);
	free(changes);
	snprintf(copy, sizeof(copy), "%s/copy", folder);
}

static void
write_meanwhile(int percent)
{
	char sender[32];

	assert_true(percent >= last_percent && percent <= 100);
	last_percent = percent;
	snprintf(sender, sizeof(sender), "late%d@example.net", reports_n++);
	if (write_one(writer, sender) != STORE_OK)
		fail_msg("%s", err.text);
}

/* A copy that is made while another process writes is a whole database, with
 * the records that existed when the backup began. The writer does not wait. */
static void
test_backup(void **state)
{
	struct store *store = open_or_fail();
	struct err trouble;
	struct stat st;

	(void)state;
	fill(store);
	assert_int_equal(store->lists->put_entries(store, &an_entry, 1, &err),
	    STORE_OK);
	writer = open_or_fail();
	reports_n = last_percent = 0;
	if (store->ops->backup(store, copy, write_meanwhile, &trouble) !=
	    STORE_OK)
		fail_msg("%s", trouble.text);
	assert_true(reports_n > 2);
	assert_int_equal(last_percent, 100);
	store_close(writer);
	store_close(store);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(foreign_number(COUNT_ALL), COPY_ROWS + reports_n);

	snprintf(path, sizeof(path), "%s/copy", folder);
	snprintf(uri, sizeof(uri), "sqlite:%s", copy);
	assert_int_equal(foreign_number(COUNT_ALL), COPY_ROWS);
	store = open_or_fail();
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	reports_n = 0;
	assert_int_equal(store->lists->entries(store, count_entry, &reports_n,
			     &err),
	    STORE_OK);
	assert_int_equal(reports_n, 1);
	store_close(store);
}

static void
assert_no_backup(struct store *store, const char *to, const char *words)
{
	assert_int_equal(store->ops->backup(store, to, NULL, &err),
	    STORE_FAILED);
	if (strstr(err.text, words) == NULL || strstr(err.text, to) == NULL)
		fail_msg("expected \"%s\" and \"%s\" in \"%s\"", words, to,
		    err.text);
	/* The store still works. */
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
}

static void
test_backup_is_refused(void **state)
{
	struct store *store = open_or_fail();
	char to[96];
	struct stat st;
	FILE *file;

	(void)state;
	snprintf(to, sizeof(to), "%s/precious", folder);
	file = fopen(to, "w");
	fputs("precious", file);
	fclose(file);
	assert_no_backup(store, to, "exists already; choose another name");
	assert_int_equal(stat(to, &st), 0);
	assert_int_equal(st.st_size, 8);
	assert_no_backup(store, path, "exists already");
	snprintf(to, sizeof(to), "%s/link", folder);
	assert_int_equal(symlink("nowhere", to), 0);
	assert_no_backup(store, to, "exists already");
	snprintf(to, sizeof(to), "%s/none/copy", folder);
	assert_no_backup(store, to, "allowed to write to it");
	snprintf(to, sizeof(to), "%s/locked", folder);
	assert_int_equal(mkdir(to, 0500), 0);
	strcat(to, "/copy");
	if (geteuid() != 0)
		assert_no_backup(store, to, "allowed to write to it");
	store_close(store);
}

/* Names that are special for SQLite are plain file names here. */
static void
test_backup_to_odd_names(void **state)
{
	static const char *const names[] = {
	    ":memory:", "file:copy?mode=memory"};
	struct store *store = open_or_fail();
	char before[256];

	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(folder), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct stat st;

		assert_int_equal(store->ops->backup(store, names[i], NULL,
				     &err),
		    STORE_OK);
		assert_int_equal(stat(names[i], &st), 0);
		assert_true(st.st_size > 0);
	}
	assert_int_equal(chdir(before), 0);
	store_close(store);
}

static const char *
part_of_copy(void)
{
	static char part[sizeof(copy) + 8];

	snprintf(part, sizeof(part), "%s.part", copy);
	return part;
}

static void
die_while_copying(int percent)
{
	if (access(copy, F_OK) == 0 || access(part_of_copy(), F_OK) != 0)
		_exit(1);
	if (percent > 0)
		_exit(2);
}

/* A backup that is killed leaves nothing under the name of the copy, and the
 * next one replaces what it left. */
static void
test_backup_is_killed(void **state)
{
	struct store *store = open_or_fail();
	int status;
	pid_t pid;

	(void)state;
	fill(store);
	store_close(store);
	for (int i = 0; i < 2; i++) {
		pid = fork();
		if (pid == 0) {
			store = open_or_fail();
			store->ops->backup(store, copy, die_while_copying,
			    &err);
			_exit(3);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 2);
		assert_int_equal(access(copy, F_OK), -1);
		assert_int_equal(access(part_of_copy(), F_OK), 0);
	}
	store = open_or_fail();
	if (store->ops->backup(store, copy, NULL, &err) != STORE_OK)
		fail_msg("%s", err.text);
	store_close(store);
	assert_int_equal(access(part_of_copy(), F_OK), -1);
	snprintf(path, sizeof(path), "%s/copy", folder);
	assert_int_equal(foreign_number("SELECT count(*) FROM waiting"),
	    COPY_ROWS);
}

static struct store *copying;
static int refused_n;

static void
copy_twice(int percent)
{
	(void)percent;
	refused_n +=
	    copying->ops->backup(copying, copy, NULL, &err) == STORE_FAILED &&
	    strstr(err.text, "another backup") != NULL;
}

/* Two backups to one name: the second is refused, the first goes on. */
static void
test_backup_twice_at_once(void **state)
{
	struct store *store = open_or_fail();
	struct err trouble;

	(void)state;
	fill(store);
	copying = open_or_fail();
	refused_n = 0;
	assert_int_equal(store->ops->backup(store, copy, copy_twice, &trouble),
	    STORE_OK);
	assert_true(refused_n > 2);
	store_close(copying);
	store_close(store);
	snprintf(path, sizeof(path), "%s/copy", folder);
	assert_int_equal(foreign_number("SELECT count(*) FROM waiting"),
	    COPY_ROWS);
}

/* A copy that does not fit on the disk is removed. */
static void
test_backup_cleans_up(void **state)
{
	struct store *store = open_or_fail();
	struct rlimit was, small;
	struct stat st;

	(void)state;
	fill(store);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 200000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(store->ops->backup(store, copy, NULL, &err),
	    STORE_FAILED);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_non_null(strstr(err.text, copy));
	assert_int_equal(stat(copy, &st), -1);
	assert_int_equal(stat(part_of_copy(), &st), -1);
	strcat(copy, "-journal");
	assert_int_equal(stat(copy, &st), -1);
	assert_int_equal(write_one(store, "a@example.net"), STORE_OK);
	store_close(store);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_uris),
	    TEST(test_schema_is_readable),
	    TEST(test_newer_schema_is_refused),
	    TEST(test_schema_becomes_newer),
	    TEST(test_foreign_database_is_refused),
	    TEST(test_no_database_is_refused),
	    TEST(test_missing_folder_is_explained),
	    TEST(test_folder_of_another_is_explained),
	    TEST(test_locked_by_another),
	    TEST(test_batch_is_atomic),
	    TEST(test_recovers_by_itself),
	    TEST(test_file_is_removed),
	    TEST(test_open_folder_is_refused),
	    TEST(test_options),
	    TEST(test_schema_is_made_whole),
	    TEST(test_schema_is_made_once),
	    TEST(test_schema_is_made_meanwhile),
	    TEST(test_foreign_edits_are_noticed),
	    TEST(test_unknown_words),
	    TEST(test_long_texts_are_cut),
	    TEST(test_walk_over_foreign_keys),
	    TEST(test_expiry_over_foreign_keys),
	    TEST(test_reads_leave_no_transaction),
	    TEST(test_lists_while_locked),
	    TEST(test_decisions_while_locked),
	    TEST(test_counts_are_atomic),
	    TEST(test_lists_recover),
	    TEST(test_backup),
	    TEST(test_backup_is_refused),
	    TEST(test_backup_is_killed),
	    TEST(test_backup_twice_at_once),
	    TEST(test_backup_to_odd_names),
	    TEST(test_backup_cleans_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
