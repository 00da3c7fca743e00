/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_ADDRESS_COUNTS_H
#define TARDIGREY_STORE_SQLITE_ADDRESS_COUNTS_H

#include <stdint.h>

/*
 * address_counts: counts the waiting records of each client address. It takes 8
 * MiB for any number of addresses.
 *
 * An address has two counters, chosen by different bits of its hash, and shares
 * each of them with other addresses. The lower counter is the count of the
 * address. It is never too low. It is too high only if other addresses have
 * records in both counters.
 */

struct address_counts;

/* Create counters that are 0. Returns NULL when memory is short. The caller
 * frees them with address_counts_free(), which accepts NULL. */
struct address_counts *address_counts_new(void);
void address_counts_free(struct address_counts *counts);

/* Add "by" to the count of an address. "by" may be negative. */
void address_counts_add(struct address_counts *counts, uint32_t address_hash,
    int by);

/* Begin to load the counters of an address. */
void address_counts_prefetch(const struct address_counts *counts,
    uint32_t address_hash);

/* Return the count of an address. */
int64_t address_counts_n(const struct address_counts *counts,
    uint32_t address_hash);

/* Return the highest i such that an address has 2^i to 2^(i+1) - 1 records, or
 * 0. It may be too high, because addresses share counters. */
int address_counts_heaviest(const struct address_counts *counts);

/* Record that no address has 2^i records or more, although
 * address_counts_heaviest() returned i. */
void address_counts_none_in(struct address_counts *counts, int i);

#endif
