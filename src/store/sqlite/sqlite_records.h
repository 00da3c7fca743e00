/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_RECORDS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_RECORDS_H

#include "decide/record_store.h"

/*
 * sqlite_records: the record store, in the tables "record" and "waiting".
 */
extern const struct record_store_ops sqlite_record_ops;

#endif
