/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The loop with its acceptor and connections, real sockets, and a fake checker.
 * The test runs in the same process as the loop: while the loop runs, code of
 * the test runs in fake_checker_on_run() and in the hooks of the loop.
 */
#include "test.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "config/config.h"
#include "daemon/connection.h"
#include "daemon/fake_checker.h"
#include "daemon/loop.h"

#define REQUEST(sender)                                    \
	"request=smtpd_access_policy\nsender=" sender "\n" \
	"recipient=b@example.org\n\n"
#define REPLY(sender) "action=" sender " 1\n\n"

static char folder[64], path[96];
static struct listener_set listeners;
static struct dispatcher *dispatcher;
static struct loop *loop;
static enum dispatcher_mode mode;
static FILE *real_stderr;
static int stops_n, client;
static int alive_n, alive_stop_n; /* stop at this call; 0: do not stop */
static int alive_every_ms = 1;
static size_t requests_n; /* in all runs of the checker */

/* ---- Helpers ---- */

static void
stop(void)
{
	kill(getpid(), SIGTERM);
}

static void
stop_at_once(size_t n)
{
	(void)n;
	stop();
}

/* The reading of settings: a descriptor that is readable at once, twice. */
static int reload_fds[2], reloads_n;

static int
on_reload(void *arg)
{
	(void)arg;
	reloads_n = 0;
	assert_int_equal(pipe(reload_fds), 0);
	assert_int_equal(write(reload_fds[1], "", 1), 1);
	return reload_fds[0];
}

static int
on_reloaded(void *arg)
{
	(void)arg;
	if (++reloads_n < 2)
		return reload_fds[0];
	close(reload_fds[0]);
	close(reload_fds[1]);
	dispatcher_configure(dispatcher, fake_settings(2));
	return -1;
}

static void
on_configured(struct settings *old, void *arg)
{
	(void)arg;
	settings_free(old);
	stop();
}

/* Let a busy checker continue. That this is called shows that the loop runs
 * while the checker is busy. */
static void
on_stopping(void *arg)
{
	(void)arg;
	stops_n++;
	fake_checker_open_gate();
}

static void
on_alive(void *arg)
{
	(void)arg;
	if (++alive_n == alive_stop_n)
		stop();
}

static int
make_loop(unsigned long files_max, struct err *err)
{
	static const struct dispatcher_hooks answers = {
	    connections_answer, on_configured, NULL};
	const struct loop_hooks hooks = {.reload = on_reload,
	    .reloaded = on_reloaded,
	    .stopping = on_stopping,
	    .alive = on_alive,
	    .alive_every_ms = alive_every_ms};
	struct config *config = calloc(1, sizeof(*config)); /* large */
	char listen[128];
	int rc;

	config_defaults(config);
	snprintf(listen, sizeof(listen), "unix:%s", path);
	rc = config_set(config, "listen", listen, "", err) != 0 ||
	    listener_open(config, &listeners, err) != 0;
	free(config);
	if (rc != 0)
		return -1;
	dispatcher =
	    dispatcher_new(NULL, fake_settings(1), mode, &answers, err);
	loop = loop_new(&listeners, dispatcher, files_max, &hooks, err);
	return loop != NULL ? dispatcher_start(dispatcher, err) : -1;
}

static int
set_up(void **state)
{
	struct err err;

	mode = *(const enum dispatcher_mode *)*state;
	fake_checker_reset();
	stops_n = 0;
	alive_n = alive_stop_n = 0;
	requests_n = 0;
	real_stderr = stderr;
	stderr = fopen("/dev/null", "w");
	strcpy(folder, "/tmp/tardigrey-loop-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/socket", folder);
	return make_loop(1024, &err);
}

static int
tear_down(void **state)
{
	(void)state;
	loop_free(loop);
	dispatcher_free(dispatcher);
	listener_close(&listeners);
	fclose(stderr);
	stderr = real_stderr;
	return rmdir(folder);
}

static int
connect_client(void)
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

