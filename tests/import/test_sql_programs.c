/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* Dumps of other programs, see tests/import/data/README. */
#include "test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/gld.h"
#include "import/iredapd.h"
#include "import/policyd.h"
#include "import/proxmox.h"
#include "import/sql_dump.h"
#include "import/sqlgrey.h"

struct reading {
	const struct sql_program *program;
	struct foreign_settings settings;
	char out[4000];
};

/* A line for each record. */
static int
write_record(void *arg, const struct foreign *foreign, enum foreign_result why)
{
	struct reading *reading = arg;
	char *out = reading->out + strlen(reading->out);
	size_t size = sizeof(reading->out) - strlen(reading->out);

	if (foreign == NULL)
		snprintf(out, size, "%s\n", foreign_result_name(why));
	else if (foreign->kind == FOREIGN_TRIPLET)
		snprintf(out, size,
		    "triplet %s <%s> %s %" PRId64 " %" PRId64 " %" PRId64 "\n",
		    foreign->client, foreign->sender, foreign->recipient,
		    foreign->first_seen_s, foreign->last_seen_s,
		    foreign->passed_s);
	else if (foreign->kind == FOREIGN_CLIENT)
		snprintf(out, size,
		    "client %s %" PRId64 " %" PRId64 " %" PRId64 "\n",
		    foreign->client, foreign->first_seen_s,
		    foreign->last_seen_s, foreign->retries_n);
	else
		snprintf(out, size, "%s %s %s\n",
		    foreign->whitelists ? "whitelist" : "greylist",
		    list_kind_word(foreign->list), foreign->pattern);
	return 0;
}

static int
take_row(void *arg, const struct sql_row *row)
{
	struct reading *reading = arg;

	assert_true(row->is_whole);
	return reading->program->row(row, &reading->settings, write_record,
	    reading);
}

static void
read_file(const char *name, struct reading *reading)
{
	static struct sql_dump dump; /* large */
	const char *srcdir = getenv("srcdir");
	char path[1000], octets[1000];
	struct err err;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/import/data/%s",
	    srcdir == NULL ? "." : srcdir, name);
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("cannot read %s", path);
	dump = (struct sql_dump){
	    .tables = reading->program->tables,
	    .tables_n = reading->program->tables_n,
	    .rows = {.row = take_row, .arg = reading},
	};
	while ((n = fread(octets, 1, sizeof(octets), file)) > 0)
		if (sql_dump_take(&dump, octets, n, &err) != 0)
			fail_msg("%s:%s", path, err.text);
	if (sql_dump_end(&dump, &err) != 0)
		fail_msg("%s:%s", path, err.text);
	fclose(file);
	assert_int_equal(dump.tokens.is_utc,
	    strstr(name, "mariadb") != NULL || strcmp(name, "gld.sql") == 0 ||
		strcmp(name, "iredapd.sql") == 0 ||
		strcmp(name, "policyd.sql") == 0);
}

static void
check(const char *name, const struct sql_program *program, const char *wanted)
{
	static struct reading reading;

	reading =
	    (struct reading){.program = program, .settings = {.retries_n = 2}};
	read_file(name, &reading);
	assert_string_equal(reading.out, wanted);
}

static void
test_gld(void **state)
{
	(void)state;
	check("gld.sql", &gld_program,
	    "triplet 192.0.2.7 <o hara@example.net> bob@example.org 1795929474 1795929474 0\n"
	    "triplet 198.51.101.9 <> bob@example.org 1795929474 1795929474 0\n"
	    "triplet 203.0.113.5 <anna@example.com> bob@example.org 1795929474 1795929476 1795929476\n"
	    "whitelist sender lists.example.com\n"
	    "whitelist sender friend@example.net\n"
	    "whitelist client 192.0.2.200\n"
	    "whitelist client 198.51.100.0/24\n"
	    "no_entry\n");
}

static void
test_iredapd(void **state)
{
	(void)state;
	check("iredapd.sql", &iredapd_program,
	    "whitelist recipient quiet.example\n"
	    "whitelist recipient boss@example.org\n"
	    "greylist recipient me@quiet.example\n"
	    "no_entry\n"
	    "triplet 192.0.2.7 <anna@example.net> bob@example.org 1795929000 1795929000 0\n"
	    "triplet 198.51.101.9 <> bob@example.org 1795929100 1795929100 0\n"
	    "triplet 192.0.2.99 <c@example.edu> bob@example.org 1795900000 1795928000 1795928000\n"
	    "client 192.0.2.99 1795900000 1795928000 2\n"
	    "triplet 2001:db8::7 <d@example.edu> bob@example.org 1795900000 1795929000 1795929000\n"
	    "client 2001:db8::7 1795900000 1795929000 2\n"
	    "whitelist client 192.0.2.128/25\n"
	    "whitelist client 2001:db8:5::/48\n"
	    "whitelist client 198.51.100.77\n"
	    "whitelist client 192.0.2.200\n"
	    "whitelist client 198.51.100.0/24\n"
	    "whitelist client 203.0.113.0/24\n"
	    "whitelist sender lists.example.com\n"
	    "whitelist sender news.example.com\n"
	    "whitelist sender friend@example.net\n"
	    "no_entry\n");
}

