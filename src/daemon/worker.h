/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_WORKER_H
#define TARDIGREY_DAEMON_WORKER_H

#include <stdbool.h>

#include "base/err.h"

/*
 * worker: one thread that runs one job at a time.
 *
 * The caller starts a job and continues with other work. When the job is done,
 * the descriptor worker_fd() becomes readable. The data of a job belong to the
 * thread from worker_start() until worker_finish() returns true, and to the
 * caller at all other times.
 */

struct worker;

struct worker_job {
	/* The job. Returns whether to call cleanup(). */
	bool (*run)(void *arg);
	/* Work that can wait until the caller has been told that the job is
	 * done. The next job starts after it. */
	void (*cleanup)(void *arg);
	void *arg; /* borrowed */
};

/* Start the thread. It calls the functions of "job" for each job, and receives
 * no signals. Returns NULL and an error if memory, descriptors or threads have
 * run out. The caller frees the worker. */
struct worker *worker_new(const struct worker_job *job, struct err *err);

/* The same in two steps. worker_prepare() starts no thread: worker_begin() does
 * so, before the first job. It returns -1 and an error if it cannot. */
struct worker *worker_prepare(const struct worker_job *job, struct err *err);
int worker_begin(struct worker *worker, struct err *err);

/* Wait for the job that is running, then end the thread, if any. */
void worker_free(struct worker *worker);

/* Readable when a job is done. */
int worker_fd(const struct worker *worker);

/* Start a job. No other job may be running. */
void worker_start(struct worker *worker);

/* Whether the job is done. After it has returned true, the caller may start
 * another job. */
bool worker_finish(struct worker *worker);

/* Wait until the job is done. */
void worker_wait(struct worker *worker);

#endif
