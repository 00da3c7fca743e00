/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_DAEMON_FAKE_CHECKER_H
#define TARDIGREY_TESTS_DAEMON_FAKE_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

#include "service/settings.h"

/*
 * fake_checker: replaces service/checker in a test that links it. The test sets
 * what it does. It records the calls.
 *
 * The reply to a request is "action=SENDER N", where N is max_waiting of the
 * settings. The sender "close" gets no reply. The log line is "line of SENDER".
 * A sender that begins with "ask" is also a question to tardigrey-lookup.
 */

/* Call this before each test. */
void fake_checker_reset(void);

/* The calls until now, as words: "run:N" (N requests), "give_up:N" (the same
 * with batch->give_up), "answered:LINE" (by tardigrey-lookup), "configure:N"
 * (max_waiting), "flush", "maintain". */
const char *fake_checker_calls(void);

/* Let the next n runs fail, as if the store had failed. */
void fake_checker_fail(int n);

/* Let the next n calls of checker_maintain() say that there is more work. The
 * call after these calls over(), unless it is NULL. */
void fake_checker_more_work(int n, void (*over)(void));

/* While the gate is closed, a run waits. fake_checker_open_gate() lets it
 * continue. */
void fake_checker_close_gate(void);
void fake_checker_open_gate(void);

/* Wait until a run waits at the gate. */
void fake_checker_wait_at_gate(void);

/* Wait until fake_checker_calls() returns this text. */
void fake_checker_wait_for(const char *calls);

/* Let each run call on_run(), before the gate, with the number of its requests.
 * NULL: call nothing. */
void fake_checker_on_run(void (*on_run)(size_t n));

/* Settings with this max_waiting. */
struct settings *fake_settings(unsigned max_waiting);

#endif
