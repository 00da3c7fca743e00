/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_POSTGREY_H
#define TARDIGREY_IMPORT_POSTGREY_H

#include "import/foreign.h"

/*
 * postgrey: the records of postgrey(8).
 *
 *   file                 key                        value
 *   postgrey.db          network/sender/recipient   first,last
 *   postgrey_clients.db  address                    count,last
 *
 * "first" and "last" are the Unix seconds of the first and the last attempt. A
 * triplet has passed if the last attempt came "delay" or more after the first.
 * "count" is the number of triplets that passed, at most one an hour. The
 * network is written as its first address. With --privacy all keys are SHA-1
 * hashes.
 *
 * postgrey removes the extension of the sender, and puts "#" in place of each
 * number between two other characters.
 */

/* Parse a record. delay_s is postgrey's --delay. Returns FOREIGN_TAKEN and sets
 * *out, or returns the reason why the record cannot be used. */
enum foreign_result postgrey_parse(const char *key, const char *value,
    int64_t delay_s, struct foreign *out);

#endif
