/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_DB_DUMP_H
#define TARDIGREY_IMPORT_DB_DUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * db_dump: parses the text of db_dump(1), which shows a Berkeley DB file.
 *
 * The text begins with a header: lines NAME=VALUE up to "HEADER=END". Then each
 * key and each value has a line of its own, which begins with a space. The data
 * end with "DATA=END". With "format=print" a backslash and two hexadecimal
 * digits stand for an octet, and two backslashes for one. With
 * "format=bytevalue" all octets are hexadecimal digits. Several such texts may
 * follow each other.
 */

/* The longest key or value, decoded. */
#define DB_DUMP_SIZE (2 * 2048 + 128)

struct db_dump {
	bool in_data, is_bytevalue, has_key;
	bool has_header; /* the header has ended */
	char key[DB_DUMP_SIZE];
	char value[DB_DUMP_SIZE];
};

enum db_dump_line {
	DB_DUMP_WRONG = -1,
	DB_DUMP_MORE, /* no pair yet */
	DB_DUMP_PAIR, /* key and value are a pair */
};

/* Parse the next line, without its newline. Begin with a struct of zeros. If
 * the line is wrong, *err says what is wrong. */
enum db_dump_line db_dump_parse(struct db_dump *dump, const char *line,
    struct err *err);

#endif
