/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_TORTURE_BAD_MEMORY_H
#define TARDIGREY_TESTS_TORTURE_BAD_MEMORY_H

#include <stdint.h>

/*
 * bad_memory: lets allocations fail. Allocations are counted from 1 on; those
 * from "first" on fail, fail_n of them.
 */
struct bad_memory {
	uint64_t asked_n;  /* so far; may be set back */
	uint64_t first;    /* 0: none fails */
	uint64_t fail_n;   /* how many fail */
	uint64_t failed_n; /* so far */
};

extern struct bad_memory *bad_memory;

#endif
