/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_REFERENCE_H
#define TARDIGREY_MAIL_REFERENCE_H

#include <stdint.h>

/*
 * reference: eight letters and digits that stand for a triplet in a reply, so
 * that a help desk finds the triplet when it sees the bounce. It is made from a
 * hash of the triplet alone: every deferral of a triplet shows the same one.
 * It is neither secret nor unique: a look-up may find two triplets.
 *
 * Never change how it is made: bounces come back days later.
 */

#define REFERENCE_SIZE 9

/* Write the lower 40 bits of a hash as lower-case letters and digits without
 * i, l, o, u (Crockford's base 32). */
void reference_format(uint64_t hash, char out[REFERENCE_SIZE]);

/* Read a reference that somebody typed: any case, O for 0, I and L for 1,
 * hyphens skipped. Returns 0, or -1 if the text is no reference. */
int reference_parse(const char *text, char out[REFERENCE_SIZE]);

#endif
