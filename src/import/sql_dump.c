/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/sql_dump.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* ---- Tables and columns ---- */

static int
find_table(const struct sql_dump *dump, const struct sql_text *name)
{
	for (int i = 0; i < dump->tables_n; i++)
		if (sql_text_is(name, dump->tables[i].name))
			return i;
	return -1;
}

/* The order of the columns comes from the statement itself, or from CREATE
 * TABLE. */
static int
choose_layout(struct sql_dump *dump)
{
	if (!dump->has_columns)
		dump->rows.layout = dump->layouts[dump->rows.table];
	if (dump->rows.layout.n > 0)
		return 0;
	dump->has_failed = true;
	return err_set(dump->err,
	    "%" PRId64 ": nothing names the columns of the table %s; make the "
	    "dump with the definitions of the tables",
	    dump->line_n + 1, dump->tables[dump->rows.table].name);
}

static void
add_column(struct sql_dump *dump, struct sql_layout *layout,
    const struct sql_text *name)
{
	const struct sql_table *table = &dump->tables[dump->rows.table];

	sql_layout_add(layout, table, name);
	if (sql_text_is(name, table->columns[0]))
		dump->has_table = true;
}

/* ---- Rows ---- */

static void
fail(struct sql_dump *dump)
{
	dump->err->text[0] = '\0';
	dump->has_failed = true;
}

static void
begin_value(struct sql_dump *dump)
{
	dump->value.has_text = dump->value.is_null = false;
	dump->value.is_bad = dump->value.is_over = false;
	sql_text_clear(&dump->value.text);
}

static void
end_value(struct sql_dump *dump)
{
	const struct sql_value *value = &dump->value;

	sql_rows_add(&dump->rows, value->is_null ? NULL : &value->text,
	    value->is_bad || !value->has_text);
	begin_value(dump);
}

/* ---- The values of INSERT ---- */

/* A value is a string, a number or NULL. A function is a bad value. A word
 * before a string is its character set, unless the string is hexadecimal or
 * binary. */
static void
take_value_text(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	if (dump->value.is_over || dump->depth > 0)
		return;
	if (kind == SQL_WORD && sql_text_is(text, "NULL")) {
		dump->value.is_null = true;
		return;
	}
	if (kind == SQL_STRING &&
	    (sql_text_is(&dump->value.text, "X") ||
		sql_text_is(&dump->value.text, "B")))
		dump->value.is_bad = true;
	if (kind == SQL_NAME ||
	    (kind == SQL_WORD && strncasecmp(text->text, "0x", 2) == 0))
		dump->value.is_bad = true;
	if (kind == SQL_WORD && dump->value.has_text &&
	    sql_text_is(&dump->value.text, "-")) {
		for (size_t i = 0; i < text->n; i++)
			sql_text_add(&dump->value.text, text->text[i]);
		return;
	}
	dump->value.text = *text;
	dump->value.has_text = true;
}

static void
take_value_sign(struct sql_dump *dump, const struct sql_text *text)
{
	switch (text->text[0]) {
	case '(':
		dump->depth++;
		dump->value.is_bad = true;
		break;
	case ')':
		if (dump->depth-- > 0)
			break;
		end_value(dump);
		if (sql_rows_end(&dump->rows) != 0)
			fail(dump);
		dump->step = SQL_ROWS;
		break;
	case ',':
		if (dump->depth == 0)
			end_value(dump);
		break;
	case ':':
		dump->value.is_over = true;
		break;
	case '.': /* of a number: the fraction has no use */
		dump->value.is_over = true;
		break;
	case ';':
		dump->step = SQL_BEGIN;
		break;
	default:
		dump->value.text = *text;
		dump->value.has_text = true;
	}
}

static void
take_between_rows(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	if (kind != SQL_PUNCTUATION) {
		dump->step = SQL_SKIP; /* ON CONFLICT ... */
	} else if (text->text[0] == '(') {
		sql_rows_begin(&dump->rows);
		begin_value(dump);
		dump->depth = 0;
		dump->step = SQL_VALUE;
	} else if (text->text[0] == ';') {
		dump->step = SQL_BEGIN;
	}
}

/* ---- The beginning of a statement ---- */

static void
begin_table(struct sql_dump *dump, enum sql_verb verb)
{
	dump->step = SQL_TABLE;
	dump->verb = verb;
	dump->rows.table = -1;
	dump->before_name = true;
	dump->has_columns = dump->from_stdin = false;
	dump->rows.layout.n = 0;
}