static void
write_text(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* Read all octets until the daemon closes the connection. */
static const char *
read_to_end(int fd)
{
	static char text[65536];
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(fd);
	return text;
}

/* ---- Tests ---- */

/* The loop calls alive() although nothing happens. */
static void
test_alive(void **state)
{
	(void)state;
	alive_stop_n = 3;
	loop_run(loop);
	assert_int_equal(alive_n >= 3, 1);
}

static void
test_requests_are_answered(void **state)
{
	int one = connect_client(), two = connect_client();

	(void)state;
	write_text(one, REQUEST("a") REQUEST("b"));
	write_text(two, REQUEST("c"));
	fake_checker_on_run(stop_at_once);
	loop_run(loop);
	assert_string_equal(read_to_end(one), REPLY("a") REPLY("b"));
	assert_string_equal(read_to_end(two), REPLY("c"));
	assert_int_equal(stops_n, 1);
	assert_non_null(strstr(fake_checker_calls(), "run:3"));
	assert_non_null(strstr(fake_checker_calls(), " flush"));
}

/* One client sends more requests than a session takes at once, and more octets
 * than its input buffer holds. */
static void
test_many_requests_of_one_client(void **state)
{
	int fd = connect_client();
	size_t n;
	const char *text;

	(void)state;
	for (n = 0; n < 200; n++)
		write_text(fd, REQUEST("a"));
	shutdown(fd, SHUT_WR);
	fake_checker_on_run(stop_at_once);
	loop_run(loop);
	for (text = read_to_end(fd); *text != '\0'; n--) {
		assert_memory_equal(text, REPLY("a"), strlen(REPLY("a")));
		text += strlen(REPLY("a"));
	}
	assert_int_equal(n, 0);
}

/* Many clients together send more requests than fit into a batch. They wait for
 * room, and all are served. */
static void
test_more_requests_than_a_batch(void **state)
{
	int fds[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = connect_client();
		for (int n = 0; n < 40; n++)
			write_text(fds[i], REQUEST("a"));
		shutdown(fds[i], SHUT_WR);
	}
	stop();
	loop_run(loop);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		assert_int_equal(strlen(read_to_end(fds[i])),
		    40 * strlen(REPLY("a")));
}

/* After a failure of the store, all requests that were read before it are
 * decided without the store. */
static void
test_give_up_in_one_turn(void **state)
{
	int fds[40];

	(void)state;
	fake_checker_fail(1);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = connect_client();
		for (int n = 0; n < 16; n++)
			write_text(fds[i], REQUEST("a"));
	}
	stop();
	loop_run(loop);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		assert_int_equal(strlen(read_to_end(fds[i])),
		    16 * strlen(REPLY("a")));
	assert_non_null(strstr(fake_checker_calls(),
	    "run:256 give_up:256 give_up:128 flush"));
}

static void
test_no_reply_closes(void **state)
{
	int fd = connect_client();

	(void)state;
	write_text(fd, REQUEST("a") REQUEST("close") REQUEST("b"));
	fake_checker_on_run(stop_at_once);
	loop_run(loop);
	assert_string_equal(read_to_end(fd), REPLY("a"));
}

static void
test_bad_request_closes(void **state)
{
	int fd = connect_client();

	(void)state;
	write_text(fd, REQUEST("a") "EHLO\n");
	fake_checker_on_run(stop_at_once);
	loop_run(loop);
	assert_string_equal(read_to_end(fd), REPLY("a"));
}

/* Requests that came before SIGTERM are answered, even if the checker is busy
 * when the signal comes. */
static void
test_stop_while_busy(void **state)
{
	int fd = connect_client();

	(void)state;
	if (mode == DISPATCHER_WORKER)
		fake_checker_close_gate(); /* on_stopping() opens it */
	write_text(fd, REQUEST("a"));
	fake_checker_on_run(stop_at_once);
	loop_run(loop);
	assert_int_equal(stops_n, 1);
	assert_string_equal(read_to_end(fd), REPLY("a"));
}

static void
close_client(size_t n)
{
	(void)n;
	fake_checker_on_run(NULL);
	close(client);
}

