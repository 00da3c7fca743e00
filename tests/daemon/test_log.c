/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Test the log with real sockets, pipes and a terminal. The test is the reader
 * of the log, so it would hang if the log waited for its reader.
 */
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/log_queue.h"
#include "torture/wrong_clock.h"

#define MANY 12000 /* lines; more than the queue holds */

_Static_assert(LOG_QUEUE_SIZE == 256 << 10, "tardigreyd(8) gives this number");

static FILE *log_file, *real_stderr;
static char folder[64], path[96];
static int reader = -1; /* the socket of the syslog daemon, or the pipe */

/* ---- Set up ---- */

static int
set_up(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	real_stderr = stderr;
	log_file = stderr = tmpfile();
	strcpy(folder, "/tmp/tardigrey-log-XXXXXX");
	if (mkdtemp(folder) == NULL || log_file == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/log", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	log_close(0);
	if (reader >= 0)
		close(reader);
	reader = -1;
	unlink(path);
	fclose(stderr);
	stderr = real_stderr;
	return rmdir(folder);
}

/* Create a new syslog daemon, with the socket "reader". */
static void
start_syslog_of(int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	unlink(path);
	strcpy(address.sun_path, path);
	reader = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(reader >= 0);
	assert_int_equal(bind(reader, (const struct sockaddr *)&address,
			     sizeof(address)),
	    0);
}

static void
start_syslog(void)
{
	start_syslog_of(SOCK_DGRAM);
}

static void
stop_syslog(void)
{
	close(reader);
	reader = -1;
}

/* Make stderr a pipe. "reader" is its other end. */
static void
make_pipe(void)
{
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	fclose(stderr);
	stderr = fdopen(fds[1], "w");
	assert_non_null(stderr);
	reader = fds[0];
	assert_int_equal(fcntl(reader, F_SETFL, O_NONBLOCK), 0);
}

/* ---- Reading ---- */

/* The lines of the log without their prefixes. */
static const char *
text_of_log(void)
{
	static char text[4096];
	char line[1024];
	size_t n = 0;

	log_flush();
	rewind(log_file);
	text[0] = '\0';
	while (fgets(line, sizeof(line), log_file) != NULL) {
		const char *at = strstr(line, "]: ");

		assert_non_null(at);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", at + 3);
	}
	return text;
}

/* Read one octet or datagram. Returns its length, or 0 if there is none now. */
static size_t
read_piece(char *out, size_t size)
{
	struct stat status;
	ssize_t n;

	assert_int_equal(fstat(reader, &status), 0);
	n = read(reader, out, S_ISSOCK(status.st_mode) ? size - 1 : 1);
	if (n <= 0)
		return 0;
	out[n] = '\0';
	return (size_t)n;
}

/* Return the next line without its newline, or NULL if there is none now. */
static const char *
read_whole_line(void)
{
	static char line[16384];
	size_t n = 0, piece_n;

	while ((piece_n = read_piece(line + n, sizeof(line) - n)) > 0) {
		n += piece_n;
		if (piece_n > 1)
			return line;
		if (line[n - 1] == '\n') {
			line[n - 1] = '\0';
			return line;
		}
	}
	assert_int_equal(n, 0);
	return NULL;
}

/* Do the same, and remove the prefix. */
static const char *
read_line(void)
{
	const char *line = read_whole_line();

	if (line == NULL)
		return NULL;
	line = strstr(line, "]: ");
	assert_non_null(line);
	return line + 3;
}

/* Do the same. If there is no line, flush the log and read again. */
static const char *
next_line(void)
{
	const char *line = read_line();

	if (line == NULL) {
		log_flush();
		line = read_line();
	}
	return line;
}

static void
assert_line(const char *wanted)
{
	const char *line = next_line();

	assert_non_null(line);
	assert_string_equal(line, wanted);
}

static void
assert_no_line(void)
{
	assert_null(next_line());
	assert_int_equal(log_flush(), -1);
}

/* ---- Many lines ---- */

static void
log_lines(int from, int to)
{
	for (int i = from; i < to; i++)
		log_info("line %d", i);
}

/* Read the lines from number "from" on. Returns the number after the last one,
 * and the line that follows. */
static int
read_lines(int from, char after[128])
{
	const char *line;
	int number;

	while ((line = next_line()) != NULL &&
	    sscanf(line, "line %d", &number) == 1)
		assert_int_equal(number, from++);
	snprintf(after, 128, "%s", line != NULL ? line : "");
	return from;
}

/* While the log is not read, lines are dropped. When it is read again, it has
 * the oldest lines in order, then the number of dropped lines, then new
 * lines. */
static void
check_that_lines_are_dropped(const char *reason)
{
	char after[128], wanted[128];

	for (int round = 0; round < 2; round++) {
		int read_n;

		log_lines(0, MANY);
		assert_true(log_flush() > 0);
		read_n = read_lines(0, after);
		assert_true(read_n > LOG_QUEUE_SIZE / 64 && read_n < MANY);
		snprintf(wanted, sizeof(wanted),
		    "%d log lines were dropped: %s", MANY - read_n, reason);
		assert_string_equal(after, wanted);
		assert_no_line();
		log_info("new");
		assert_line("new");
	}
}

/* A slow reader that keeps up gets every line. */
static void
check_a_slow_reader(void)
{
	char after[128];
	char wanted[32];

	log_lines(0, MANY / 4);
	for (int i = 0; i < 2 * MANY; i++) {
		log_lines(MANY / 4 + i, MANY / 4 + i + 1);
		snprintf(wanted, sizeof(wanted), "line %d", i);
		assert_line(wanted);
	}
	assert_int_equal(read_lines(2 * MANY, after), MANY / 4 + 2 * MANY);
	assert_string_equal(after, "");
}

/* ---- Any log ---- */

static void
test_lines(void **state)
{
	(void)state;
	log_info("one %d", 1);
	log_warning("%s", "a\nb\x7f");
	log_error("%s", "three");
	log_decision("four");
	assert_string_equal(text_of_log(), "one 1\na?b?\nthree\nfour\n");
}

static void
test_one_a_minute(void **state)
{
	struct log_repeat repeat = {.level = LOG_LEVEL_ERROR};

	(void)state;
	for (int i = 0; i < 4; i++)
		log_repeated(&repeat, "%d", i);
	wrong_clock->monotonic_s += 61;
	for (int i = 4; i < 6; i++)
		log_repeated(&repeat, "%d", i);
	wrong_clock->monotonic_s += 61;
	log_repeated(&repeat, "6");
	wrong_clock->monotonic_s += 61;
	log_repeated(&repeat, "7");
	assert_string_equal(text_of_log(),
	    "0\n"
	    "4 (and 3 times since the last such message)\n"
	    "6 (and 1 times since the last such message)\n"
	    "7\n");
}

/* The loop sends replies before log_flush(). A message is written at once if no
 * decision is in the queue before it. */
static void
test_decisions_wait_for_flush(void **state)
{
	(void)state;
	make_pipe();
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	log_info("one");
	assert_string_equal(read_line(), "one");
	log_decision("two");
	log_info("three");
	assert_null(read_line());
	log_flush();
	assert_string_equal(read_line(), "two");
	assert_string_equal(read_line(), "three");
	log_info("four");
	assert_string_equal(read_line(), "four");
}

/* The queue can have less room than the log lines of one turn need. */
static void
test_a_full_queue_is_written(void **state)
{
	char line[1024];

	(void)state;
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	for (int i = 0; i < 1000; i++)
		log_decision(line);
	log_flush();
	fseek(log_file, 0, SEEK_END);
	assert_true(ftell(log_file) > 1000 * (long)sizeof(line));
}

static void *
log_from_a_thread(void *arg)
{
	(void)arg;
	for (int i = 0; i < 1000; i++)
		log_error("from the thread");
	return NULL;
}

/* Log from two threads, for ThreadSanitizer. */
static void
test_threads(void **state)
{
	pthread_t thread;
	int lines_n = 0;

	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	assert_int_equal(pthread_create(&thread, NULL, log_from_a_thread, NULL),
	    0);
	for (int i = 0; i < 1000; i++) {
		log_decision("from the loop");
		log_flush();
	}
	pthread_join(thread, NULL);
	while (next_line() != NULL)
		lines_n++;
	assert_int_equal(lines_n, 2000);
}

/* ---- Syslog ---- */

static void
assert_prefix(const char *line, int level)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int pri, day, hour, minute, second, pid, end = 0;
	char month[4];

	assert_int_equal(sscanf(line,
			     "<%d>%3s %2d %2d:%2d:%2d tardigreyd[%d]: %n", &pri,
			     month, &day, &hour, &minute, &second, &pid, &end),
	    7);
	assert_int_equal(pri, 2 * 8 + level); /* facility mail */
	assert_non_null(strstr(months, month));
	assert_int_equal(pid, getpid());
	assert_true(line[strlen("<22>Nov ")] == ' ' || day > 9);
	assert_string_equal(line + end, "text");
}

