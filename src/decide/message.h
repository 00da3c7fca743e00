/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_MESSAGE_H
#define TARDIGREY_DECIDE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/request.h"

#include "mail/verdict.h"

/*
 * message: what connects the recipients of one message. Postfix asks once for
 * each recipient, and gives all requests of a message the same "instance".
 *
 * Only memory holds it, in a table of fixed size. When the table is full, the
 * message with the oldest request is dropped, and its further recipients are
 * decided each by itself: that costs a deferral, never a mail.
 */

struct message;
struct messages;

/* Returns NULL when memory is short. */
struct messages *messages_new(void);
void messages_free(struct messages *messages);

/* The message of a request, or a new one; NULL if the request has no instance.
 * Valid until the next call. All functions below take NULL. */
struct message *messages_find(struct messages *messages,
    const struct request *request, int64_t now_s);

/* ---- Once per message ---- */

/* A recipient passed by itself. */
void message_note_pass(struct message *message);

/* Whether a recipient passed by itself. */
bool message_has_passed(const struct message *message);

/* Whether this retry counts for automatic whitelisting: the first one of a
 * message does, and every retry without an instance. */
bool message_first_retry(struct message *message);

/* Whether to add the header now: once per message, never without an
 * instance. */
bool message_first_header(struct message *message);

/* ---- Postponed until DATA (null_sender = data) ---- */

/* A recipient would be deferred as the verdict says; do it at DATA, unless
 * another recipient is due earlier. */
void message_postpone(struct message *message, const struct verdict *verdict,
    int64_t now_s);

/* Nothing is deferred at DATA. */
void message_cancel_postponed(struct message *message);

/* Decide at DATA or END-OF-MESSAGE: defer what was postponed and is not due
 * yet, unless a recipient passed by itself. */
void message_decide_postponed(const struct message *message, int64_t now_s,
    struct verdict *verdict);

#endif
