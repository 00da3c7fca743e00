/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_lists.h"

#include <string.h>

#include "lists/list_file.h"
#include "store/sqlite/sqlite_entries_copy.h"
#include "store/sqlite/sqlite_transaction.h"

/* ---- Words ---- */

static const char *const list_words[] = {"greylist", "whitelist"};

/* A limit against overflow, far above any sensible delay. */
#define DELAY_MAX_S (INT64_MAX / 1000)

/* The column "setting": empty if the list says the effect. */
static void
format_setting(const struct store_entry *entry, char out[LIST_SETTING_SIZE])
{
	if (list_effect_is_setting(entry->effect))
		list_setting_format(entry->effect, entry->delay_s, out);
	else
		out[0] = '\0';
}

/* Another program may have written an unknown setting. Then the entry has the
 * effect of its list. */
static void
parse_setting(const char *text, bool whitelists, struct store_entry *out)
{
	struct list_entry setting = {.delay_s = 0};
	struct err err;

	out->effect = whitelists ? LIST_WHITELIST : LIST_GREYLIST;
	out->delay_s = 0;
	if (whitelists ||
	    list_setting_parse(text, DELAY_MAX_S, &setting, &err) != 0 ||
	    setting.effect == LIST_WHITELIST || setting.shadow_until_s != 0)
		return;
	out->effect = setting.effect;
	out->delay_s = setting.delay_s;
}

/* ---- Keys ---- */

int
sqlite_read_list(sqlite3_stmt *statement, int first, bool *whitelists,
    enum list_kind *kind)
{
	const char *list = sqlite_text(statement, first);

	*whitelists = strcmp(list, list_words[true]) == 0;
	if (!*whitelists && strcmp(list, list_words[false]) != 0)
		return -1;
	return list_kind_parse(sqlite_text(statement, first + 1), kind);
}

void
sqlite_bind_list(sqlite3_stmt *statement, int first, bool whitelists,
    enum list_kind kind, const char *pattern)
{
	sqlite3_bind_text(statement, first, list_words[whitelists], -1,
	    SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 1, list_kind_word(kind), -1,
	    SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 2, pattern, -1, SQLITE_STATIC);
}

/* ---- Reading ---- */

static enum store_rc
sqlite_generation(struct store *store, int64_t *generation_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement;
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	statement = sqlite->statements.prepared[STATEMENT_GENERATION];
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*generation_out = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? STORE_OK : sqlite_give_up(sqlite, err);
}

/* Copy a text. Another program may have written one that is too long: cut it,
 * but not within a UTF-8 character, and append "...". A pattern that ends in
 * "..." is not valid. */
static void
copy_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
	const char *text = sqlite_text(statement, column);
	size_t n = strlen(text);

	if (n < size) {
		memcpy(out, text, n + 1);
		return;
	}
	n = size - sizeof("...");
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(out, text, n);
	memcpy(out + n, "...", sizeof("..."));
}

/* Read an entry. Returns 0, or -1 if another program has written an unknown
 * list or kind. */
static int
read_entry(sqlite3_stmt *statement, struct store_entry *out)
{
	bool whitelists;

	if (sqlite_read_list(statement, 0, &whitelists, &out->kind) != 0)
		return -1;
	copy_text(statement, 2, out->pattern, sizeof(out->pattern));
	parse_setting(sqlite_text(statement, 3), whitelists, out);
	copy_text(statement, 4, out->comment, sizeof(out->comment));
	copy_text(statement, 5, out->author, sizeof(out->author));
	out->created_s = sqlite3_column_int64(statement, 6);
	out->expires_s = sqlite3_column_int64(statement, 7);
	return 0;
}

static int
visit_entries(struct sqlite_statements *statements, store_entry_fn *visit,
    void *arg)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_ENTRIES);
	struct store_entry entry;
	int rc;

	while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
		if (read_entry(statement, &entry) == 0)
			visit(&entry, arg);
	sqlite3_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

static enum store_rc
sqlite_entries(struct store *store, store_entry_fn *visit, void *arg,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	if (visit_entries(&sqlite->statements, visit, arg) != 0)
		return sqlite_give_up(sqlite, err);
	return STORE_OK;
}