static void
test_syslog_lines(void **state)
{
	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	log_error("text");
	assert_prefix(read_whole_line(), 3);
	log_warning("text");
	assert_prefix(read_whole_line(), 4);
	log_info("text");
	assert_prefix(read_whole_line(), 6);
	log_decision("text");
	assert_int_equal(log_flush(), -1);
	assert_prefix(read_whole_line(), 6);
}

static void
test_syslog_drops(void **state)
{
	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	check_that_lines_are_dropped("the syslog daemon did not read");
}

static void
test_syslog_slow_reader(void **state)
{
	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	check_a_slow_reader();
}

static void
test_no_syslog(void **state)
{
	(void)state;
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	log_info("one");
	start_syslog();
	assert_true(log_flush() > 0); /* one attempt a second */
	assert_null(read_line());
	wrong_clock->monotonic_s++;
	assert_line("one");
	assert_no_line();
}

/* The administrator learns at the start that nothing can be logged. */
static void
test_syslog_with_a_stream(void **state)
{
	char wanted[256];

	(void)state;
	start_syslog_of(SOCK_STREAM);
	assert_int_equal(listen(reader, 1), 0);
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	snprintf(wanted, sizeof(wanted),
	    "%s is a stream socket: nothing can be logged there; give the "
	    "syslog daemon a datagram socket, or write log = stderr\n",
	    path);
	assert_string_equal(text_of_log(), wanted);
	log_info("one");
	stop_syslog();
	start_syslog();
	wrong_clock->monotonic_s++;
	assert_line("one");
	assert_string_equal(text_of_log(), wanted);
}

