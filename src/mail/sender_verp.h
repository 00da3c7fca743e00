/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_SENDER_VERP_H
#define TARDIGREY_MAIL_SENDER_VERP_H

#include <stdbool.h>

/*
 * sender_verp: variable envelope return paths (https://cr.yp.to/proto/verp.txt)
 * of mailing lists and bulk mailers. Numbers and tokens in the local part
 * change with every message or recipient.
 */

/* Replace changing numbers and tokens of an address in lower case by "#". Only
 * an address with a mark of VERP changes: "bounce-", a bounce domain, a known
 * form. Returns false if nothing changed. */
bool sender_mask_verp(char *address);

#endif
