/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_KNOWN_H
#define TARDIGREY_STORE_SQLITE_SQLITE_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "store/sqlite/sqlite_handle.h"

/*
 * sqlite_known: limits the number of rows of the table "record": those of
 * correspondents (max_correspondents), and the others (max_known). Each part
 * has its own rounds.
 *
 * All rows are visited in rounds, in the order of the primary key, some of them
 * in each slice of maintenance. A round counts the rows of its part by the hour
 * in which they were last seen. If there are too many, the next round removes
 * those that were last seen before a certain hour, and as many of this hour as
 * necessary. So the limit needs no stored data and no index.
 *
 * A round begins when a part may have too many rows: after the start, when the
 * last round has found too many, when more rows were written since then than
 * there was room for, and when other processes may have written many, because
 * the database has an eighth more pages in use than it had since. For each row
 * that is written, maintenance visits 16 rows, or 64 if it is a correspondent.
 * So a round ends before the table has grown by a sixteenth or a 64th. A part
 * exceeds its limit by at most twice as much: by an eighth of all rows, or for
 * correspondents by a 32nd of all rows. A slice visits at most 8192 rows, and
 * leaves the others to the next ones. So if each batch writes more than 512
 * rows, or 128 correspondents, a part may exceed its limit by more.
 *
 * While the database is so small that it cannot have so many rows, no row is
 * visited. If it likely has far fewer, the first round visits one row for each
 * that is written.
 */

/* True if a part may have too many rows, or a round is not over. */
bool sqlite_known_is_needed(struct sqlite *sqlite);

/* Do a slice of each part that may have too many rows. Call this inside a write
 * transaction. Returns 0, or -1 and leaves the error in the handle; if it has
 * none, memory is short. */
int sqlite_known_slice(struct sqlite *sqlite, int64_t now_s);

#endif
