/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The connections of tardigrey-lookup. The test plays its processes, and takes
 * the answers in place of the dispatcher.
 */
#include "test.h"

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/lookup_link.h"
#include "service/lookup_table.h"
#include "system/clock.h"
#include "torture/wrong_clock.h"

static char folder[] = "/tmp/test_lookup_link.XXXXXX";
static char path[64];
static struct event_base *base;
static struct lookup_link *link_;
static char answers[1024]; /* each with a ';' */
static FILE *log_file, *real_stderr;

void
dispatcher_add_lookup_answer(struct dispatcher *dispatcher, const char *line)
{
	size_t n = strlen(answers);

	(void)dispatcher;
	snprintf(answers + n, sizeof(answers) - n, "%s;", line);
}

static int
set_up(void **state)
{
	struct err err;

	(void)state;
	answers[0] = '\0';
	real_stderr = stderr;
	log_file = stderr = tmpfile();
	base = event_base_new();
	link_ = lookup_link_new(base, path, NULL, &err);
	return base != NULL && link_ != NULL && log_file != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	lookup_link_free(link_);
	event_base_free(base);
	log_flush();
	stderr = real_stderr;
	fclose(log_file);
	return access(path, F_OK) == 0 ? -1 : 0; /* the socket is removed */
}

/* ---- A process of tardigrey-lookup ---- */

static int
connect_process(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address,
			     sizeof(address)),
	    0);
	return fd;
}

