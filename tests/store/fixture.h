/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_FIXTURE_H
#define TARDIGREY_TESTS_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * fixture: what test_contract.c must know about an adapter. Each adapter has a
 * file fixture_NAME.c. It is linked with test_contract.c.
 */
struct fixture {
	/* False if a program that the store needs is not installed: then the
	 * tests are skipped. NULL: it needs none. */
	bool (*is_there)(void);

	/* Make what an empty store needs, such as a folder, and remove it.
	 * Return 0 or -1. */
	int (*set_up)(void);
	int (*tear_down)(void);

	/* Called at the end of all tests. May be NULL. */
	void (*finish)(void);

	/* The URI of the store. */
	const char *(*uri)(void);

	int64_t timeout_ms; /* for the calls of the store */
	bool is_durable;    /* a store that is opened again has its content */
	bool is_shared; /* two open stores of one URI have the same content */
	const char *no_backup; /* the error of backup; NULL: backup works */
};

extern const struct fixture fixture;

#endif
