/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_IMPORT_CLIENTS_H
#define TARDIGREY_TOOLS_IMPORT_CLIENTS_H

#include "import/foreign.h"

/* import_clients: adds up the records of each client. All clients are in
 * memory: some 100 octets for each record. */

struct import_client;

struct import_clients {
	struct import_client *items; /* owned */
	size_t n;
};

/* Add a record, which is copied. */
void import_clients_add(struct import_clients *clients,
    const struct foreign *foreign);

/* Give one record for each client: the earliest and the latest time, and the
 * sum of the retries. Frees the items. Returns 0, or -1 when take() does so. */
int import_clients_give(struct import_clients *clients, foreign_take_fn *take,
    void *arg);

#endif