/* Let the loop handle what is there. */
static void
turn(void)
{
	for (int i = 0; i < 3; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static int
connect_and_turn(void)
{
	int fd = connect_process();

	turn();
	return fd;
}

static void
send_text(int fd, const char *text, size_t n)
{
	assert_int_equal(send(fd, text, n, MSG_NOSIGNAL), n);
	turn();
}

static void
answer(int fd, const char *text)
{
	send_text(fd, text, strlen(text));
}

static void
ask(const char *questions)
{
	lookup_link_send(link_, questions, strlen(questions));
}

/* What the process has got: "" for nothing, "end" after the end. */
static const char *
received(int fd)
{
	static char text[LOOKUP_LINE_SIZE + 1];
	ssize_t n = recv(fd, text, LOOKUP_LINE_SIZE, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return "end";
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static const char *
text_of_log(void)
{
	static char text[4096];
	size_t n;

	log_flush();
	rewind(log_file);
	n = fread(text, 1, sizeof(text) - 1, log_file);
	text[n] = '\0';
	return text;
}

/* ---- Questions and answers ---- */

static void
test_answer(void **state)
{
	int fd = connect_and_turn();

	(void)state;
	ask("1 192.0.2.1 example.net\n");
	assert_string_equal(received(fd), "1 192.0.2.1 example.net\n");
	answer(fd, "1 yes\n");
	assert_string_equal(answers, "1 yes;");
	assert_string_equal(received(fd), "");
	close(fd);
}

/* One question at a time; the others wait in their order. */
static void
test_questions_wait(void **state)
{
	int fd = connect_and_turn();

	(void)state;
	ask("1 a\n2 b\n");
	ask("3 c\n");
	assert_string_equal(received(fd), "1 a\n");
	answer(fd, "1 yes\n");
	assert_string_equal(received(fd), "2 b\n");
	answer(fd, "2 no\n");
	assert_string_equal(received(fd), "3 c\n");
	answer(fd, "3 no\n");
	assert_string_equal(answers, "1 yes;2 no;3 no;");
	close(fd);
}

static void
test_two_processes(void **state)
{
	int first = connect_and_turn(), second = connect_and_turn();

	(void)state;
	ask("1 a\n2 b\n3 c\n");
	assert_string_equal(received(first), "1 a\n");
	assert_string_equal(received(second), "2 b\n");
	answer(second, "2 yes\n");
	assert_string_equal(received(second), "3 c\n");
	close(second); /* its question is lost */
	turn();
	answer(first, "1 yes\n");
	assert_string_equal(received(first), "");
	assert_string_equal(answers, "2 yes;1 yes;");
	close(first);
}

static void
test_nobody_is_connected(void **state)
{
	int fd;

	(void)state;
	ask("1 a\n");
	fd = connect_and_turn();
	assert_string_equal(received(fd), "");
	ask("2 b\n");
	assert_string_equal(received(fd), "2 b\n");
	close(fd);
}

/* The queue is bounded: later questions are lost. */
static void
test_full_queue(void **state)
{
	int fd = connect_and_turn();
	char line[32];

	(void)state;
	ask("0 a\n");
	for (int i = 1; i <= LOOKUP_QUEUE + 10; i++) {
		snprintf(line, sizeof(line), "%d a\n", i);
		ask(line);
	}
	for (int i = 0; i <= LOOKUP_QUEUE; i++) {
		snprintf(line, sizeof(line), "%d a\n", i);
		assert_string_equal(received(fd), line);
		answer(fd, "1 no\n");
	}
	assert_string_equal(received(fd), "");
	assert_non_null(strstr(text_of_log(), "dropped a question"));
	close(fd);
}

/* ---- Bad processes ---- */

static const struct {
	const char *text;
	size_t n;
} bad_answers[] = {
#define BAD(text)                      \
	{                              \
		text, sizeof(text) - 1 \
	}
    BAD("1 yes"),
    BAD("1 yes\n2 yes\n"),
    BAD("1 yes\0\n"),
    BAD("1 yes\nx"),
    BAD("1 yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"),
};

static void
test_bad_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_answers); i++) {
		int fd = connect_and_turn();

		ask("1 a\n");
		assert_string_equal(received(fd), "1 a\n");
		send_text(fd, bad_answers[i].text, bad_answers[i].n);
		assert_string_equal(received(fd), "end");
		close(fd);
	}
	assert_string_equal(answers, "");
	assert_non_null(strstr(text_of_log(), "sent a line that is no answer"));
}

static void
test_answer_without_question(void **state)
{
	int fd = connect_and_turn();

	(void)state;
	answer(fd, "1 yes\n");
	assert_string_equal(received(fd), "end");
	assert_string_equal(answers, "");
	close(fd);
}

/* A process that does not answer in time is disconnected. One without a
 * question may wait. */
static void
test_no_answer_in_time(void **state)
{
	int busy = connect_and_turn(), idle = connect_and_turn();

	(void)state;
	ask("1 a\n");
	assert_string_equal(received(busy), "1 a\n");
	wrong_clock->monotonic_s += LOOKUP_PATIENCE_S / 2;
	turn();
	assert_string_equal(received(busy), "");
	wrong_clock->monotonic_s += LOOKUP_PATIENCE_S / 2 + 1;
	turn();
	assert_string_equal(received(busy), "end");
	assert_string_equal(received(idle), "");
	assert_non_null(strstr(text_of_log(), "did not answer in time"));
	close(busy);
	close(idle);
}

/* ---- Many processes ---- */

static void
test_too_many_processes(void **state)
{
	int fds[LOOKUP_PEERS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = connect_and_turn();
	assert_string_equal(received(fds[LOOKUP_PEERS_MAX]), "end");
	assert_string_equal(received(fds[0]), "");
	close(fds[0]);
	close(fds[LOOKUP_PEERS_MAX]);
	turn();
	fds[0] = connect_and_turn();
	ask("1 a\n");
	assert_string_equal(received(fds[0]), "1 a\n");
	for (size_t i = 0; i < LOOKUP_PEERS_MAX; i++)
		close(fds[i]);
}

/* Without descriptors, the loop must not turn all the time. */
static void
test_no_descriptors(void **state)
{
	struct rlimit limit, none;
	int64_t end_ms;
	int fd = connect_process(), turns_n = 0;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){0, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	end_ms = clock_monotonic_ms() + 350;
	do {
		event_base_loop(base, EVLOOP_ONCE);
		turns_n++;
	} while (clock_monotonic_ms() < end_ms);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_in_range(turns_n, 1, 20);
	assert_non_null(strstr(text_of_log(),
	    "cannot accept a process of tardigrey-lookup"));
	event_base_loop(base, EVLOOP_ONCE); /* the pause is over */
	turn();
	ask("1 a\n");
	assert_string_equal(received(fd), "1 a\n");
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answer),
	    TEST(test_questions_wait),
	    TEST(test_two_processes),
	    TEST(test_nobody_is_connected),
	    TEST(test_full_queue),
	    TEST(test_bad_answers),
	    TEST(test_answer_without_question),
	    TEST(test_no_answer_in_time),
	    TEST(test_too_many_processes),
	    TEST(test_no_descriptors),
	};
	int failed_n;

	if (mkdtemp(folder) == NULL)
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/lookup", folder);
	failed_n = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed_n;
}