static enum store_rc
sqlite_has_more_entries(struct store *store, int64_t n, bool *out,
    struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement;
	int rc;

	if (sqlite_ensure_open(sqlite, err) != 0)
		return STORE_FAILED;
	statement =
	    sqlite_statement(&sqlite->statements, STATEMENT_COUNT_ENTRIES);
	sqlite3_bind_int64(statement, 1, n + 1);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0) > n;
	sqlite3_reset(statement);
	return rc == SQLITE_ROW ? STORE_OK : sqlite_give_up(sqlite, err);
}

/* ---- Changing ---- */

static int
put(struct sqlite_statements *statements, const struct store_entry *entry)
{
	sqlite3_stmt *statement =
	    sqlite_statement(statements, STATEMENT_PUT_ENTRY);
	char setting[LIST_SETTING_SIZE];

	format_setting(entry, setting);
	sqlite_bind_list(statement, 1, entry->effect == LIST_WHITELIST,
	    entry->kind, entry->pattern);
	sqlite3_bind_text(statement, 4, setting, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(statement, 5, entry->comment, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 6, entry->author, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 7, entry->created_s);
	if (entry->expires_s != 0)
		sqlite3_bind_int64(statement, 8, entry->expires_s);
	else
		sqlite3_bind_null(statement, 8);
	return sqlite_run(statements, STATEMENT_PUT_ENTRY);
}

/* The change is done. If its copy fails, the administrator must know. */
static enum store_rc
save_copy(struct sqlite *sqlite, const char *change, struct err *err)
{
	struct err text;

	if (sqlite_entries_copy_save(sqlite, &text) == 0)
		return STORE_OK;
	err_set(err,
	    "the %s is in force, but its copy failed (run the command again): "
	    "%s",
	    change, text.text);
	return STORE_FAILED;
}

static int
put_all(struct sqlite_statements *statements, const struct store_entry *entries,
    size_t n)
{
	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (put(statements, &entries[i]) != 0)
			return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}

/* The copy takes a comparison of all entries, however few have changed. */
static enum store_rc
sqlite_put_entries(struct store *store, const struct store_entry *entries,
    size_t n, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;

	if (sqlite_ensure_writable(sqlite, err) != 0 ||
	    sqlite_entries_copy_check(sqlite, err) != 0)
		return STORE_FAILED;
	if (put_all(&sqlite->statements, entries, n) != 0)
		return sqlite_give_up(sqlite, err);
	return save_copy(sqlite, n == 1 ? "entry" : "change", err);
}

static int
remove_rows(struct sqlite_statements *statements, enum statement which,
    bool whitelists, enum list_kind kind, const char *pattern, bool *found)
{
	sqlite_bind_list(sqlite_statement(statements, which), 1, whitelists,
	    kind, pattern);
	if (sqlite_run(statements, which) != 0)
		return -1;
	*found = sqlite3_changes(statements->db) > 0;
	return 0;
}

static int
remove_with_hits(struct sqlite_statements *statements, bool whitelists,
    enum list_kind kind, const char *pattern, bool *found)
{
	bool hits_found;

	if (sqlite_run(statements, STATEMENT_BEGIN_WRITE) != 0 ||
	    remove_rows(statements, STATEMENT_REMOVE_HIT, whitelists, kind,
		pattern, &hits_found) != 0 ||
	    remove_rows(statements, STATEMENT_REMOVE_ENTRY, whitelists, kind,
		pattern, found) != 0)
		return -1;
	return sqlite_run(statements, STATEMENT_COMMIT);
}

static enum store_rc
sqlite_remove_entry(struct store *store, bool whitelists, enum list_kind kind,
    const char *pattern, bool *found_out, struct err *err)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	bool found;

	if (sqlite_ensure_writable(sqlite, err) != 0 ||
	    sqlite_entries_copy_check(sqlite, err) != 0)
		return STORE_FAILED;
	if (remove_with_hits(&sqlite->statements, whitelists, kind, pattern,
		&found) != 0)
		return sqlite_give_up(sqlite, err);
	*found_out = found;
	/* Even if nothing was found: the last copy may have failed. */
	return save_copy(sqlite, "removal", err);
}

const struct list_store_ops sqlite_list_ops = {
    .generation = sqlite_generation,
    .entries = sqlite_entries,
    .has_more_entries = sqlite_has_more_entries,
    .put_entries = sqlite_put_entries,
    .remove_entry = sqlite_remove_entry,
};
