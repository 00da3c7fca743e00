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
 * message: what the recipients of one message share. Postfix sends a request
 * for each recipient, and all requests of a message have the same "instance".
 *
 * The messages are in a table of fixed size, only in memory. When the table is
 * full, a new message replaces the message with the oldest request. Further
 * recipients of the replaced message are decided without the earlier ones. They
 * may be deferred, but no mail is lost.
 *
 * A recipient passes on its own if it passes because of its triplet or its
 * client, and not because of another recipient.
 */

struct message;
struct messages;

/* Returns NULL when memory is short. */
struct messages *messages_new(void);
void messages_free(struct messages *messages);

/* Begin to load from memory what messages_find() reads. */
void messages_prefetch(struct messages *messages,
    const struct request *request);

/* Find the message of a request, or make a new one. Returns NULL if the request
 * has no instance. The message is valid until the next call. The functions
 * below accept NULL. */
struct message *messages_find(struct messages *messages,
    const struct request *request, int64_t now_s);

/* ---- Once per message ---- */

/* Note that a recipient passed on its own. worth_s is the longest delay that
 * this pass is worth to the other recipients: they pass if theirs is not
 * longer. A recipient with a short delay of its own does not open the others.
 */
void message_note_pass(struct message *message, int64_t worth_s);

/* True if a recipient passed on its own, and its pass is worth this delay. */
bool message_has_passed(const struct message *message, int64_t delay_s);

/* Note a retry. Returns true if it counts for automatic whitelisting: the first
 * retry of a message, or any retry without an instance. */
bool message_first_retry(struct message *message);

/* Note that the header is added. Returns true if it must be added: once per
 * message, and never without an instance. */
bool message_first_header(struct message *message);

/* Note that a recipient has waited. Returns true for the first one of a
 * message, and always without an instance. */
bool message_first_delay(struct message *message);

/* ---- Postponed until DATA (null_sender = data) ---- */

/* Postpone the deferral of a recipient until DATA. If several recipients are
 * postponed, the message is deferred until the first of them is due. */
void message_postpone(struct message *message, const struct verdict *verdict,
    int64_t now_s);

/* Cancel the postponed deferral. */
void message_cancel_postponed(struct message *message);

/* Decide at DATA or END-OF-MESSAGE. Defer the message if a deferral was
 * postponed and is not due yet, unless a pass of the message is worth its
 * delay. */
void message_decide_postponed(const struct message *message, int64_t now_s,
    struct verdict *verdict);

#endif
