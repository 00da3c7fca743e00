/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_CLASS_MEMO_H
#define TARDIGREY_MAIL_CLASS_MEMO_H

#include "mail/client_class.h"

/*
 * class_memo: remembers the classes of clients. Judging a name takes 5,000
 * instructions, a sixth of all instructions for a known triplet.
 *
 * The memo has the address of each client, and a hash of its name. So a client
 * cannot change the class of another address. The table has a fixed size. A
 * client replaces another client in the same place.
 */

#define CLASS_MEMO_CLIENTS 32768 /* a power of two; 768 kB */

struct class_memo;

/* The caller frees the memo. Returns NULL when memory is short. */
struct class_memo *class_memo_new(void);
void class_memo_free(struct class_memo *memo);

/* Begin to load the place of a client from memory. */
void class_memo_prefetch(struct class_memo *memo,
    const struct request *request);

/* The same as client_class_of(request). */
enum client_class class_memo_find(struct class_memo *memo,
    const struct request *request);

#endif
