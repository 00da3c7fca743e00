/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/entries_reader.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/worker.h"
#include "service/list_entries.h"
#include "store/store_open.h"
#include "system/clock.h"

#define PAUSE_MS     5000 /* after a failure */
#define LOOK_EVERY_S 1    /* without requests, nobody else looks */
#define WARNINGS_MAX 20   /* more are left out */

struct entries_reader {
	struct dispatcher *dispatcher; /* borrowed */
	struct event_base *base;       /* borrowed */
	struct worker *worker;         /* owned; NULL: none yet */
	struct event done, look;
	bool is_busy;
	int64_t next_ms; /* do not begin before this time */
	struct log_repeat failed;
	/* While is_busy, the thread uses these: */
	struct list *old; /* owned; to be freed: then nothing is read */
	char uri[CONFIG_VALUE_SIZE];
	struct store_options options;
	int64_t delay_max_s;
	struct list_entries entries; /* owned; list is NULL: failed */
	struct err err;
	char *warnings[WARNINGS_MAX]; /* owned */
	size_t warnings_n;
};

/* ---- In the thread ---- */

/* The log belongs to the loop: keep the text for it. */
static void
add_warning(const char *text, void *arg)
{
	struct entries_reader *reader = arg;

	if (reader->warnings_n < WARNINGS_MAX)
		reader->warnings[reader->warnings_n++] = strdup(text);
}

static void
read_entries(struct entries_reader *reader)
{
	struct store *store =
	    store_open(reader->uri, &reader->options, &reader->err);

	if (store == NULL)
		return;
	list_entries_read(store, reader->delay_max_s, add_warning, reader,
	    &reader->entries, &reader->err);
	store_close(store);
}

static bool
run(void *arg)
{
	struct entries_reader *reader = arg;

	if (reader->old == NULL) {
		read_entries(reader);
	} else {
		list_free(reader->old);
		reader->old = NULL;
	}
	return false;
}

/* ---- In the loop ---- */

static void
start(struct entries_reader *reader)
{
	reader->is_busy = true;
	worker_start(reader->worker);
}

static void
log_warnings(struct entries_reader *reader)
{
	for (size_t i = 0; i < reader->warnings_n; i++) {
		if (reader->warnings[i] != NULL)
			log_warning("%s", reader->warnings[i]);
		free(reader->warnings[i]);
	}
	reader->warnings_n = 0;
}

static const struct config *
config_of(const struct entries_reader *reader)
{
	return &dispatcher_settings(reader->dispatcher)->config;
}

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct entries_reader *reader = arg;

	(void)fd;
	(void)what;
	if (!worker_finish(reader->worker))
		return;
	reader->is_busy = false;
	log_warnings(reader);
	if (reader->entries.list != NULL) {
		dispatcher_use_entries(reader->dispatcher, &reader->entries);
		reader->entries.list = NULL;
	} else if (reader->err.text[0] != '\0') {
		log_repeated(&reader->failed,
		    "cannot read the list entries; the old ones are still in "
		    "force: %s",
		    reader->err.text);
		reader->next_ms = clock_monotonic_ms() + PAUSE_MS;
	}
	reader->err.text[0] = '\0';
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	struct entries_reader *reader = arg;

	(void)fd;
	(void)what;
	dispatcher_refresh_entries(reader->dispatcher);
}

/* Make the thread when it is needed first: it inherits the sandbox. */
static int
make_worker(struct entries_reader *reader)
{
	const struct worker_job job = {run, NULL, reader};
	const struct timeval look = {.tv_sec = LOOK_EVERY_S};

	reader->worker = worker_new(&job, &reader->err);
	if (reader->worker == NULL)
		return -1;
	event_assign(&reader->done, reader->base, worker_fd(reader->worker),
	    EV_READ | EV_PERSIST, on_done, reader);
	event_assign(&reader->look, reader->base, -1, EV_PERSIST, on_look,
	    reader);
	if (event_add(&reader->done, NULL) == 0 &&
	    event_add(&reader->look, &look) == 0)
		return 0;
	event_del(&reader->done);
	worker_free(reader->worker);
	reader->worker = NULL;
	return err_no_memory(&reader->err);
}

static void
begin_to_read(struct entries_reader *reader)
{
	if (reader->worker == NULL && make_worker(reader) != 0) {
		log_repeated(&reader->failed,
		    "cannot start a thread for the list entries: %s",
		    reader->err.text);
		reader->next_ms = clock_monotonic_ms() + PAUSE_MS;
		return;
	}
	reader->delay_max_s = config_delay_max_s(config_of(reader));
	strcpy(reader->uri, config_of(reader)->database);
	reader->options = config_of(reader)->store;
	reader->options.use = STORE_VISIT;
	reader->options.notice = NULL;
	start(reader);
}

void
entries_reader_end_turn(struct entries_reader *reader)
{
	if (reader->is_busy)
		return;
	reader->old = dispatcher_take_old_entries(reader->dispatcher);
	if (reader->old != NULL)
		start(reader);
	else if (dispatcher_wants_entries(reader->dispatcher) &&
	    clock_monotonic_ms() >= reader->next_ms)
		begin_to_read(reader);
}

/* ---- New and free ---- */

struct entries_reader *
entries_reader_new(struct event_base *base, struct dispatcher *dispatcher,
    struct err *err)
{
	struct entries_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL) {
		err_no_memory(err);
		return NULL;
	}
	reader->base = base;
	reader->dispatcher = dispatcher;
	dispatcher_leave_entries(dispatcher);
	return reader;
}

void
entries_reader_free(struct entries_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->worker != NULL) {
		event_del(&reader->done);
		event_del(&reader->look);
		worker_free(reader->worker);
	}
	log_warnings(reader);
	list_free(reader->entries.list);
	list_free(reader->old);
	free(reader);
}
