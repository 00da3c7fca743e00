/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_MEMORY_STORE_MEMORY_H
#define TARDIGREY_STORE_MEMORY_STORE_MEMORY_H

#include "store/store_scheme.h"

/*
 * store_memory: a store without a disk, for trials and tests. Everything is
 * lost when it is closed. It is the reference model of the ports.
 */
extern const struct store_scheme store_memory_scheme;

#endif
