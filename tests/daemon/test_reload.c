/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <poll.h>
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
	settings = reload_read(&source, &err);
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
	assert_null(reload_read(&source, &err));
	assert_non_null(strstr(err.text, config_path));
	snprintf(text, sizeof(text), "whitelist_senders = %s\n", list_path);
	write_text(config_path, text);
	write_text(list_path, "/(/\n");
	assert_null(reload_read(&source, &err));
	assert_non_null(strstr(err.text, list_path));
}

static struct settings *
reload_in_thread(const struct settings *in_force)
{
	struct reload *reload = reload_begin(&source, &err);
	struct pollfd done;

	assert_non_null(reload);
	done = (struct pollfd){.fd = reload_fd(reload), .events = POLLIN};
	assert_int_equal(poll(&done, 1, -1), 1);
	return reload_end(reload, in_force, &err);
}

/* A thread reads the files. Their warnings and errors come at the end. */
static void
test_thread(void **state)
{
	struct settings *old, *new;
	char text[128], line[1024];

	(void)state;
	snprintf(text, sizeof(text), "whitelist_clients = %s\n", list_path);
	write_text(config_path, text);
	write_text(list_path, "192.0.2.1\n");
	old = reload_read(&source, &err);
	assert_non_null(old);
	write_text(list_path, "192.0.2.1/24\n");
	new = reload_in_thread(old);
	assert_non_null(new);
	assert_int_equal(list_n(new->files), 1);
	rewind(log_file);
	assert_non_null(fgets(line, sizeof(line), log_file));
	assert_non_null(strstr(line, ":1: the address has bits after"));
	write_text(list_path, "/(/\n");
	assert_null(reload_in_thread(old));
	assert_non_null(strstr(err.text, list_path));
	/* Ended before it is done. */
	assert_null(reload_end(reload_begin(&source, &err), old, &err));
	reload_discard(old);
	reload_discard(new);
}

/* Long lists are freed in a thread. */
static void
test_long_list(void **state)
{
	FILE *file = fopen(list_path, "w");
	struct settings *settings;
	char text[128];

	(void)state;
	for (int i = 0; i < 20000; i++)
		fprintf(file, "%d.example.net\n", i);
	assert_int_equal(fclose(file), 0);
	snprintf(text, sizeof(text), "whitelist_clients = %s\n", list_path);
	write_text(config_path, text);
	settings = reload_read(&source, &err);
	assert_non_null(settings);
	assert_int_equal(list_n(settings->files), 20000);
	for (int i = 0; i < 2; i++) {
		struct settings *new = reload_in_thread(settings);

		assert_non_null(new);
		reload_discard(settings);
		settings = new;
	}
	reload_discard(settings);
	reload_discard(NULL);
}

/* Options that need a restart keep their values, and the log names them. */
static void
test_what_needs_a_restart(void **state)
{
	struct settings *old, *new;
	char line[1024];

	(void)state;
	write_text(config_path, "user = nobody\nmax_waiting = 1000\n");
	old = reload_read(&source, &err);
	assert_non_null(old);
	write_text(config_path, "user = daemon\nmax_waiting = 2000\n");
	new = reload_in_thread(old);
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
	    cmocka_unit_test_setup_teardown(test_thread, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_long_list, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_what_needs_a_restart, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
