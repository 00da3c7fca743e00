/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ADDRESS_COUNTS_H
#define TARDIGREY_STORE_SQLITE_ADDRESS_COUNTS_H

#include <stdint.h>

/*
 * address_counts: how many waiting records each client address has, in 8 MiB
 * however many addresses there are.
 *
 * An address has two counters, chosen by different bits of its hash, and shares
 * each of them with other addresses. The lower of the two is its count: never
 * too low, and too high only if both counters are shared.
 */

struct address_counts;

/* Returns NULL when memory is short. */
struct address_counts *address_counts_new(void);
void address_counts_free(struct address_counts *counts);

/* Count "by" more records (fewer if negative) of an address. */
void address_counts_add(struct address_counts *counts, uint32_t address_hash,
    int by);

int64_t address_counts_n(const struct address_counts *counts,
    uint32_t address_hash);

/* The highest i such that addresses with 2^i to 2^(i+1) - 1 records exist. It
 * may be too high, because addresses share counters. */
int address_counts_heaviest(const struct address_counts *counts);

/* The caller has found no address with 2^i records or more. */
void address_counts_none_in(struct address_counts *counts, int i);

#endif
