/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_GREYLISTD_H
#define TARDIGREY_IMPORT_GREYLISTD_H

#include "import/foreign.h"

/*
 * greylistd: the records of greylistd(8). They are in two files:
 *
 *   states     [white], [grey] and [black] begin the sections. Then lines
 *              HASH = LAST FIRST COUNT
 *   triplets   lines HASH = ADDRESS SENDER RECIPIENT. The null sender is
 *              missing.
 *
 * HASH is a decimal number, which may be negative. The times are Unix seconds.
 */

enum greylistd_section {
	GREYLISTD_OTHER, /* not a section of records */
	GREYLISTD_WHITE,
	GREYLISTD_GREY,
	GREYLISTD_BLACK,
};

struct greylistd_state {
	int64_t hash;
	enum greylistd_section section;
	int64_t first_seen_s, last_seen_s;
};

/* Parse a line of "states" without its newline. *section is the section of the
 * line before; begin with GREYLISTD_OTHER. Returns 1 and sets *out if the line
 * has a record, 0 if it has none, or -1 if it is malformed. */
int greylistd_parse_state(const char *line, enum greylistd_section *section,
    struct greylistd_state *out);

/* Parse a line of "triplets" without its newline. Sets the hash, and the
 * addresses of *out. With an address alone, *out is a client. Returns 0, or -1
 * if the line is malformed. */
int greylistd_parse_triplet(const char *line, int64_t *hash,
    struct foreign *out);

/* Add the times of the state to *out. retries_n is the number of retries that a
 * white address has for us. Returns false if greylistd has blacklisted the
 * triplet. */
bool greylistd_add_state(const struct greylistd_state *state, int64_t retries_n,
    struct foreign *out);

#endif