static void
test_policyd(void **state)
{
	(void)state;
	check("policyd.sql", &policyd_program,
	    "client 192.0.2.99/32 1795900000 1795929000 2\n"
	    "client 192.0.2.0/24 1795900000 1795929000 2\n"
	    "triplet 192.0.2.0/24 <anna@example.net> bob@example.org 1795929000 1795929000 0\n"
	    "triplet 198.51.101.9/32 <> bob@example.org 1795929100 1795929100 0\n"
	    "triplet 192.0.2.0/24 <c@example.edu> bob@example.org 1795900000 1795928000 1795928000\n"
	    "whitelist client 192.0.2.200\n"
	    "whitelist client 198.51.100.0/24\n"
	    "no_entry\n");
}

static void
test_proxmox(void **state)
{
	(void)state;
	check("proxmox.sql", &proxmox_program,
	    "triplet 192.0.2.0/24 <anna@example.net> bob@example.org 1795929000 1795929000 0\n"
	    "triplet 198.51.101 <> bob@example.org 1795929100 1795929200 0\n"
	    "triplet 192.0.2.0/24 <c@example.edu> bob@example.org 1795900000 1795928000 1795900200\n"
	    "triplet 2001:db8::/64 <d\\e@example.edu> bob@example.org 1795900000 1795900000 0\n");
}

static void
test_sqlgrey(void **state)
{
	(void)state;
	check("sqlgrey-mariadb.sql", &sqlgrey_program,
	    "triplet 192.0.2.7 <o'hara@example.net> bob@example.org 1795929422 1795929422 0\n"
	    "triplet 198.51.100.9 <> bob@example.org 1795929422 1795929422 0\n"
	    "triplet 2001:db8::7 <six@example.net> bob@example.org 1795929422 1795929422 0\n"
	    "triplet 192.0.2.8 <back\\slash@example.net> bob@example.org 1795929422 1795929422 0\n"
	    "client 203.0.113.77 1795929423 1795929425 2\n"
	    "client 192.0.2 1795929425 1795929426 1\n"
	    "greylist recipient grey.example\n"
	    "greylist recipient me@quiet.example\n"
	    "whitelist recipient quiet.example\n"
	    "whitelist recipient boss@example.org\n");
	check("sqlgrey-postgresql.sql", &sqlgrey_program,
	    "triplet 192.0.2.7 <o'hara@example.net> bob@example.org 1795929423 1795929423 0\n"
	    "triplet 198.51.100.9 <> bob@example.org 1795929423 1795929423 0\n"
	    "triplet 2001:db8::7 <six@example.net> bob@example.org 1795929423 1795929423 0\n"
	    "triplet 192.0.2.8 <back\\slash@example.net> bob@example.org 1795929423 1795929423 0\n"
	    "client 203.0.113.77 1795929423 1795929425 2\n"
	    "client 192.0.2 1795929425 1795929426 1\n"
	    "greylist recipient grey.example\n"
	    "greylist recipient me@quiet.example\n"
	    "whitelist recipient quiet.example\n"
	    "whitelist recipient boss@example.org\n");
	check("sqlgrey-postgresql-inserts.sql", &sqlgrey_program,
	    "triplet 192.0.2.7 <o'hara@example.net> bob@example.org 1795929423 1795929423 0\n"
	    "triplet 198.51.100.9 <> bob@example.org 1795929423 1795929423 0\n"
	    "triplet 2001:db8::7 <six@example.net> bob@example.org 1795929423 1795929423 0\n"
	    "triplet 192.0.2.8 <back\\slash@example.net> bob@example.org 1795929423 1795929423 0\n"
	    "client 203.0.113.77 1795929423 1795929425 2\n"
	    "client 192.0.2 1795929425 1795929426 1\n"
	    "greylist recipient grey.example\n"
	    "greylist recipient me@quiet.example\n"
	    "whitelist recipient quiet.example\n"
	    "whitelist recipient boss@example.org\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_gld),
	    cmocka_unit_test(test_iredapd),
	    cmocka_unit_test(test_policyd),
	    cmocka_unit_test(test_proxmox),
	    cmocka_unit_test(test_sqlgrey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