/* The syslog daemon restarts. */
static void
test_syslog_restarts(void **state)
{
	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	log_info("one");
	assert_line("one");
	wrong_clock->monotonic_s++;
	stop_syslog();
	log_info("two");
	log_info("three");
	start_syslog();
	wrong_clock->monotonic_s++;
	log_info("four");
	assert_line("two");
	assert_line("three");
	assert_line("four");
	assert_no_line();
	wrong_clock->monotonic_s++;
	stop_syslog();
	start_syslog();
	log_info("five"); /* connects again at once */
	assert_line("five");
}

/* A syslog daemon hangs, and another one creates a socket with the same
 * name. */
static void
test_syslog_is_replaced(void **state)
{
	int hanging;

	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	log_lines(0, 1000);
	hanging = reader;
	start_syslog();
	wrong_clock->monotonic_s++;
	assert_true(log_flush() > 0);
	assert_non_null(read_line());
	close(hanging);
}

/* The attempts become less frequent until the reader reads. */
static void
test_time_to_the_next_attempt(void **state)
{
	int wait_ms = 0, before_ms;

	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	assert_int_equal(log_flush(), -1);
	log_lines(0, 2000);
	for (int i = 0; i < 20; i++) {
		before_ms = wait_ms;
		wait_ms = log_flush();
		assert_true(wait_ms >= before_ms && wait_ms <= 1000);
	}
	assert_int_equal(wait_ms, 1000);
	assert_non_null(read_line());
	assert_in_range(log_flush(), 1, 100);
}

/* log_close() waits for a limited time. */
static void
test_close(void **state)
{
	(void)state;
	start_syslog();
	log_open(LOG_TO_SYSLOG, LOG_FORMAT_TARDIGREY, path);
	log_lines(0, MANY);
	log_close(0);
	log_info("to stderr");
	assert_string_equal(text_of_log(), "to stderr\n");
}

/* ---- Standard error ---- */

