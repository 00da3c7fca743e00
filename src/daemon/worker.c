/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum worker_state { WORKER_IDLE, WORKER_RUNS, WORKER_DONE };

struct worker {
	struct worker_job job;
	pthread_t thread;
	bool has_thread;
	int fd; /* owned; an eventfd */
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* the fields below have changed */
	enum worker_state state;
	bool ends; /* the thread must end when it has no job */
};

/* ---- In the thread ---- */

static bool
wait_for_job(struct worker *worker)
{
	bool has_job;

	pthread_mutex_lock(&worker->mutex);
	while (worker->state != WORKER_RUNS && !worker->ends)
		pthread_cond_wait(&worker->changed, &worker->mutex);
	has_job = worker->state == WORKER_RUNS;
	pthread_mutex_unlock(&worker->mutex);
	return has_job;
}

static void
tell_caller(struct worker *worker)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&worker->mutex);
	worker->state = WORKER_DONE;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
	/* Cannot fail: the counter is far from its limit. */
	(void)!write(worker->fd, &one, sizeof(one));
}

static void *
run_jobs(void *arg)
{
	struct worker *worker = arg;

	while (wait_for_job(worker)) {
		bool needs_cleanup = worker->job.run(worker->job.arg);

		tell_caller(worker);
		if (needs_cleanup)
			worker->job.cleanup(worker->job.arg);
	}
	return NULL;
}

/* ---- In the caller ---- */

struct worker *
worker_prepare(const struct worker_job *job, struct err *err)
{
	struct worker *worker = calloc(1, sizeof(*worker));

	if (worker == NULL) {
		err_no_memory(err);
		return NULL;
	}
	worker->job = *job;
	worker->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (worker->fd < 0) {
		err_set(err, "cannot make an eventfd: %s", strerror(errno));
		free(worker);
		return NULL;
	}
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->changed, NULL);
	return worker;
}

/* The thread blocks all signals, so that the loop gets them. */
int
worker_begin(struct worker *worker, struct err *err)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&worker->thread, NULL, run_jobs, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	worker->has_thread = rc == 0;
	if (rc != 0)
		return err_set(err, "cannot start a thread: %s", strerror(rc));
	return 0;
}

struct worker *
worker_new(const struct worker_job *job, struct err *err)
{
	struct worker *worker = worker_prepare(job, err);

	if (worker == NULL || worker_begin(worker, err) == 0)
		return worker;
	worker_free(worker);
	return NULL;
}

static void
end_thread(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	worker->ends = true;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
	pthread_join(worker->thread, NULL);
}

void
worker_free(struct worker *worker)
{
	if (worker == NULL)
		return;
	if (worker->has_thread)
		end_thread(worker);
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->mutex);
	close(worker->fd);
	free(worker);
}

int
worker_fd(const struct worker *worker)
{
	return worker->fd;
}

void
worker_start(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	worker->state = WORKER_RUNS;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
}

/* The thread sets the state and then writes to the descriptor. If the caller
 * has used worker_wait(), this write may come while the worker is idle or runs
 * the next job. In that case this function returns false. */
bool
worker_finish(struct worker *worker)
{
	uint64_t n;
	bool is_done;

	(void)!read(worker->fd, &n, sizeof(n));
	pthread_mutex_lock(&worker->mutex);
	is_done = worker->state == WORKER_DONE;
	if (is_done)
		worker->state = WORKER_IDLE;
	pthread_mutex_unlock(&worker->mutex);
	return is_done;
}

void
worker_wait(struct worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	while (worker->state == WORKER_RUNS)
		pthread_cond_wait(&worker->changed, &worker->mutex);
	pthread_mutex_unlock(&worker->mutex);
}
