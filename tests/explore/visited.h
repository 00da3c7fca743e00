/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TESTS_EXPLORE_VISITED_H
#define TARDIGREY_TESTS_EXPLORE_VISITED_H

#include <stdbool.h>
#include <stdint.h>

/* visited: the hashes of the states that were visited. Two different states
 * with the same hash of 64 bits would count as one. */

void visited_clear(void);

/* Note a state, after which "length" more events may follow. Returns true if it
 * must be visited: it is new, or more events may follow than before. */
bool visited_add(uint64_t hash, int length);

/* The number of different states. */
uint64_t visited_n(void);

#endif
