/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

char folder[64], path[80], uri[128];

int
scratch_make(void)
{
	strcpy(folder, "/tmp/tardigrey-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/db", folder);
	snprintf(uri, sizeof(uri), "sqlite:%s", path);
	return 0;
}

int
scratch_remove(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

void
scratch_remove_database(void)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		char name[100];

		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

void
sql_run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

bool
sql_ask(sqlite3 *db, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement = NULL;
	bool there =
	    sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW;

	if (there)
		*number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return there;
}

int64_t
sql_number(sqlite3 *db, const char *sql)
{
	int64_t number = 0;

	if (!sql_ask(db, sql, &number))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	return number;
}

bool
notice_is_of_damage(const char *text)
{
	return strstr(text, "the copy of the list entries: ") == NULL ||
	    strstr(text, "malformed") != NULL ||
	    strstr(text, "not a database") != NULL;
}
