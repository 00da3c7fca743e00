/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "test.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "daemon/worker.h"

struct job {
	int run_n, cleanup_n; /* only the thread uses them while it runs */
	bool needs_cleanup;
	bool signals_are_blocked;
	bool began_before_cleanup; /* before that of the last job had ended */
};

static struct job job;
static struct worker *worker;

static bool
run(void *arg)
{
	struct job *this = arg;
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	this->signals_are_blocked = sigismember(&blocked, SIGTERM) == 1 &&
	    sigismember(&blocked, SIGHUP) == 1;
	if (this->needs_cleanup && this->cleanup_n != this->run_n)
		this->began_before_cleanup = true;
	this->run_n++;
	return this->needs_cleanup;
}

static void
clean_up(void *arg)
{
	struct job *this = arg;

	this->cleanup_n++;
}

static int
set_up(void **state)
{
	const struct worker_job calls = {run, clean_up, &job};
	struct err err;

	(void)state;
	job = (struct job){0};
	worker = worker_new(&calls, &err);
	return worker != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	worker_free(worker);
	worker = NULL;
	return 0;
}

/* Wait for the end of the job as the loop does. */
static void
wait_for_fd(void)
{
	struct pollfd poll_fd = {.fd = worker_fd(worker), .events = POLLIN};

	do
		assert_int_equal(poll(&poll_fd, 1, -1), 1);
	while (!worker_finish(worker));
}

static bool
fd_is_readable(void)
{
	struct pollfd poll_fd = {.fd = worker_fd(worker), .events = POLLIN};

	return poll(&poll_fd, 1, 0) == 1;
}

static void
test_jobs_one_after_the_other(void **state)
{
	(void)state;
	assert_false(worker_finish(worker));
	for (int i = 1; i <= 1000; i++) {
		worker_start(worker);
		wait_for_fd();
		assert_false(fd_is_readable());
		assert_int_equal(job.run_n, i);
	}
	assert_true(job.signals_are_blocked);
	assert_int_equal(job.cleanup_n, 0);
}

/* worker_wait() and the descriptor may be used in turn. */
static void
test_wait(void **state)
{
	(void)state;
	worker_wait(worker); /* there is no job */
	for (int i = 0; i < 1000; i++) {
		worker_start(worker);
		worker_wait(worker);
		assert_true(worker_finish(worker));
		assert_false(worker_finish(worker));
		worker_start(worker);
		wait_for_fd();
	}
	assert_int_equal(job.run_n, 2000);
}

static void
test_cleanup_is_over_before_the_next_job(void **state)
{
	(void)state;
	job.needs_cleanup = true;
	for (int i = 0; i < 1000; i++) {
		worker_start(worker);
		wait_for_fd();
	}
	worker_free(worker);
	worker = NULL;
	assert_int_equal(job.run_n, 1000);
	assert_int_equal(job.cleanup_n, 1000);
	assert_false(job.began_before_cleanup);
}

static void
test_free_waits_for_the_job(void **state)
{
	(void)state;
	worker_start(worker);
	worker_free(worker);
	worker = NULL;
	assert_int_equal(job.run_n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_jobs_one_after_the_other,
		set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_wait, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_cleanup_is_over_before_the_next_job, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_free_waits_for_the_job, set_up,
		tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
