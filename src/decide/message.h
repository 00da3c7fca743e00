/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_MESSAGE_H
#define TARDIGREY_DECIDE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/reference.h"
#include "mail/request.h"

/*
 * message: what is remembered of a message between its recipients: Postfix
 * asks once for each, and gives all questions of one message one "instance".
 *
 * Kept in memory only, in a table of fixed size; when many messages are under
 * way the one that was asked about the longest ago is forgotten. To forget
 * means to decide each recipient by itself.
 */

struct message {
	uint64_t hash; /* of instance, client and sender; 0: free */
	int64_t asked_s;
	int64_t due_s;  /* deferred: when the first of them passes */
	int64_t wait_s; /* ... and how far away that was at most */
	bool passed;    /* a recipient passed by itself */
	bool counted;   /* ... and spoke for its client; see proven.h */
	bool announced; /* the header was given */
	bool deferred;  /* a recipient would be deferred at DATA */
	char reference[REFERENCE_SIZE]; /* deferred: of that one */
};

struct messages;

/* Returns NULL when memory is short. */
struct messages *messages_new(void);
void messages_free(struct messages *messages);

/* The message of a request, a new one if it is not remembered; NULL if the
 * request has no instance. Valid until the next call. */
struct message *messages_find(struct messages *messages,
    const struct request *request, int64_t now_s);

#endif
