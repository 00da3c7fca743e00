/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * sqlite_lists: entries of lists, and what is counted. Statements that the
 * administrator needs now and then are prepared when they are used.
 */
#include "store/sqlite.h"

#include <string.h>

#include "core/list_file.h"

/* Longer than any delay makes sense; what is above is not ours to judge. */
#define DELAY_MAX_S (3650LL * 86400)

static const char *
list_word(bool whitelists)
{
	return whitelists ? "whitelist" : "greylist";
}

/* What is not there reads as empty. */
static const char *
text(sqlite3_stmt *statement, int column)
{
	const char *octets =
	    (const char *)sqlite3_column_text(statement, column);

	return octets != NULL ? octets : "";
}

static void
copy_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
	sqlite3_snprintf((int)size, out, "%s", text(statement, column));
}

static void
bind_text(sqlite3_stmt *statement, int parameter, const char *octets)
{
	sqlite3_bind_text(statement, parameter, octets, -1, SQLITE_STATIC);
}

/* ---- Statements for once ---- */

static sqlite3_stmt *
prepare(struct sqlite *sqlite, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(sqlite->db, sql, -1, &statement, NULL) !=
	    SQLITE_OK)
		return NULL;
	return statement;
}

/* Run a statement that returns no row, and can be run again. */
static int
run(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* Visit the rows of a statement, and let it go. */
static enum store_rc
visit_rows(struct sqlite *sqlite, sqlite3_stmt *statement,
    void (*visit)(sqlite3_stmt *statement, void *arg), void *arg,
    struct err *err)
{
	int rc = SQLITE_ERROR;

	while (statement != NULL &&
	    (rc = sqlite3_step(statement)) == SQLITE_ROW)
		visit(statement, arg);
	/* Before giving up, which may close the handle; the words stay. */
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? STORE_OK : sqlite_give_up(sqlite, err);
}

/* ---- Entries ---- */

enum store_rc
sqlite_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement;
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	statement = sqlite->statements[STATEMENT_GENERATION];
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*generation_out = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? STORE_OK : sqlite_give_up(sqlite, err);
}

struct entry_visit {
	store_entry_fn *visit;
	void *arg;
};

/* An empty setting is what the list says. */
static int
read_setting(sqlite3_stmt *statement, struct store_entry *out)
{
	bool whitelists = strcmp(text(statement, 0), list_word(true)) == 0;
	struct list_entry setting = {
	    .effect = whitelists ? LIST_WHITELIST : LIST_GREYLIST};
	struct err err;

	if (!whitelists && strcmp(text(statement, 0), list_word(false)) != 0)
		return -1;
	if (text(statement, 3)[0] != '\0' &&
	    (list_setting_parse(text(statement, 3), DELAY_MAX_S, &setting,
		 &err) != 0 ||
		whitelists != (setting.effect == LIST_WHITELIST)))
		return -1;
	out->effect = setting.effect;
	out->delay_s = setting.delay_s;
	return 0;
}

/* What another program wrote and makes no sense is not an entry. */
static void
visit_entry(sqlite3_stmt *statement, void *arg)
{
	const struct entry_visit *visit = arg;
	struct store_entry entry = {.kind = LIST_CLIENT};

	if (list_kind_parse(text(statement, 1), &entry.kind) != 0 ||
	    read_setting(statement, &entry) != 0)
		return;
	copy_text(statement, 2, entry.pattern, sizeof(entry.pattern));
	copy_text(statement, 4, entry.comment, sizeof(entry.comment));
	copy_text(statement, 5, entry.author, sizeof(entry.author));
	entry.created_s = sqlite3_column_int64(statement, 6);
	entry.expires_s = sqlite3_column_int64(statement, 7);
	visit->visit(&entry, visit->arg);
}

enum store_rc
sqlite_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct entry_visit entry_visit = {visit, arg};

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	return visit_rows(sqlite,
	    prepare(sqlite,
		"SELECT list, kind, pattern, setting, comment, author,"
		" created, expires FROM list_entry"
		" ORDER BY list, kind, pattern"),
	    visit_entry, &entry_visit, err);
}

static void
bind_key(sqlite3_stmt *statement, bool whitelists, enum list_kind kind,
    const char *pattern)
{
	bind_text(statement, 1, list_word(whitelists));
	bind_text(statement, 2, list_kind_word(kind));
	bind_text(statement, 3, pattern);
}

