/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_SCRATCH_H
#define TARDIGREY_TESTS_SCRATCH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * scratch: a folder of its own for a test's database, and SQL for what a test
 * does to it, or asks of it, without the store.
 */

/* Where the database will be; set by scratch_make(). */
extern char folder[64], path[80], uri[128];

/* 0, or -1. The folder is new and empty; scratch_remove() removes all of it. */
int scratch_make(void);
int scratch_remove(void);

/* What fails, fails the test. */
void sql_run(sqlite3 *db, const char *sql);
int64_t sql_number(sqlite3 *db, const char *sql);

/* The first column of the first row; false if there is none. */
bool sql_ask(sqlite3 *db, const char *sql, int64_t *number);

#endif
