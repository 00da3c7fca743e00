/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_SCRATCH_H
#define TARDIGREY_TESTS_SCRATCH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * scratch: a new folder for the database of a test, and SQL that a test runs on
 * the database without the store.
 */

/* The folder, and the path and URI of the database in it. Set by
 * scratch_make(). */
extern char folder[64], path[80], uri[128];

/* Make the folder, and remove it with its files. Return 0 or -1. */
int scratch_make(void);
int scratch_remove(void);

/* Remove the database files. */
void scratch_remove_database(void);

/* Run SQL; read one number. If SQLite reports an error, the test fails. */
void sql_run(sqlite3 *db, const char *sql);
int64_t sql_number(sqlite3 *db, const char *sql);

/* Read the first column of the first row. Returns false if there is no row. */
bool sql_ask(sqlite3 *db, const char *sql, int64_t *number);

/* False if the notice says only that the copy of the list entries cannot be
 * read now. */
bool notice_is_of_damage(const char *text);

#endif