static int
put(sqlite3_stmt *statement, const struct store_entry *entry)
{
	char setting[LIST_SETTING_SIZE] = "";

	if (statement == NULL)
		return -1;
	if ((entry->effect & (LIST_SHADOW | LIST_DELAY)) != 0)
		list_setting_format(entry->effect, entry->delay_s, setting);
	bind_key(statement, entry->effect == LIST_WHITELIST, entry->kind,
	    entry->pattern);
	bind_text(statement, 4, setting);
	bind_text(statement, 5, entry->comment);
	bind_text(statement, 6, entry->author);
	sqlite3_bind_int64(statement, 7, entry->created_s);
	if (entry->expires_s != 0)
		sqlite3_bind_int64(statement, 8, entry->expires_s);
	return run(statement);
}

enum store_rc
sqlite_put_entry(struct store *store, const struct store_entry *entry,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement;
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	statement = prepare(sqlite,
	    "INSERT INTO list_entry (list, kind, pattern, setting, comment,"
	    " author, created, expires)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
	    " ON CONFLICT (list, kind, pattern) DO UPDATE SET"
	    " setting = excluded.setting, comment = excluded.comment,"
	    " author = excluded.author, created = excluded.created,"
	    " expires = excluded.expires");
	rc = put(statement, entry);
	sqlite3_finalize(statement);
	return rc == 0 ? STORE_OK : sqlite_give_up(sqlite, err);
}

/* ---- Several statements, one commit ---- */

static int
remove_rows(struct sqlite *sqlite, const char *sql, bool whitelists,
    enum list_kind kind, const char *pattern, int64_t *n_out)
{
	sqlite3_stmt *statement = prepare(sqlite, sql);
	int rc = -1;

	if (statement != NULL) {
		bind_key(statement, whitelists, kind, pattern);
		rc = run(statement);
		*n_out = sqlite3_changes(sqlite->db);
	}
	sqlite3_finalize(statement);
	return rc;
}

enum store_rc
sqlite_remove_entry(struct store *store, bool whitelists, enum list_kind kind,
    const char *pattern, bool *found_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	int64_t entries_n, hits_n;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (sqlite_run(sqlite, STATEMENT_BEGIN_WRITE) != 0 ||
	    remove_rows(sqlite,
		"DELETE FROM list_entry"
		" WHERE list = ?1 AND kind = ?2 AND pattern = ?3",
		whitelists, kind, pattern, &entries_n) != 0 ||
	    remove_rows(sqlite,
		"DELETE FROM list_hit WHERE source = ''"
		" AND list = ?1 AND kind = ?2 AND pattern = ?3",
		whitelists, kind, pattern, &hits_n) != 0 ||
	    sqlite_run(sqlite, STATEMENT_COMMIT) != 0)
		return sqlite_give_up(sqlite, err);
	*found_out = entries_n > 0;
	return STORE_OK;
}

static int
add_hits(struct sqlite *sqlite, const struct store_hit *hits, size_t n)
{
	sqlite3_stmt *statement = prepare(sqlite,
	    "INSERT INTO list_hit (list, kind, pattern, source, hits, last_hit)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	    " ON CONFLICT (source, list, kind, pattern) DO UPDATE SET"
	    " hits = hits + excluded.hits,"
	    " last_hit = max(last_hit, excluded.last_hit)");
	int rc = statement != NULL ? 0 : -1;

	for (size_t i = 0; i < n && rc == 0; i++) {
		bind_key(statement, hits[i].whitelists, hits[i].kind,
		    hits[i].pattern);
		bind_text(statement, 4, hits[i].source);
		sqlite3_bind_int64(statement, 5, hits[i].n);
		sqlite3_bind_int64(statement, 6, hits[i].last_s);
		rc = run(statement);
	}
	sqlite3_finalize(statement);
	return rc;
}

static int
add_stats(struct sqlite *sqlite, const struct tally_count *counts, size_t n)
{
	sqlite3_stmt *statement = prepare(sqlite,
	    "INSERT INTO stat (hour, name, bound, n) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT (hour, name, bound) DO UPDATE SET n = n + excluded.n");
	int rc = statement != NULL ? 0 : -1;

	for (size_t i = 0; i < n && rc == 0; i++) {
		sqlite3_bind_int64(statement, 1, counts[i].hour_s);
		bind_text(statement, 2, counts[i].name);
		sqlite3_bind_int64(statement, 3, counts[i].bound_s);
		sqlite3_bind_int64(statement, 4, counts[i].n);
		rc = run(statement);
	}
	sqlite3_finalize(statement);
	return rc;
}