static bool
is_one_of(const struct sql_text *text, const char *const words[])
{
	for (; *words != NULL; words++)
		if (sql_text_is(text, *words))
			return true;
	return false;
}

static void
take_begin(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	if (kind == SQL_PUNCTUATION && text->text[0] == ';')
		return;
	dump->step = SQL_SKIP;
	if (kind != SQL_WORD)
		return;
	if (sql_text_is(text, "COPY"))
		begin_table(dump, SQL_VERB_COPY);
	else if (sql_text_is(text, "INSERT") || sql_text_is(text, "REPLACE"))
		dump->step = SQL_INTO;
	else if (sql_text_is(text, "SET"))
		dump->step = SQL_SET;
	else if (sql_text_is(text, "CREATE"))
		dump->step = SQL_CREATE;
}

/* MySQL: SET TIME_ZONE = '+00:00', in either quotes. */
static void
take_set(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	bool is_zone = dump->step == SQL_ZONE;

	if (is_zone && (kind == SQL_STRING || kind == SQL_NAME))
		dump->tokens.is_utc = sql_text_is(text, "+00:00");
	if (kind == SQL_WORD && sql_text_is(text, "TIME_ZONE"))
		dump->step = SQL_ZONE;
	else if (!is_zone || kind != SQL_PUNCTUATION ||
	    strchr(":=", text->text[0]) == NULL)
		dump->step = SQL_SET;
}

/* After INSERT, REPLACE or CREATE. */
static void
take_into(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	static const char *const more[] = {"DELAYED", "HIGH_PRIORITY", "IGNORE",
	    "LOW_PRIORITY", "OR", "REPLACE", "TEMPORARY", "UNLOGGED", NULL};
	bool is_insert = dump->step == SQL_INTO;

	if (kind == SQL_WORD && sql_text_is(text, is_insert ? "INTO" : "TABLE"))
		begin_table(dump,
		    is_insert ? SQL_VERB_INSERT : SQL_VERB_CREATE);
	else if (kind != SQL_WORD || !is_one_of(text, more))
		dump->step = SQL_SKIP;
}

/* The name of a table follows its schema and a dot. */
static void
take_table(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	static const char *const more[] = {"IF", "NOT", "EXISTS", "ONLY", NULL};

	if (kind == SQL_WORD && dump->before_name && is_one_of(text, more))
		return;
	dump->rows.table = find_table(dump, text);
	dump->before_name = false;
	dump->step = SQL_AFTER_TABLE;
}

static void
begin_columns(struct sql_dump *dump)
{
	dump->has_columns = dump->verb != SQL_VERB_CREATE;
	dump->step =
	    dump->verb == SQL_VERB_CREATE ? SQL_DEFINITION : SQL_COLUMNS;
	dump->depth = 1;
	if (dump->verb == SQL_VERB_CREATE && dump->rows.table >= 0)
		dump->layouts[dump->rows.table].n = 0;
}

static void
take_after_table(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	static const char *const more[] = {
	    "OVERRIDING", "SYSTEM", "USER", "VALUE", NULL};
	bool is_sign = kind == SQL_PUNCTUATION;

	if (is_sign && text->text[0] == '.')
		dump->step = SQL_TABLE;
	else if (is_sign && text->text[0] == '(' && !dump->has_columns)
		begin_columns(dump);
	else if (dump->verb == SQL_VERB_INSERT && dump->rows.table >= 0 &&
	    sql_text_is(text, "VALUES"))
		dump->step = choose_layout(dump) == 0 ? SQL_ROWS : SQL_SKIP;
	else if (dump->verb == SQL_VERB_COPY && sql_text_is(text, "FROM"))
		dump->step = SQL_FROM;
	else if (dump->verb != SQL_VERB_INSERT || !is_one_of(text, more))
		dump->step = SQL_SKIP;
}

static void
take_columns(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	if (kind == SQL_PUNCTUATION && text->text[0] == ')')
		dump->step = SQL_AFTER_TABLE;
	else if (kind != SQL_PUNCTUATION && dump->rows.table >= 0)
		add_column(dump, &dump->rows.layout, text);
}

/* ---- CREATE TABLE ---- */

