/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_LOOKUPS_H
#define TARDIGREY_SERVICE_LOOKUPS_H

#include "decide/engine.h"
#include "service/batch.h"
#include "service/lookup_table.h"

/* lookups: takes the answers of tardigrey-lookup from a batch, and adds new
 * questions to it. */

/* Before a batch is decided: note the answers in it, and which of its clients
 * are authorised. Returns STORE_FAILED with the store's error in *err if a
 * triplet could not be written. */
enum store_rc lookups_use(struct lookup_table *table, struct batch *batch,
    struct engine *engine, int64_t now_s, struct err *err);

/* After a batch was decided: write the questions about its deferred clients
 * that are not named. */
void lookups_ask(struct lookup_table *table, struct batch *batch,
    const struct engine_rules *rules, int64_t now_s);

#endif
