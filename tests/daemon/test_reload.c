/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/reload.h"

static char config_path[64], list_path[64];
static struct overrides overrides;
static const struct reload_source source = {config_path, &overrides};
static FILE *log_file, *real_stderr;
static struct err err;

static int
make_file(char *path)
{
	int fd;

	strcpy(path, "/tmp/tardigrey-reload-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int
set_up(void **state)
{
	(void)state;
	overrides.n = 0;
	real_stderr = stderr;
	log_file = stderr = tmpfile();
	return log_file == NULL || make_file(config_path) != 0 ||
		make_file(list_path) != 0
	    ? -1
	    : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	stderr = real_stderr;
	fclose(log_file);
	unlink(list_path);
	return unlink(config_path);
}

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
test_new_settings(void **state)
{
	struct settings *settings;
	char text[128];

	(void)state;
	snprintf(text, sizeof(text),
	    "max_waiting = 1000\nwhitelist_senders = %s\n", list_path);
	write_text(config_path, text);
	write_text(list_path, "example.net\n");
	overrides_add(&overrides, "header=no", &err);
	settings = reload_read(&source, NULL, &err);
	assert_non_null(settings);
	assert_int_equal(settings->config.store.max_waiting, 1000);
	assert_int_equal(settings->config.rules.header, 0);
	assert_non_null(settings->files);
	settings_free(settings);
}

static void
test_faulty_files(void **state)
{
	char text[128];

	(void)state;
	write_text(config_path, "max_waiting = many\n");
	assert_null(reload_read(&source, NULL, &err));
	assert_non_null(strstr(err.text, config_path));
	snprintf(text, sizeof(text), "whitelist_senders = %s\n", list_path);
	write_text(config_path, text);
	write_text(list_path, "/(/\n");
	assert_null(reload_read(&source, NULL, &err));
	assert_non_null(strstr(err.text, list_path));
}

/* Options that need a restart keep their values, and the log names them. */
static void
test_what_needs_a_restart(void **state)
{
	struct settings *old, *new;
	char line[1024];

	(void)state;
	write_text(config_path, "user = nobody\nmax_waiting = 1000\n");
	old = reload_read(&source, NULL, &err);
	assert_non_null(old);
	write_text(config_path, "user = daemon\nmax_waiting = 2000\n");
	new = reload_read(&source, old, &err);
	assert_non_null(new);
	assert_string_equal(new->config.user, "nobody");
	assert_int_equal(new->config.store.max_waiting, 2000);
	settings_free(old);
	settings_free(new);
	rewind(log_file);
	assert_non_null(fgets(line, sizeof(line), log_file));
	assert_non_null(strstr(line,
	    "user = daemon needs a restart; \"nobody\" is still in force"));
	assert_null(fgets(line, sizeof(line), log_file));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_new_settings, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_faulty_files, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_what_needs_a_restart, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