enum store_rc
sqlite_add_counts(struct store *store, const struct store_hit *hits,
    size_t hits_n, const struct tally_count *counts, size_t counts_n,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (sqlite_run(sqlite, STATEMENT_BEGIN_WRITE) != 0 ||
	    add_hits(sqlite, hits, hits_n) != 0 ||
	    add_stats(sqlite, counts, counts_n) != 0 ||
	    sqlite_run(sqlite, STATEMENT_COMMIT) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

/* ---- Reading what was counted ---- */

struct hit_visit {
	store_hit_fn *visit;
	void *arg;
};

static void
visit_hit(sqlite3_stmt *statement, void *arg)
{
	const struct hit_visit *visit = arg;
	struct store_hit hit = {
	    .source = text(statement, 0),
	    .whitelists = strcmp(text(statement, 1), list_word(true)) == 0,
	    .pattern = text(statement, 3),
	    .n = sqlite3_column_int64(statement, 4),
	    .last_s = sqlite3_column_int64(statement, 5),
	};

	if (list_kind_parse(text(statement, 2), &hit.kind) == 0)
		visit->visit(&hit, visit->arg);
}

enum store_rc
sqlite_hits(struct store *store, store_hit_fn *visit, void *arg,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct hit_visit hit_visit = {visit, arg};

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	return visit_rows(sqlite,
	    prepare(sqlite,
		"SELECT source, list, kind, pattern, hits, last_hit"
		" FROM list_hit ORDER BY source, list, kind, pattern"),
	    visit_hit, &hit_visit, err);
}

struct count_visit {
	store_count_fn *visit;
	void *arg;
};

static void
visit_count(sqlite3_stmt *statement, void *arg)
{
	const struct count_visit *visit = arg;
	const struct tally_count count = {
	    .hour_s = sqlite3_column_int64(statement, 0),
	    .name = text(statement, 1),
	    .bound_s = sqlite3_column_int64(statement, 2),
	    .n = sqlite3_column_int64(statement, 3),
	};

	visit->visit(&count, visit->arg);
}

enum store_rc
sqlite_counts(struct store *store, int64_t from_s, int64_t to_s,
    store_count_fn *visit, void *arg, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	struct count_visit count_visit = {visit, arg};
	sqlite3_stmt *statement;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	statement = prepare(sqlite,
	    "SELECT hour, name, bound, n FROM stat"
	    " WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, name, bound");
	sqlite3_bind_int64(statement, 1, from_s);
	sqlite3_bind_int64(statement, 2, to_s);
	return visit_rows(sqlite, statement, visit_count, &count_visit, err);
}

/* ---- Tidying ---- */

static void
take_number(sqlite3_stmt *statement, void *arg)
{
	*(int64_t *)arg = sqlite3_column_int64(statement, 0);
}

/* A number that SQL finds, from two times. */
static enum store_rc
ask_number(struct sqlite *sqlite, const char *sql, int64_t now_s, int64_t *out,
    struct err *err)
{
	sqlite3_stmt *statement = prepare(sqlite, sql);

	sqlite3_bind_int64(statement, 1, now_s);
	sqlite3_bind_int64(statement, 2, now_s - STORE_HISTORY_S);
	return visit_rows(sqlite, statement, take_number, out, err);
}

static int
run_tidily(struct sqlite *sqlite, const char *sql, int64_t now_s)
{
	sqlite3_stmt *statement = prepare(sqlite, sql);
	int rc = -1;

	if (statement != NULL) {
		sqlite3_bind_int64(statement, 1, now_s);
		sqlite3_bind_int64(statement, 2, now_s - STORE_HISTORY_S);
		rc = run(statement);
	}
	sqlite3_finalize(statement);
	return rc;
}

enum store_rc
sqlite_tidy(struct store *store, int64_t now_s, int64_t *entries_n_out,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	int64_t rows_n = 0;

	if (sqlite_ensure_open(sqlite, err) != 0 ||
	    ask_number(sqlite,
		"SELECT (SELECT count(*) FROM list_entry WHERE expires < ?1)"
		" + (SELECT count(*) FROM list_hit WHERE last_hit < ?2)"
		" + (SELECT count(*) FROM stat WHERE hour < ?2)",
		now_s, &rows_n, err) != STORE_OK)
		return STORE_FAILED;
	*entries_n_out = 0;
	if (rows_n == 0)
		return STORE_OK; /* do not keep others from writing */
	if (sqlite_run(sqlite, STATEMENT_BEGIN_WRITE) != 0 ||
	    run_tidily(sqlite,
		"DELETE FROM list_hit WHERE source = ''"
		" AND (list, kind, pattern) IN (SELECT list, kind, pattern"
		" FROM list_entry WHERE expires < ?1)",
		now_s) != 0 ||
	    run_tidily(sqlite, "DELETE FROM list_hit WHERE last_hit < ?2",
		now_s) != 0 ||
	    run_tidily(sqlite, "DELETE FROM stat WHERE hour < ?2", now_s) !=
		0 ||
	    run_tidily(sqlite, "DELETE FROM list_entry WHERE expires < ?1",
		now_s) != 0)
		return sqlite_give_up(sqlite, err);
	*entries_n_out = sqlite3_changes(sqlite->db);
	if (sqlite_run(sqlite, STATEMENT_COMMIT) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}
