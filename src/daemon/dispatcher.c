/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* This file is long because no other file knows whether the checker runs in the
 * loop or in a thread. */
#include "daemon/dispatcher.h"

#include <stdlib.h>

#include "daemon/log.h"
#include "daemon/notice_log.h"
#include "daemon/worker.h"
#include "service/batch.h"
#include "service/checker.h"
#include "store/store_open.h"
#include "system/clock.h"

#define BATCH_MAX     256
#define LOOK_EVERY_MS 2000

/* What the checker does next. It belongs to the worker while the job runs. */
struct checker_job {
	struct batch *batch;         /* owned; NULL: no job */
	struct settings *settings;   /* owned; NULL: no change */
	struct list_entries entries; /* owned; then the old ones */
	bool wants_entries;          /* set by the job */
	bool refreshes, flushes;
	unsigned looks;      /* what to look at */
	int64_t deadline_ms; /* of the calls of the store */
	bool maintains;      /* even without requests */
};

struct dispatcher {
	struct checker *checker; /* owned; run_job() and clean_up() use it */
	struct store *store;     /* borrowed; the same */
	struct worker *worker;   /* owned; NULL in inline mode */
	struct dispatcher_hooks hooks;
	dispatcher_lookup_fn *send_lookups; /* NULL: none */
	void *send_lookups_arg;
	struct dispatcher_look look; /* look is NULL: nobody looks */
	unsigned look_wanted;
	bool had_requests;  /* the last job */
	int64_t timeout_ms; /* store_timeout; run_job() and clean_up() use it */
	int64_t next_look_ms;             /* of the worker by itself */
	struct settings *in_force;        /* owned; the checker uses them */
	struct settings *wanted;          /* owned; for the next job; or NULL */
	struct batch *collecting, *spare; /* owned; or NULL */
	struct checker_job job;
	struct list_entries entries; /* owned; for the next job */
	struct list *old_entries;    /* owned; for the caller to free */
	bool wants_entries, refresh_wanted;
	uint64_t failures_n;
	uint64_t oldest_failures_n; /* of the oldest request in "collecting" */
	int64_t oldest_ms;          /* when it was added; in worker mode only */
	bool flush_wanted, maintenance_wanted;
	bool cleanup_wanted; /* at the end of the turn; in inline mode only.
			      * The first turn begins with it */
	struct notice_log notices;
};

/* ---- Called by the worker, or inline ---- */

/* Returns whether to call checker_maintain(). It is not called if the store has
 * just failed. */
static bool
run_job(void *arg)
{
	struct dispatcher *dispatcher = arg;
	struct checker_job *job = &dispatcher->job;
	struct batch *batch = job->batch;
	bool failed;

	store_set_deadline(dispatcher->store, job->deadline_ms);
	if (job->settings != NULL) {
		checker_configure(dispatcher->checker, job->settings);
		dispatcher->timeout_ms = job->settings->config.store.timeout_ms;
	}
	if (job->entries.list != NULL)
		checker_use_entries(dispatcher->checker, &job->entries);
	if (batch->n > 0 || batch->lookup_answers_n > 0) {
		const struct checker_time now = {
		    clock_now_s(), clock_monotonic_ms()};

		checker_run(dispatcher->checker, batch, &now);
	}
	failed = batch->store_failed || batch->give_up;
	if (job->flushes && !failed)
		checker_flush(dispatcher->checker, batch);
	if (job->refreshes && !failed && !batch->store_failed)
		checker_refresh_entries(dispatcher->checker,
		    clock_monotonic_ms());
	job->wants_entries = checker_wants_entries(dispatcher->checker);
	if (job->looks != 0)
		dispatcher->look.look(dispatcher->checker, job->looks,
		    dispatcher->look.arg);
	return (batch->n > 0 || job->maintains) && !failed;
}

/* Called by the worker. */
static void
clean_up(void *arg)
{
	struct dispatcher *dispatcher = arg;

	store_set_deadline(dispatcher->store,
	    clock_monotonic_ms() + dispatcher->timeout_ms);
	checker_maintain(dispatcher->checker, clock_now_s());
}

/* ---- New and free ---- */

