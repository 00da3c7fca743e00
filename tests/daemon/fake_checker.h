/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_DAEMON_FAKE_CHECKER_H
#define TARDIGREY_TESTS_DAEMON_FAKE_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

#include "service/settings.h"

/*
 * fake_checker: stands in for service/checker when it is linked into a test.
 * It does what the test says, and writes down how it was called.
 *
 * The reply to a request is "action=SENDER N", where N is max_waiting of the
 * settings; the sender "close" gets no reply. The log line is "line of SENDER".
 */

/* Before each test. */
void fake_checker_reset(void);

/* The calls until now, as words: "run:N" (N requests), "give_up:N",
 * "configure:N" (max_waiting), "flush", "maintain". */
const char *fake_checker_calls(void);

/* The next n runs fail as if the store did. */
void fake_checker_fail(int n);

/* With a closed gate, a run waits until it is opened. */
void fake_checker_close_gate(void);
void fake_checker_open_gate(void);

/* Wait until a run waits at the gate. */
void fake_checker_wait_at_gate(void);

/* Wait until these calls were made. */
void fake_checker_wait_for(const char *calls);

/* Called by each run, before the gate, with the number of its requests. */
void fake_checker_on_run(void (*on_run)(size_t n));

/* Settings with this max_waiting. */
struct settings *fake_settings(unsigned max_waiting);

#endif
