/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The pid file of the daemon. tests/e2e/test_lifecycle.py tests how the daemon
 * detaches and how its parent exits. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/daemonize.h"

static char folder[64], path[96], target[96];
static struct err err;

static int
set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/tardigrey-daemonize-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/pid", folder);
	snprintf(target, sizeof(target), "%s/target", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void
test_pid_file(void **state)
{
	FILE *file;
	long pid = 0;

	(void)state;
	for (int i = 0; i < 2; i++) { /* an old file is overwritten */
		assert_int_equal(daemonize_write_pid(path, &err), 0);
		file = fopen(path, "r");
		assert_non_null(file);
		assert_int_equal(fscanf(file, "%ld", &pid), 1);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(pid, getpid());
	}
}

static void
test_link_is_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(daemonize_write_pid(path, &err), -1);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(access(target, F_OK), -1);
	assert_int_equal(unlink(path), 0); /* the link is still there */
}

static void
test_missing_folder(void **state)
{
	(void)state;
	assert_int_equal(daemonize_write_pid("/nonexistent/pid", &err), -1);
	assert_string_equal(err.text,
	    "pid_file /nonexistent/pid: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_pid_file, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_link_is_refused, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(test_missing_folder, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
