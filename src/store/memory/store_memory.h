/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_MEMORY_STORE_MEMORY_H
#define TARDIGREY_STORE_MEMORY_STORE_MEMORY_H

#include "store/store_scheme.h"

/*
 * store_memory: a store in memory, for trials and tests. Closing the store
 * discards everything. tests/store/test_contract.c expects the same of this
 * store and of the SQLite store.
 */
extern const struct store_scheme store_memory_scheme;

#endif
