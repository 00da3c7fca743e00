/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/db_dump.h"

#include <string.h>

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c | 0x20);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Decode two hexadecimal digits. Returns the octet, or -1. NUL counts as wrong:
 * no mail address has it. */
static int
octet(const char *text)
{
	int high = digit(text[0]);
	int low = high < 0 ? -1 : digit(text[1]);

	return low < 0 || (high == 0 && low == 0) ? -1 : high * 16 + low;
}

/* Decode one octet of the text. Returns how many characters it takes, or 0. */
static size_t
decode_one(const struct db_dump *dump, const char *text, char *out)
{
	int value;

	if (!dump->is_bytevalue && text[0] != '\\') {
		*out = text[0];
		return 1;
	}
	if (!dump->is_bytevalue && text[1] == '\\') {
		*out = '\\';
		return 2;
	}
	value = octet(dump->is_bytevalue ? text : text + 1);
	if (value < 0)
		return 0;
	*out = (char)value;
	return dump->is_bytevalue ? 2 : 3;
}

static int
decode(const struct db_dump *dump, const char *text, char out[DB_DUMP_SIZE],
    struct err *err)
{
	size_t n = 0;

	while (text[0] != '\0') {
		size_t step;

		if (n == DB_DUMP_SIZE - 1)
			return err_set(err, "the item has more than %d octets",
			    DB_DUMP_SIZE - 1);
		step = decode_one(dump, text, &out[n]);
		if (step == 0)
			return err_set(err, "\"%.10s\" is not an octet", text);
		text += step;
		n++;
	}
	out[n] = '\0';
	return 0;
}

static enum db_dump_line
parse_header(struct db_dump *dump, const char *line, struct err *err)
{
	if (strcmp(line, "HEADER=END") == 0)
		dump->in_data = dump->has_header = true;
	else if (strcmp(line, "format=bytevalue") == 0)
		dump->is_bytevalue = true;
	else if (strcmp(line, "format=print") == 0)
		dump->is_bytevalue = false;
	else if (strchr(line, '=') == NULL) {
		err_set(err,
		    "\"%.40s\" is not a line of the header that "
		    "db_dump(1) writes",
		    line);
		return DB_DUMP_WRONG;
	}
	return DB_DUMP_MORE;
}

enum db_dump_line
db_dump_parse(struct db_dump *dump, const char *line, struct err *err)
{
	if (!dump->in_data)
		return parse_header(dump, line, err);
	if (line[0] != ' ') {
		if (strcmp(line, "DATA=END") != 0 || dump->has_key) {
			err_set(err,
			    "\"%.40s\" is not a line of data that "
			    "db_dump(1) writes",
			    line);
			return DB_DUMP_WRONG;
		}
		dump->in_data = false;
		return DB_DUMP_MORE;
	}
	if (decode(dump, line + 1, dump->has_key ? dump->value : dump->key,
		err) != 0)
		return DB_DUMP_WRONG;
	dump->has_key = !dump->has_key;
	return dump->has_key ? DB_DUMP_MORE : DB_DUMP_PAIR;
}