/* The client that closes has some requests in the first batch and some in the
 * second. Sending the first replies fails, and the connection is closed. The
 * other answers come later. */
static void
test_client_closes_while_busy(void **state)
{
	int fds[31];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = connect_client();
		for (int n = 0; n < 8; n++)
			write_text(fds[i], REQUEST("a"));
	}
	client = connect_client();
	for (int n = 0; n < 16; n++)
		write_text(client, REQUEST("a"));
	fake_checker_on_run(close_client);
	stop(); /* a loop that stops reads in the order of connect() */
	loop_run(loop);
	assert_non_null(strstr(fake_checker_calls(), "run:256"));
	if (mode == DISPATCHER_WORKER)
		assert_non_null(strstr(fake_checker_calls(), "run:8"));
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		assert_int_equal(strlen(read_to_end(fds[i])),
		    8 * strlen(REPLY("a")));
}

static void
reload(size_t n)
{
	(void)n;
	fake_checker_on_run(NULL);
	kill(getpid(), SIGHUP);
}

static void
test_reload(void **state)
{
	int fd = connect_client();

	(void)state;
	write_text(fd, REQUEST("a"));
	fake_checker_on_run(reload); /* on_configured() stops */
	loop_run(loop);
	assert_string_equal(read_to_end(fd), REPLY("a"));
	assert_int_equal(dispatcher_settings(dispatcher)
			     ->config.store.max_waiting,
	    2);
}

static void
stop_after_60(size_t n)
{
	requests_n += n;
	if (requests_n == 60)
		stop();
}

/* If there are not enough descriptors for all clients, some are served later.
 */
static void
test_more_clients_than_descriptors(void **state)
{
	int fds[60];
	struct err err;

	(void)state;
	loop_free(loop);
	dispatcher_free(dispatcher);
	listener_close(&listeners);
	assert_int_equal(make_loop(1, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = connect_client();
		write_text(fds[i], REQUEST("a"));
		shutdown(fds[i], SHUT_WR);
	}
	fake_checker_on_run(stop_after_60);
	loop_run(loop);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		assert_string_equal(read_to_end(fds[i]), REPLY("a"));
}

/* If there is more maintenance, the next turn comes at once. Without this, the
 * loop would wait ten seconds for each of these turns. */
static void
test_maintenance_goes_on(void **state)
{
	struct timespec before, after;
	struct err err;

	(void)state;
	loop_free(loop);
	dispatcher_free(dispatcher);
	listener_close(&listeners);
	alive_every_ms = 0;
	assert_int_equal(make_loop(1024, &err), 0);
	alive_every_ms = 1;
	clock_gettime(CLOCK_MONOTONIC, &before);
	fake_checker_more_work(3, stop);
	loop_run(loop);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_in_range(after.tv_sec - before.tv_sec, 0, 9);
	assert_non_null(strstr(fake_checker_calls(),
	    "maintain maintain maintain maintain"));
}

int
main(void)
{
	static enum dispatcher_mode in_loop = DISPATCHER_INLINE;
	static enum dispatcher_mode in_thread = DISPATCHER_WORKER;
/* clang-format off */
#define IN(test, mode) {#test " (" #mode ")", test, set_up, tear_down, &mode}
#define IN_BOTH(test)  IN(test, in_loop), IN(test, in_thread)
	const struct CMUnitTest tests[] = {
		IN_BOTH(test_alive),
		IN_BOTH(test_requests_are_answered),
		IN_BOTH(test_many_requests_of_one_client),
		IN_BOTH(test_more_requests_than_a_batch),
		IN_BOTH(test_give_up_in_one_turn),
		IN_BOTH(test_no_reply_closes),
		IN_BOTH(test_bad_request_closes),
		IN_BOTH(test_stop_while_busy),
		IN_BOTH(test_client_closes_while_busy),
		IN_BOTH(test_reload),
		IN_BOTH(test_more_clients_than_descriptors),
		IN(test_maintenance_goes_on, in_loop),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
