/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_COUNTS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_COUNTS_H

#include "decide/count_store.h"

/*
 * sqlite_counts: the count store, in the tables "stat" and "list_hit".
 */
extern const struct count_store_ops sqlite_count_ops;

#endif
