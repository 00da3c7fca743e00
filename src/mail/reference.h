/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_REFERENCE_H
#define TARDIGREY_MAIL_REFERENCE_H

#include <stdint.h>

/*
 * reference: eight letters and digits that name a triplet in a reply. With the
 * reference in a bounce, a help desk finds the triplet. It depends only on a
 * hash of the triplet: every deferral of a triplet has the same reference. It
 * is not secret and not unique: two triplets can have the same reference.
 *
 * Never change the format: bounces contain references, and an old reference
 * must still name its triplet.
 */

#define REFERENCE_SIZE 9

/* Write the lower 40 bits of a hash in Crockford's base 32: digits and
 * lower-case letters without i, l, o, u. */
void reference_format(uint64_t hash, char out[REFERENCE_SIZE]);

/* Parse a reference as people type it: any case, O for 0, I and L for 1, with
 * hyphens. Returns 0, or -1 if the text is not a reference. */
int reference_parse(const char *text, char out[REFERENCE_SIZE]);

#endif
