/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * A child process enters the sandbox, tries what it must not do and what it may
 * do, and exits with the number of errors. tests/e2e/test_sandbox.py does so
 * with the daemon.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config.h"
#include "daemon/sandbox.h"
#include "system/file.h"
#include "system/privilege.h"
#include "torture/trespass.h"

/* Folders below the scratch folder. */
static const char *const folders[] = {"/etc", "/lists", "/state", "/other"};

static char scratch[64];
static struct config config;

/* The path of a name in the scratch folder, valid until the fourth call from
 * here. */
static const char *
at(const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s%s", scratch, name);
	return path;
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
set_option(const char *name, const char *value)
{
	struct err err;

	assert_int_equal(config_set(&config, name, value, "test", &err), 0);
}

static int
set_up(void **state)
{
	char text[128];

	(void)state;
	strcpy(scratch, "/tmp/tardigrey-sandbox-XXXXXX");
	assert_non_null(mkdtemp(scratch));
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		assert_int_equal(mkdir(at(folders[i]), 0755), 0);
	write_text(at("/etc/tardigrey.conf"), "");
	write_text(at("/lists/clients"), "example.com\n");
	write_text(at("/other/senders"), "example.net\n");
	assert_int_equal(symlink(at("/other/senders"), at("/etc/link")), 0);
	write_text(at("/state/policy.sock"), "");
	config_defaults(&config);
	set_option("whitelist_clients", at("/lists/clients"));
	snprintf(text, sizeof(text), "sqlite:%s", at("/state/t.db"));
	set_option("database", text);
	snprintf(text, sizeof(text), "unix:%s", at("/state/policy.sock"));
	set_option("listen", text);
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", scratch);
	return system(command);
}

/* ---- In the child ---- */

static int errors_n;

static void
check(bool is_good, const char *what)
{
	if (is_good)
		return;
	printf("# %s: %s\n", what, strerror(errno));
	errors_n++;
}

static int
try_to_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd >= 0 ? close(fd) : -1;
}

static void
check_hidden(const char *path)
{
	errno = 0;
	check(try_to_open(path, O_RDONLY) == -1 && errno == EACCES, path);
}

static void
check_readable(const char *path)
{
	check(try_to_open(path, O_RDONLY) == 0, path);
}

static void *
try_in_thread(void *arg)
{
	check_hidden("/etc/passwd");
	check(execl("/bin/true", "true", (char *)NULL) == -1 && errno == EPERM,
	    "execve in a thread");
	return arg;
}

static void
check_threads(void)
{
	pthread_t thread;

	check(pthread_create(&thread, NULL, try_in_thread, NULL) == 0 &&
		pthread_join(thread, NULL) == 0,
	    "a thread");
}

static void
check_files(void)
{
	check_readable(at("/etc/tardigrey.conf"));
	check_readable(at("/lists/clients"));
	check_hidden(at("/other/senders"));
	check_hidden(at("/etc/link"));
	check(try_to_open(at("/lists/new"), O_WRONLY | O_CREAT) == -1 &&
		errno == EACCES,
	    "create a list file");
	check(unlink(at("/lists/clients")) == -1 && errno == EACCES,
	    "remove a list file");
	check(try_to_open(at("/state/t.db"), O_RDWR | O_CREAT) == 0,
	    "create the database");
	check(try_to_open(at("/state/t.db"), O_RDWR | O_TRUNC) == 0,
	    "truncate the database");
	check(rename(at("/state/t.db"), at("/state/t.db.damaged")) == 0,
	    "rename the database");
	check(unlink(at("/state/policy.sock")) == 0, "remove the socket");
	check(try_to_open("/dev/null", O_RDWR) == 0, "/dev/null");
}

static void
check_error(void)
{
	struct err err;
	size_t n;

	check(file_read(at("/other/senders"), 1000, &n, &err) == NULL &&
		strstr(err.text, "restart tardigreyd") != NULL,
	    "the error of a hidden file");
}

static int
run_in_sandbox(void)
{
	const struct privilege privilege = {.needed = 0};
	struct err err;

	trespass_prepare(at("/report"));
	check(privilege_drop(&privilege, &err) == 0, "drop privileges");
	sandbox_enter(&config, at("/etc/tardigrey.conf"));
	check_files();
	check_error();
	check_threads();
	raise(SIGUSR2);
	return errors_n;
}

/* Run the child. Returns its exit status. */
static int
run_child(int (*run)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		status = run();
		fflush(stdout);
		_exit(status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* ---- Tests ---- */

#define CANNOT_TEST 77

/* Whether this kernel and this build have the whole sandbox. */
static int
look_for_sandbox(void)
{
	char text[512];
	ssize_t n;
	int fds[2];

	if (pipe(fds) != 0 || dup2(fds[1], STDERR_FILENO) < 0)
		return 1;
	sandbox_enter(&config, at("/etc/tardigrey.conf"));
	n = read(fds[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "are limited") != NULL ? 0 : CANNOT_TEST;
}

static void
check_report(void)
{
	FILE *file = fopen(at("/report"), "r");
	char line[128], *result;
	int lines_n = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL &&
	    strcmp(line, "end\n") != 0) {
		result = strrchr(line, ' ') + 1;
		if (strcmp(result, "EPERM\n") != 0 &&
		    strcmp(result, "EACCES\n") != 0)
			fail_msg("not refused: %s", line);
		lines_n++;
	}
	fclose(file);
	assert_int_equal(lines_n, TRESPASS_N);
}

static void
test_sandbox(void **state)
{
	(void)state;
	if (run_child(look_for_sandbox) == CANNOT_TEST)
		SKIP_TEST("no sandbox in this kernel or this build");
	assert_int_equal(run_child(run_in_sandbox), 0);
	check_report();
}

static int
run_without_sandbox(void)
{
	set_option("sandbox", "no");
	sandbox_enter(&config, at("/etc/tardigrey.conf"));
	check_readable(at("/other/senders"));
	check_readable("/etc/passwd");
	return errors_n;
}

static void
test_no_sandbox(void **state)
{
	(void)state;
	assert_int_equal(run_child(run_without_sandbox), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_sandbox, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_no_sandbox, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