static int
set_up(struct dispatcher *dispatcher, struct store *store,
    const struct settings *settings, enum dispatcher_mode mode, struct err *err)
{
	const struct worker_job job = {run_job, clean_up, dispatcher};

	dispatcher->collecting = batch_new(BATCH_MAX);
	if (mode == DISPATCHER_WORKER)
		dispatcher->spare = batch_new(BATCH_MAX);
	dispatcher->checker = checker_new(store, settings, BATCH_MAX);
	if (dispatcher->checker == NULL || dispatcher->collecting == NULL ||
	    (mode == DISPATCHER_WORKER && dispatcher->spare == NULL))
		return err_no_memory(err);
	if (mode == DISPATCHER_INLINE) {
		dispatcher->cleanup_wanted = true;
		return 0;
	}
	dispatcher->worker = worker_prepare(&job, err);
	return dispatcher->worker != NULL ? 0 : -1;
}

struct dispatcher *
dispatcher_new(struct store *store, struct settings *settings,
    enum dispatcher_mode mode, const struct dispatcher_hooks *hooks,
    struct err *err)
{
	struct dispatcher *dispatcher = calloc(1, sizeof(*dispatcher));

	if (dispatcher == NULL) {
		err_no_memory(err);
		return NULL;
	}
	dispatcher->hooks = *hooks;
	dispatcher->store = store;
	notice_log_begin(&dispatcher->notices);
	if (set_up(dispatcher, store, settings, mode, err) != 0) {
		dispatcher_free(dispatcher);
		return NULL;
	}
	dispatcher->in_force = settings;
	dispatcher->timeout_ms = settings->config.store.timeout_ms;
	return dispatcher;
}

void
dispatcher_free(struct dispatcher *dispatcher)
{
	if (dispatcher == NULL)
		return;
	worker_free(dispatcher->worker); /* first: it uses the rest */
	checker_free(dispatcher->checker);
	batch_free(dispatcher->collecting);
	batch_free(dispatcher->spare);
	batch_free(dispatcher->job.batch);
	settings_free(dispatcher->in_force);
	settings_free(dispatcher->wanted);
	settings_free(dispatcher->job.settings);
	list_free(dispatcher->entries.list);
	list_free(dispatcher->old_entries);
	list_free(dispatcher->job.entries.list);
	free(dispatcher);
}

/* ---- Collecting ---- */

/* In inline mode there is only one batch. There is no room while the checker
 * has that batch. */
bool
dispatcher_full(const struct dispatcher *dispatcher)
{
	return dispatcher->collecting == NULL ||
	    dispatcher->collecting->n == dispatcher->collecting->max;
}

uint64_t
dispatcher_failures_n(const struct dispatcher *dispatcher)
{
	return dispatcher->failures_n;
}

struct request *
dispatcher_place(const struct dispatcher *dispatcher)
{
	return batch_place(dispatcher->collecting);
}

void
dispatcher_add(struct dispatcher *dispatcher, void *owner,
    const struct request *request, uint64_t failures_n)
{
	/* Connections that wait for room are served in turn, so the first
	 * request of a batch has waited longest. */
	if (dispatcher->collecting->n == 0) {
		dispatcher->oldest_failures_n = failures_n;
		if (dispatcher->worker != NULL)
			dispatcher->oldest_ms = clock_monotonic_ms();
	}
	batch_add(dispatcher->collecting, owner, request);
}

bool
dispatcher_is_idle(const struct dispatcher *dispatcher)
{
	return dispatcher->job.batch == NULL && dispatcher->collecting->n == 0;
}

/* ---- Taking back ---- */

static void
give_answers(struct dispatcher *dispatcher, const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct answer *answer = &batch->answers[i];

		dispatcher->hooks.answer(batch->owners[i], answer->reply,
		    answer->reply_n);
		log_decision(answer->log_line);
	}
	notice_log_write(&dispatcher->notices, &batch->notices);
}

/* The checker has decided the batch with the new settings. Nothing uses the old
 * ones any more. */
static void
replace_settings(struct dispatcher *dispatcher)
{
	struct settings *old = dispatcher->in_force;

	dispatcher->in_force = dispatcher->job.settings;
	dispatcher->job.settings = NULL;
	dispatcher->hooks.configured(old, dispatcher->hooks.arg);
}

static void
end_job(struct dispatcher *dispatcher)
{
	struct batch *batch = dispatcher->job.batch;

	if (dispatcher->job.settings != NULL)
		replace_settings(dispatcher);
	give_answers(dispatcher, batch);
	if (batch->lookup_questions_n > 0 && dispatcher->send_lookups != NULL)
		dispatcher->send_lookups(dispatcher->send_lookups_arg,
		    batch->lookup_questions, batch->lookup_questions_n);
	if (batch->store_failed && !batch->give_up)
		dispatcher->failures_n++;
	if (dispatcher->job.looks != 0)
		dispatcher->look.looked(dispatcher->job.looks,
		    dispatcher->look.arg);
	if (dispatcher->job.entries.list != NULL)
		dispatcher->old_entries = dispatcher->job.entries.list;
	dispatcher->wants_entries = dispatcher->job.wants_entries;
	batch_clear(batch);
	if (dispatcher->collecting == NULL)
		dispatcher->collecting = batch;
	else
		dispatcher->spare = batch;
	dispatcher->job = (struct checker_job){.batch = NULL};
}

