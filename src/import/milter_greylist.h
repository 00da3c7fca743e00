/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_MILTER_GREYLIST_H
#define TARDIGREY_IMPORT_MILTER_GREYLIST_H

#include "import/foreign.h"

/*
 * milter_greylist: the records of milter-greylist(8) in its file greylist.db, a
 * text with one record on each line. Tabs separate the fields. A comment begins
 * with "#":
 *
 *   address  <sender>  <recipient>  time
 *   address  <sender>  <recipient>  time AUTO
 *
 * "time" is in Unix seconds. A triplet without AUTO waits up to this time: the
 * first attempt came one delay before. A triplet with AUTO has passed, and
 * passes up to this time: the last pass came "autowhite" before.
 */

/* Parse a line without its newline. delay_s is milter-greylist's delay. Returns
 * 1 and sets *out and *why: FOREIGN_TAKEN, or the reason why the record cannot
 * be used. Returns 0 if the line has no record. */
int milter_greylist_parse(const char *line, int64_t delay_s,
    struct foreign *out, enum foreign_result *why);

#endif
