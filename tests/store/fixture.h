/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_FIXTURE_H
#define TARDIGREY_TESTS_FIXTURE_H

#include <stdbool.h>

/*
 * fixture: all that test_contract.c knows of an adapter. Each adapter has a
 * file fixture_NAME.c, which is linked with it.
 */
struct fixture {
	/* Make an empty place for a store, and remove it; 0 or -1. */
	int (*set_up)(void);
	int (*tear_down)(void);

	/* The URI of the store in that place. */
	const char *(*uri)(void);

	bool is_durable; /* a store that is opened again has its content */
	bool is_shared;  /* two open stores of one URI have the same content */
	const char *no_backup; /* the error of backup; NULL: it works */
};

extern const struct fixture fixture;

#endif
