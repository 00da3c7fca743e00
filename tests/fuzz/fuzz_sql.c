/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is an SQL dump. The first octet chooses the program that wrote it.
 * Cut into pieces of one octet, it must give the same rows and the same error
 * as in one piece. Each record of a program must be one that foreign_row()
 * accepts or refuses, and an entry must be a canonical pattern.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/gld.h"
#include "import/iredapd.h"
#include "import/policyd.h"
#include "import/proxmox.h"
#include "import/sql_dump.h"
#include "import/sqlgrey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_sql: line %d: not true: %s\n", line, claim);
	abort();
}

static const struct sql_program *const programs[] = {&sqlgrey_program,
    &iredapd_program, &gld_program, &policyd_program, &proxmox_program};
#define PROGRAMS (sizeof(programs) / sizeof(programs[0]))

struct reading {
	const struct sql_program *program;
	uint64_t digest; /* of the rows */
};

static void
add(struct reading *reading, const char *text)
{
	for (; *text != '\0'; text++)
		reading->digest = (reading->digest ^ (unsigned char)*text) *
		    UINT64_C(1099511628211);
	reading->digest++;
}

static void
check_entry(const struct foreign *foreign)
{
	struct pattern pattern;
	struct err err;

	CHECK(pattern_parse(foreign->list, foreign->pattern, &pattern, &err) ==
	    0);
	CHECK(strcmp(pattern.text, foreign->pattern) == 0);
}

static int
take_record(void *arg, const struct foreign *foreign, enum foreign_result why)
{
	static const struct foreign_rules rules = {
	    .keys = {.ipv4_prefix_bits = 24, .ipv6_prefix_bits = 64}};
	static struct store_row row;
	struct reading *reading = arg;

	add(reading, foreign_result_name(why));
	CHECK((foreign != NULL) == (why == FOREIGN_TAKEN));
	if (foreign == NULL)
		return 0;
	CHECK(foreign->first_seen_s >= 0 && foreign->last_seen_s >= 0);
	if (foreign->kind == FOREIGN_ENTRY)
		check_entry(foreign);
	else
		add(reading,
		    foreign_result_name(foreign_row(foreign, &rules, 1795930000,
			1795930000, &row)));
	return 0;
}

static int
take_row(void *arg, const struct sql_row *row)
{
	static const struct foreign_settings settings = {60, 2, 3600};
	struct reading *reading = arg;

	CHECK(row->table >= 0 && row->table < reading->program->tables_n);
	for (int i = 0; i < SQL_COLUMNS_MAX; i++)
		add(reading, row->values[i] == NULL ? "-" : row->values[i]);
	if (!row->is_whole)
		return 0;
	return reading->program->row(row, &settings, take_record, reading);
}

static uint64_t
read_dump(const struct sql_program *program, const char *octets, size_t n,
    size_t piece_n, struct err *err)
{
	static struct sql_dump dump;
	static struct reading reading;
	int rc = 0;

	err->text[0] = '\0';
	reading = (struct reading){.program = program};
	dump = (struct sql_dump){
	    .tables = program->tables,
	    .tables_n = program->tables_n,
	    .rows = {.row = take_row, .arg = &reading},
	};
	for (size_t i = 0; i < n && rc == 0; i += piece_n)
		rc = sql_dump_take(&dump, octets + i,
		    n - i < piece_n ? n - i : piece_n, err);
	if (rc == 0)
		rc = sql_dump_end(&dump, err);
	CHECK((rc != 0) == (err->text[0] != '\0'));
	return reading.digest;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sql_program *program;
	const char *octets = (const char *)data + 1;
	struct err err, again;

	if (size == 0)
		return 0;
	program = programs[data[0] % PROGRAMS];
	CHECK(read_dump(program, octets, size - 1, size, &err) ==
	    read_dump(program, octets, size - 1, 1, &again));
	CHECK(strcmp(err.text, again.text) == 0);
	return 0;
}