static void
take_definition(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	static const char *const others[] = {"CHECK", "CONSTRAINT", "EXCLUDE",
	    "FOREIGN", "FULLTEXT", "INDEX", "KEY", "LIKE", "PRIMARY", "SPATIAL",
	    "UNIQUE", NULL};

	dump->step = SQL_DEFINITION_END;
	if (dump->rows.table >= 0 &&
	    (kind == SQL_NAME ||
		(kind == SQL_WORD && !is_one_of(text, others))))
		add_column(dump, &dump->layouts[dump->rows.table], text);
}

static void
take_definition_end(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	if (kind != SQL_PUNCTUATION)
		return;
	if (text->text[0] == '(')
		dump->depth++;
	else if (text->text[0] == ')' && --dump->depth == 0)
		dump->step = SQL_SKIP;
	else if (text->text[0] == ',' && dump->depth == 1)
		dump->step = SQL_DEFINITION;
}

/* ---- Statements ---- */

static void
take_from(struct sql_dump *dump, enum sql_token kind,
    const struct sql_text *text)
{
	if (kind == SQL_WORD && sql_text_is(text, "STDIN"))
		dump->from_stdin = true;
	if (kind != SQL_PUNCTUATION || text->text[0] != ';')
		return;
	dump->step = dump->from_stdin ? SQL_COPY_LINE : SQL_BEGIN;
	if (dump->from_stdin && dump->rows.table >= 0 &&
	    choose_layout(dump) != 0)
		dump->step = SQL_SKIP;
}

static void
take_token(void *arg, enum sql_token kind, const struct sql_text *text)
{
	struct sql_dump *dump = arg;

	if (kind == SQL_PUNCTUATION && text->text[0] == ';' &&
	    dump->step != SQL_FROM)
		dump->step = SQL_BEGIN;
	switch (dump->step) {
	case SQL_BEGIN:
		take_begin(dump, kind, text);
		break;
	case SQL_CREATE:
	case SQL_INTO:
		take_into(dump, kind, text);
		break;
	case SQL_SET:
	case SQL_ZONE:
		take_set(dump, kind, text);
		break;
	case SQL_TABLE:
		take_table(dump, kind, text);
		break;
	case SQL_AFTER_TABLE:
		take_after_table(dump, kind, text);
		break;
	case SQL_COLUMNS:
		take_columns(dump, kind, text);
		break;
	case SQL_DEFINITION:
		take_definition(dump, kind, text);
		break;
	case SQL_DEFINITION_END:
		take_definition_end(dump, kind, text);
		break;
	case SQL_FROM:
		take_from(dump, kind, text);
		break;
	case SQL_ROWS:
		take_between_rows(dump, kind, text);
		break;
	case SQL_VALUE:
		if (kind == SQL_PUNCTUATION)
			take_value_sign(dump, text);
		else
			take_value_text(dump, kind, text);
		break;
	case SQL_SKIP:
	case SQL_COPY_LINE:
	case SQL_COPY:
		break;
	}
}

/* ---- Octets ---- */

static void
take_copy(struct sql_dump *dump, char octet)
{
	int rc = sql_copy_take(&dump->copy, octet, &dump->rows);

	if (rc < 0)
		fail(dump);
	else if (rc > 0)
		dump->step = SQL_BEGIN;
}

static void
take_octet(struct sql_dump *dump, char octet)
{
	if (dump->step == SQL_COPY) {
		take_copy(dump, octet);
	} else if (dump->step != SQL_COPY_LINE) {
		sql_tokens_take(&dump->tokens, octet, take_token, dump);
	} else if (octet == '\n') {
		sql_copy_begin(&dump->copy, &dump->rows);
		dump->step = SQL_COPY;
	}
	if (octet == '\n')
		dump->line_n++;
}

int
sql_dump_take(struct sql_dump *dump, const char *octets, size_t n,
    struct err *err)
{
	dump->err = err;
	for (size_t i = 0; i < n && !dump->has_failed; i++)
		take_octet(dump, octets[i]);
	return dump->has_failed ? -1 : 0;
}

int
sql_dump_end(const struct sql_dump *dump, struct err *err)
{
	if (dump->step == SQL_BEGIN && sql_tokens_are_complete(&dump->tokens))
		return 0;
	return err_set(err,
	    "%" PRId64 ": the dump ends within a statement; the rows before it "
	    "have been read",
	    dump->line_n + 1);
}
