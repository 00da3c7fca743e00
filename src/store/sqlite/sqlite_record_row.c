/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/sqlite/sqlite_record_row.h"

#include <string.h>

void
sqlite_bind_key(sqlite3_stmt *statement, int first, const struct key *key)
{
	sqlite3_bind_int(statement, first, (int)key->kind);
	sqlite3_bind_text(statement, first + 1, key->client, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 2, key->sender, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, first + 3, key->recipient, -1,
	    SQLITE_STATIC);
}

/* No text and no blob is less than '', and no kind is less than this. */
void
sqlite_bind_walk(sqlite3_stmt *statement, const struct key *last)
{
	static const struct key none = {.client = ""};

	sqlite_bind_key(statement, 1, last != NULL ? last : &none);
	if (last == NULL)
		sqlite3_bind_int64(statement, 1, INT64_MIN);
}

void
sqlite_bind_times(sqlite3_stmt *statement, const struct record *record)
{
	sqlite3_bind_int64(statement, 5, record->first_seen_s);
	sqlite3_bind_int64(statement, 6, record->last_seen_s);
	if (record->passed_s != 0)
		sqlite3_bind_int64(statement, 7, record->passed_s);
	else
		sqlite3_bind_null(statement, 7);
}

void
sqlite_bind_delay(sqlite3_stmt *statement, int parameter,
    const struct record *record)
{
	if (record->delay_s != 0)
		sqlite3_bind_int64(statement, parameter, record->delay_s);
	else
		sqlite3_bind_null(statement, parameter);
}

void
sqlite_read_record(sqlite3_stmt *statement, struct record *out)
{
	out->first_seen_s = sqlite3_column_int64(statement, 0);
	out->last_seen_s = sqlite3_column_int64(statement, 1);
	out->passed_s = sqlite3_column_int64(statement, 2); /* NULL gives 0 */
	out->expires_s = sqlite3_column_int64(statement, 3);
	out->deferred_n = sqlite3_column_int64(statement, 4);
	out->passed_n = sqlite3_column_int64(statement, 5);
	out->delay_s = sqlite3_column_int64(statement, 6); /* NULL gives 0 */
}

bool
sqlite_read_key_text(sqlite3_stmt *statement, int column, char *out,
    size_t size)
{
	const char *text;
	size_t n;

	if (sqlite3_column_type(statement, column) != SQLITE_TEXT)
		return false;
	text = (const char *)sqlite3_column_text(statement, column);
	n = (size_t)sqlite3_column_bytes(statement, column);
	if (text == NULL || n >= size || memchr(text, '\0', n) != NULL)
		return false;
	memcpy(out, text, n + 1);
	return true;
}

bool
sqlite_read_key(sqlite3_stmt *statement, int first, struct key *out)
{
	int64_t kind = sqlite3_column_int64(statement, first);

	if (sqlite3_column_type(statement, first) != SQLITE_INTEGER ||
	    kind < 0 || kind >= KEY_KINDS)
		return false;
	out->kind = (enum key_kind)kind;
	return sqlite_read_key_text(statement, first + 1, out->client,
		   sizeof(out->client)) &&
	    sqlite_read_key_text(statement, first + 2, out->sender,
		sizeof(out->sender)) &&
	    sqlite_read_key_text(statement, first + 3, out->recipient,
		sizeof(out->recipient));
}
