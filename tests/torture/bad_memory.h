/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_TORTURE_BAD_MEMORY_H
#define TARDIGREY_TESTS_TORTURE_BAD_MEMORY_H

#include <stdint.h>

/*
 * bad_memory: makes allocations fail. Allocations are numbered from 1.
 */
struct bad_memory {
	uint64_t asked_n; /* allocations so far; a test may reset it */
	uint64_t first;   /* number of the first that fails; 0: none fails */
	uint64_t fail_n;  /* number of allocations that fail, from "first" on */
	uint64_t failed_n; /* failures so far */
};

extern struct bad_memory *bad_memory;

#endif