static void
test_pipe_drops(void **state)
{
	(void)state;
	make_pipe();
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	check_that_lines_are_dropped("standard error was not read");
	assert_int_equal(fcntl(fileno(stderr), F_GETFL) & O_NONBLOCK, 0);
}

/* Do the same with the inherited descriptor and poll(2). */
static void
test_pipe_drops_before_open(void **state)
{
	(void)state;
	make_pipe();
	check_that_lines_are_dropped("standard error was not read");
	assert_int_equal(fcntl(fileno(stderr), F_GETFL) & O_NONBLOCK, 0);
}

static void
test_pipe_slow_reader(void **state)
{
	(void)state;
	make_pipe();
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	check_a_slow_reader();
}

/* A line can be longer than PIPE_BUF. */
static void
test_pipe_long_lines(void **state)
{
	char line[6001];

	(void)state;
	make_pipe();
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	for (int i = 0; i < 30; i++) {
		memset(line, 'a' + i % 26, sizeof(line) - 1);
		line[sizeof(line) - 1] = '\0';
		log_decision(line);
	}
	for (int i = 0; i < 30; i++) {
		memset(line, 'a' + i % 26, sizeof(line) - 1);
		log_flush();
		assert_line(line);
	}
}

static void
test_pipe_without_reader(void **state)
{
	(void)state;
	make_pipe();
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	close(reader);
	reader = -1;
	log_lines(0, MANY);
	assert_true(log_flush() > 0);
}

/* A terminal accepts some octets and then blocks, although poll(2) reports
 * room. */
static void
test_terminal_that_is_not_read(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
		if (master >= 0)
			close(master);
		SKIP_TEST("no terminal");
	}
	fclose(stderr);
	stderr = fopen(ptsname(master), "w");
	assert_non_null(stderr);
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	log_lines(0, MANY);
	assert_true(log_flush() > 0);
	close(master);
}

static void
test_prefix_on_stderr(void **state)
{
	int year, month, day, hour, minute, second, pid, end = 0;
	const char *line;

	(void)state;
	make_pipe();
	setenv("JOURNAL_STREAM", "1:1", 1); /* a journal, but not stderr */
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	unsetenv("JOURNAL_STREAM");
	log_info("text");
	line = read_whole_line();
	assert_non_null(line);
	assert_int_equal(sscanf(line,
			     "%4d-%2d-%2dT%2d:%2d:%2dZ tardigreyd[%d]: %n",
			     &year, &month, &day, &hour, &minute, &second, &pid,
			     &end),
	    7);
	assert_int_equal(pid, getpid());
	assert_string_equal(line + end, "text");
}

/* The journal adds the time, the name and the process ID. */
static void
test_prefix_in_the_journal(void **state)
{
	struct stat status;
	char value[64];

	(void)state;
	make_pipe();
	assert_int_equal(fstat(fileno(stderr), &status), 0);
	snprintf(value, sizeof(value), "%ju:%ju", (uintmax_t)status.st_dev,
	    (uintmax_t)status.st_ino);
	setenv("JOURNAL_STREAM", value, 1);
	log_open(LOG_TO_STDERR, LOG_FORMAT_TARDIGREY, path);
	unsetenv("JOURNAL_STREAM");
	log_info("one");
	log_error("two");
	assert_string_equal(read_whole_line(), "<6>one");
	assert_string_equal(read_whole_line(), "<3>two");
}

int
main(void)
{
/* clang-format off */
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_lines),
		TEST(test_one_a_minute),
		TEST(test_decisions_wait_for_flush),
		TEST(test_a_full_queue_is_written),
		TEST(test_threads),
		TEST(test_syslog_lines),
		TEST(test_syslog_drops),
		TEST(test_syslog_slow_reader),
		TEST(test_no_syslog),
		TEST(test_syslog_with_a_stream),
		TEST(test_syslog_restarts),
		TEST(test_syslog_is_replaced),
		TEST(test_time_to_the_next_attempt),
		TEST(test_close),
		TEST(test_pipe_drops),
		TEST(test_pipe_drops_before_open),
		TEST(test_pipe_slow_reader),
		TEST(test_pipe_long_lines),
		TEST(test_pipe_without_reader),
		TEST(test_terminal_that_is_not_read),
		TEST(test_prefix_on_stderr),
		TEST(test_prefix_in_the_journal),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
