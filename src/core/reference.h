/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CORE_REFERENCE_H
#define TARDIGREY_CORE_REFERENCE_H

#include "core/triplet.h"

/*
 * reference: eight letters and digits that stand for a triplet in a reply, so
 * that a help desk can find it by the bounce in its hand. Made from the
 * triplet alone, so every deferral of it shows the same one. Not a secret and
 * not unique: who looks one up must be ready to find two triplets.
 *
 * The way it is made never changes: bounces come back days later.
 */

#define REFERENCE_SIZE 9

/* Lower-case letters and digits without i, l, o, u (Crockford's base 32). */
void reference_of(const struct triplet *triplet, char out[REFERENCE_SIZE]);

/* Read what somebody typed: any case, O for 0, I and L for 1, hyphens
 * skipped. Returns 0, or -1 if it is no reference. */
int reference_parse(const char *text, char out[REFERENCE_SIZE]);

#endif
