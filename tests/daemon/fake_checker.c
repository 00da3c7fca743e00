/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/fake_checker.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/checker.h"

struct checker {
	const struct settings *settings;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* for all below */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char calls[4096];
static int fails_n, more_work_n;
static bool gate_is_closed, is_at_gate;
static void (*on_run)(size_t n);
static void (*on_work_over)(void);

/* ---- For the test ---- */

void
fake_checker_reset(void)
{
	pthread_mutex_lock(&mutex);
	calls[0] = '\0';
	fails_n = more_work_n = 0;
	gate_is_closed = is_at_gate = false;
	on_run = NULL;
	on_work_over = NULL;
	pthread_mutex_unlock(&mutex);
}

const char *
fake_checker_calls(void)
{
	static char copy[sizeof(calls)];

	pthread_mutex_lock(&mutex);
	strcpy(copy, calls);
	pthread_mutex_unlock(&mutex);
	return copy;
}

void
fake_checker_fail(int n)
{
	pthread_mutex_lock(&mutex);
	fails_n = n;
	pthread_mutex_unlock(&mutex);
}

void
fake_checker_more_work(int n, void (*over)(void))
{
	pthread_mutex_lock(&mutex);
	more_work_n = n;
	on_work_over = over;
	pthread_mutex_unlock(&mutex);
}

static void
set_gate(bool is_closed)
{
	pthread_mutex_lock(&mutex);
	gate_is_closed = is_closed;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

void
fake_checker_close_gate(void)
{
	set_gate(true);
}

void
fake_checker_open_gate(void)
{
	set_gate(false);
}

void
fake_checker_wait_at_gate(void)
{
	pthread_mutex_lock(&mutex);
	while (!is_at_gate)
		pthread_cond_wait(&changed, &mutex);
	pthread_mutex_unlock(&mutex);
}

void
fake_checker_wait_for(const char *wanted)
{
	pthread_mutex_lock(&mutex);
	while (strcmp(calls, wanted) != 0)
		pthread_cond_wait(&changed, &mutex);
	pthread_mutex_unlock(&mutex);
}

void
fake_checker_on_run(void (*function)(size_t n))
{
	pthread_mutex_lock(&mutex);
	on_run = function;
	pthread_mutex_unlock(&mutex);
}

struct settings *
fake_settings(unsigned max_waiting)
{
	struct settings *settings = settings_new();

	if (settings != NULL)
		settings->config.store.max_waiting = max_waiting;
	return settings;
}

/* ---- The checker ---- */

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
note(const char *format, ...)
{
	size_t n;
	va_list ap;

	pthread_mutex_lock(&mutex);
	n = strlen(calls);
	if (n > 0)
		n += (size_t)snprintf(calls + n, sizeof(calls) - n, " ");
	va_start(ap, format);
	vsnprintf(calls + n, sizeof(calls) - n, format, ap);
	va_end(ap);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

struct checker *
checker_new(struct store *store, const struct settings *settings,
    size_t batch_max)
{
	struct checker *checker = malloc(sizeof(*checker));

	(void)store;
	(void)batch_max;
	if (checker != NULL)
		checker->settings = settings;
	return checker;
}

void
checker_free(struct checker *checker)
{
	free(checker);
}

void
checker_configure(struct checker *checker, const struct settings *settings)
{
	note("configure:%u", settings->config.store.max_waiting);
	checker->settings = settings;
}

static bool
pass_gate(void)
{
	bool fails;

	pthread_mutex_lock(&mutex);
	is_at_gate = true;
	pthread_cond_broadcast(&changed);
	while (gate_is_closed)
		pthread_cond_wait(&changed, &mutex);
	is_at_gate = false;
	fails = fails_n > 0;
	if (fails)
		fails_n--;
	pthread_mutex_unlock(&mutex);
	return fails;
}

static void
answer(const struct checker *checker, struct batch *batch, size_t i)
{
	const char *sender = batch->requests[i].sender;
	struct answer *out = &batch->answers[i];
	char *at = batch->text + batch->text_n;
	int n = sprintf(at, "action=%s %u\n\n", sender,
	    checker->settings->config.store.max_waiting);

	out->reply = at;
	out->reply_n = strcmp(sender, "close") == 0 ? 0 : (size_t)n;
	out->log_line = at + n + 1;
	n += 1 + sprintf(at + n + 1, "line of %s", sender) + 1;
	batch->text_n += (size_t)n;
}

static void
ask(struct batch *batch, size_t i)
{
	const char *sender = batch->requests[i].sender;

	if (strncmp(sender, "ask", 3) == 0)
		batch->lookup_questions_n +=
		    (size_t)sprintf(batch->lookup_questions +
			    batch->lookup_questions_n,
			"%s\n", sender);
}

static void
note_lookup_answers(const struct batch *batch)
{
	const char *line = batch->lookup_answers;
	const char *end = line + batch->lookup_answers_n;

	for (; line < end; line += strlen(line) + 1)
		note("answered:%s", line);
}

void
checker_run(struct checker *checker, struct batch *batch,
    const struct checker_time *now)
{
	void (*function)(size_t n);

	(void)now;
	note("%s:%zu", batch->give_up ? "give_up" : "run", batch->n);
	note_lookup_answers(batch);
	pthread_mutex_lock(&mutex);
	function = on_run;
	pthread_mutex_unlock(&mutex);
	if (function != NULL)
		function(batch->n);
	if (pass_gate() && !batch->give_up) {
		batch->store_failed = true;
		notices_add(&batch->notices, NOTICE_STORE_FAILED,
		    "the store is away");
	}
	for (size_t i = 0; i < batch->n; i++) {
		answer(checker, batch, i);
		ask(batch, i);
	}
}

void
checker_flush(struct checker *checker, struct batch *batch)
{
	(void)checker;
	(void)batch;
	note("flush");
}

bool
checker_maintain(struct checker *checker, int64_t now_s)
{
	void (*over)(void);
	bool has_more;

	(void)checker;
	(void)now_s;
	note("maintain");
	pthread_mutex_lock(&mutex);
	has_more = more_work_n > 0;
	more_work_n -= has_more;
	over = on_work_over;
	pthread_mutex_unlock(&mutex);
	if (!has_more && over != NULL)
		over();
	return has_more;
}

int
checker_write_decisions(struct checker *checker)
{
	(void)checker;
	return 0;
}

/* There are never many entries. */

void
checker_refresh_entries(struct checker *checker, int64_t monotonic_ms)
{
	(void)checker;
	(void)monotonic_ms;
}

void
checker_leave_entries(struct checker *checker, enum active_lists_leaves leaves)
{
	(void)checker;
	(void)leaves;
}

bool
checker_wants_entries(const struct checker *checker)
{
	(void)checker;
	return false;
}

void
checker_use_entries(struct checker *checker, struct list_entries *entries)
{
	(void)checker;
	(void)entries;
}

/* No test takes a snapshot. */

const struct measures *
checker_measures(const struct checker *checker)
{
	(void)checker;
	return NULL;
}

void
checker_write_counts(struct checker *checker)
{
	(void)checker;
}

const struct recent *
checker_recent(const struct checker *checker)
{
	(void)checker;
	return NULL;
}

bool
checker_is_failing(const struct checker *checker, struct err *err)
{
	(void)checker;
	(void)err;
	return false;
}

const struct lists *
checker_lists(const struct checker *checker)
{
	(void)checker;
	return NULL;
}