int
dispatcher_fd(const struct dispatcher *dispatcher)
{
	return dispatcher->worker != NULL ? worker_fd(dispatcher->worker) : -1;
}

void
dispatcher_take_back(struct dispatcher *dispatcher)
{
	if (dispatcher->worker != NULL && worker_finish(dispatcher->worker))
		end_job(dispatcher);
}

/* ---- Handing over ---- */

/* A worker looks at the checker by itself now and then. */
static void
want_look(struct dispatcher *dispatcher, int64_t now_ms)
{
	if (dispatcher->look.look == NULL || now_ms < dispatcher->next_look_ms)
		return;
	dispatcher->next_look_ms = now_ms + LOOK_EVERY_MS;
	dispatcher->look_wanted |= 1;
}

/* A request must be answered before it has waited for store_timeout. */
static int64_t
deadline_of(const struct dispatcher *dispatcher, const struct batch *batch)
{
	int64_t timeout_ms =
	    dispatcher_settings(dispatcher)->config.store.timeout_ms;

	if (dispatcher->worker == NULL)
		return INT64_MAX;
	return timeout_ms +
	    (batch->n > 0 ? dispatcher->oldest_ms : clock_monotonic_ms());
}

/* Take the batch of the next job. A worker waits for the store to flush and to
 * look, so it does both in a job of its own, between two with requests. */
static struct batch *
take_batch(struct dispatcher *dispatcher, bool *keeps_house)
{
	struct batch *batch = dispatcher->collecting;

	if (dispatcher->worker != NULL && batch->n > 0 && *keeps_house) {
		*keeps_house = dispatcher->had_requests;
		if (*keeps_house)
			batch = dispatcher->spare;
	}
	if (batch != dispatcher->spare)
		dispatcher->collecting = dispatcher->spare;
	dispatcher->spare = NULL;
	dispatcher->had_requests = batch->n > 0;
	return batch;
}

static void
fill_job(struct dispatcher *dispatcher, bool keeps_house)
{
	struct batch *batch = take_batch(dispatcher, &keeps_house);

	batch->give_up = batch->n > 0 &&
	    dispatcher->oldest_failures_n != dispatcher->failures_n;
	dispatcher->job = (struct checker_job){
	    .batch = batch,
	    .settings = dispatcher->wanted,
	    .entries = dispatcher->entries,
	    .deadline_ms = deadline_of(dispatcher, batch),
	};
	dispatcher->wanted = NULL;
	dispatcher->entries.list = NULL;
	dispatcher->wants_entries = false;
	if (!keeps_house)
		return;
	dispatcher->job.refreshes =
	    dispatcher->flush_wanted || dispatcher->refresh_wanted;
	dispatcher->job.flushes = dispatcher->flush_wanted;
	dispatcher->job.maintains = dispatcher->maintenance_wanted;
	dispatcher->job.looks = dispatcher->look_wanted;
	dispatcher->flush_wanted = dispatcher->maintenance_wanted = false;
	dispatcher->refresh_wanted = false;
	dispatcher->look_wanted = 0;
}

/* Returns whether there is a job to be done. */
static bool
make_job(struct dispatcher *dispatcher)
{
	const struct batch *batch = dispatcher->collecting;
	bool keeps_house;

	if (dispatcher->job.batch != NULL)
		return false; /* the checker is busy */
	if (dispatcher->worker != NULL &&
	    (batch->n > 0 || dispatcher->flush_wanted))
		want_look(dispatcher, clock_monotonic_ms());
	keeps_house = dispatcher->flush_wanted || dispatcher->refresh_wanted ||
	    dispatcher->look_wanted != 0;
	if (batch->n == 0 && batch->lookup_answers_n == 0 &&
	    dispatcher->wanted == NULL && dispatcher->entries.list == NULL &&
	    !keeps_house)
		return false;
	fill_job(dispatcher, keeps_house);
	return true;
}

static void
run_inline(struct dispatcher *dispatcher)
{
	dispatcher->cleanup_wanted = run_job(dispatcher) ||
	    (dispatcher->cleanup_wanted && dispatcher->job.batch->n == 0);
	end_job(dispatcher);
}

