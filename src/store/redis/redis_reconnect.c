/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_reconnect.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/redis/redis_clock.h"

#define ATTEMPT_MS   2000 /* the longest attempt to connect */
#define PAUSE_MIN_MS 50   /* between two attempts; it doubles */
#define PAUSE_MAX_MS 500
#define END_MS       3000 /* the longest wait for the end of the thread */

struct redis_reconnector {
	struct redis_uri uri;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* the fields below have changed */
	bool wanted;            /* a topology ... */
	unsigned slots_n;       /* ... with more slots than this */
	bool has_tried;         /* an attempt has ended */
	bool ends;
	bool has_ended;
	struct redis_topology *topology; /* owned */
	struct err failure;
};

/* Wait for some time, or until *flag is true. The mutex is held. */
static void
pause_ms(struct redis_reconnector *reconnector, int64_t ms, const bool *flag)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	while (!*flag &&
	    pthread_cond_timedwait(&reconnector->changed, &reconnector->mutex,
		&until) == 0)
		;
}

/* The next attempt begins with the next address: this one may lead to servers
 * that are away. */
static void
rotate_addresses(struct redis_uri *uri)
{
	struct redis_address first = uri->addresses[0];

	memmove(uri->addresses, uri->addresses + 1,
	    (uri->addresses_n - 1) * sizeof(first));
	uri->addresses[uri->addresses_n - 1] = first;
}

/* One attempt. The mutex is held, but not while connecting. Returns whether it
 * succeeded. */
static bool
attempt(struct redis_reconnector *reconnector)
{
	struct redis_topology *topology;
	struct err err = {.text = ""};

	pthread_mutex_unlock(&reconnector->mutex);
	topology = redis_topology_new(&reconnector->uri,
	    redis_clock_ms() + ATTEMPT_MS, &err);
	pthread_mutex_lock(&reconnector->mutex);
	reconnector->failure = err;
	reconnector->has_tried = true;
	pthread_cond_broadcast(&reconnector->changed);
	if (topology == NULL || topology->is_partial)
		rotate_addresses(&reconnector->uri);
	if (topology == NULL ||
	    redis_topology_slots_n(topology) <= reconnector->slots_n) {
		redis_topology_free(topology);
		return false;
	}
	reconnector->topology = topology;
	reconnector->wanted = false;
	return true;
}

static void *
run(void *arg)
{
	struct redis_reconnector *reconnector = arg;
	int64_t ms = PAUSE_MIN_MS;

	pthread_mutex_lock(&reconnector->mutex);
	while (!reconnector->ends) {
		if (!reconnector->wanted) {
			pthread_cond_wait(&reconnector->changed,
			    &reconnector->mutex);
			ms = PAUSE_MIN_MS;
		} else if (!attempt(reconnector)) {
			pause_ms(reconnector, ms, &reconnector->ends);
			ms = ms * 2 < PAUSE_MAX_MS ? ms * 2 : PAUSE_MAX_MS;
		}
	}
	reconnector->has_ended = true;
	pthread_cond_broadcast(&reconnector->changed);
	pthread_mutex_unlock(&reconnector->mutex);
	return NULL;
}

struct redis_reconnector *
redis_reconnector_new(const struct redis_uri *uri)
{
	struct redis_reconnector *reconnector = calloc(1, sizeof(*reconnector));
	pthread_condattr_t attributes;

	if (reconnector == NULL)
		return NULL;
	reconnector->uri = *uri;
	pthread_mutex_init(&reconnector->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&reconnector->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return reconnector;
}

/* A thread that looks up a host name may be stuck for many seconds. Then leave
 * it alone, with its memory: the program is about to end. */
void
redis_reconnector_free(struct redis_reconnector *reconnector)
{
	bool is_stuck;

	if (reconnector == NULL)
		return;
	pthread_mutex_lock(&reconnector->mutex);
	reconnector->ends = true;
	pthread_cond_broadcast(&reconnector->changed);
	if (reconnector->has_thread)
		pause_ms(reconnector, END_MS, &reconnector->has_ended);
	is_stuck = reconnector->has_thread && !reconnector->has_ended;
	pthread_mutex_unlock(&reconnector->mutex);
	if (is_stuck) {
		pthread_detach(reconnector->thread);
		return;
	}
	if (reconnector->has_thread)
		pthread_join(reconnector->thread, NULL);
	redis_topology_free(reconnector->topology);
	pthread_cond_destroy(&reconnector->changed);
	pthread_mutex_destroy(&reconnector->mutex);
	free(reconnector);
}

/* The daemon enters its sandbox after it has opened the store, so the thread
 * starts when it is needed. It blocks all signals. */
static void
start_thread(struct redis_reconnector *reconnector)
{
	sigset_t all, before;

	if (reconnector->has_thread)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	reconnector->has_thread =
	    pthread_create(&reconnector->thread, NULL, run, reconnector) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct redis_topology *
redis_reconnector_take(struct redis_reconnector *reconnector, unsigned slots_n,
    struct err *err)
{
	struct redis_topology *topology;

	start_thread(reconnector);
	pthread_mutex_lock(&reconnector->mutex);
	topology = reconnector->topology;
	reconnector->topology = NULL;
	reconnector->slots_n = slots_n;
	if (topology != NULL && redis_topology_slots_n(topology) <= slots_n) {
		redis_topology_free(topology);
		topology = NULL;
	}
	if (topology == NULL && !reconnector->wanted) {
		reconnector->wanted = true;
		pthread_cond_broadcast(&reconnector->changed);
	}
	if (topology == NULL && reconnector->failure.text[0] != '\0')
		*err = reconnector->failure;
	pthread_mutex_unlock(&reconnector->mutex);
	return topology;
}

struct redis_topology *
redis_reconnector_wait(struct redis_reconnector *reconnector, unsigned slots_n,
    int64_t deadline_ms, struct err *err)
{
	struct redis_topology *topology;

	pthread_mutex_lock(&reconnector->mutex);
	reconnector->has_tried = false;
	pthread_mutex_unlock(&reconnector->mutex);
	topology = redis_reconnector_take(reconnector, slots_n, err);
	if (topology != NULL)
		return topology;
	pthread_mutex_lock(&reconnector->mutex);
	if (reconnector->has_thread)
		pause_ms(reconnector, redis_clock_left_ms(deadline_ms),
		    &reconnector->has_tried);
	pthread_mutex_unlock(&reconnector->mutex);
	return redis_reconnector_take(reconnector, slots_n, err);
}
