/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_STORE_SQLITE_H
#define TARDIGREY_STORE_SQLITE_STORE_SQLITE_H

#include "store/store_scheme.h"

/*
 * store_sqlite: a store in an SQLite database on this host: sqlite:/PATH.
 */
extern const struct store_scheme store_sqlite_scheme;

#endif