void
dispatcher_hand_over(struct dispatcher *dispatcher)
{
	if (!make_job(dispatcher))
		return;
	if (dispatcher->worker != NULL)
		worker_start(dispatcher->worker);
	else
		run_inline(dispatcher);
}

int
dispatcher_start(struct dispatcher *dispatcher, struct err *err)
{
	if (dispatcher->worker != NULL &&
	    worker_begin(dispatcher->worker, err) != 0)
		return -1;
	dispatcher_hand_over(dispatcher);
	return 0;
}

/* ---- tardigrey-lookup ---- */

void
dispatcher_set_lookup(struct dispatcher *dispatcher, dispatcher_lookup_fn *send,
    void *arg)
{
	dispatcher->send_lookups = send;
	dispatcher->send_lookups_arg = arg;
}

void
dispatcher_add_lookup_answer(struct dispatcher *dispatcher, const char *line)
{
	if (dispatcher->collecting != NULL)
		batch_add_lookup_answer(dispatcher->collecting, line);
}

/* ---- List entries ---- */

void
dispatcher_leave_entries(struct dispatcher *dispatcher)
{
	checker_leave_entries(dispatcher->checker,
	    dispatcher->worker != NULL ? ACTIVE_LISTS_LEAVE_ALL
				       : ACTIVE_LISTS_LEAVE_MANY);
	dispatcher->refresh_wanted = true;
}

bool
dispatcher_wants_entries(const struct dispatcher *dispatcher)
{
	return dispatcher->wants_entries && dispatcher->entries.list == NULL;
}

void
dispatcher_use_entries(struct dispatcher *dispatcher,
    const struct list_entries *entries)
{
	list_free(dispatcher->entries.list);
	dispatcher->entries = *entries;
}

struct list *
dispatcher_take_old_entries(struct dispatcher *dispatcher)
{
	struct list *old = dispatcher->old_entries;

	dispatcher->old_entries = NULL;
	return old;
}

void
dispatcher_refresh_entries(struct dispatcher *dispatcher)
{
	dispatcher->refresh_wanted = true;
}

/* ---- Other work ---- */

void
dispatcher_set_look(struct dispatcher *dispatcher,
    const struct dispatcher_look *look)
{
	dispatcher->look = *look;
}

void
dispatcher_look(struct dispatcher *dispatcher, unsigned what)
{
	if (dispatcher->worker != NULL) {
		dispatcher->look_wanted |= what;
		return;
	}
	dispatcher->look.look(dispatcher->checker, what, dispatcher->look.arg);
	dispatcher->look.looked(what, dispatcher->look.arg);
}

void
dispatcher_configure(struct dispatcher *dispatcher, struct settings *settings)
{
	settings_free(dispatcher->wanted);
	dispatcher->wanted = settings;
}

const struct settings *
dispatcher_settings(const struct dispatcher *dispatcher)
{
	if (dispatcher->wanted != NULL)
		return dispatcher->wanted;
	if (dispatcher->job.settings != NULL)
		return dispatcher->job.settings;
	return dispatcher->in_force;
}

void
dispatcher_flush(struct dispatcher *dispatcher)
{
	dispatcher->flush_wanted = dispatcher->maintenance_wanted = true;
}

bool
dispatcher_end_turn(struct dispatcher *dispatcher)
{
	if (dispatcher->cleanup_wanted)
		dispatcher->cleanup_wanted =
		    checker_maintain(dispatcher->checker, clock_now_s());
	return dispatcher->cleanup_wanted;
}

static void
wait_for_checker(struct dispatcher *dispatcher)
{
	if (dispatcher->worker == NULL)
		return;
	worker_wait(dispatcher->worker);
	dispatcher_take_back(dispatcher);
}

/* A worker cleans up after a job with requests, but not after this one. So it
 * does not use the checker any more when this function returns. */
static void
flush_and_wait(struct dispatcher *dispatcher)
{
	dispatcher->flush_wanted = true;
	dispatcher->maintenance_wanted = false;
	dispatcher_hand_over(dispatcher);
	wait_for_checker(dispatcher);
}

void
dispatcher_finish(struct dispatcher *dispatcher)
{
	wait_for_checker(dispatcher);
	while (dispatcher->collecting->n > 0) {
		dispatcher_hand_over(dispatcher);
		wait_for_checker(dispatcher);
	}
	flush_and_wait(dispatcher);
	store_set_deadline(dispatcher->store,
	    clock_monotonic_ms() + dispatcher->timeout_ms);
	if (checker_write_decisions(dispatcher->checker) != 0)
		flush_and_wait(dispatcher); /* this takes the notice */
}
