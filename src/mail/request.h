/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_REQUEST_H
#define TARDIGREY_MAIL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/netaddr.h"

/*
 * request: one request of a mail server, from the policy protocol or from
 * qmail.
 *
 * A value without pointers. Members have the names of Postfix's policy
 * attributes (SMTPD_POLICY_README). Texts are stored as the mail server sent
 * them. Their case is not changed, and they can contain any octets except NUL
 * and newline.
 */

#define REQUEST_ADDRESS_MAX 2048 /* octets of a sender or a recipient */
#define REQUEST_TEXT_MAX    255  /* octets of every other attribute */

/* The SMTP command before the request. */
enum request_state {
	REQUEST_RCPT, /* also without a protocol_state */
	REQUEST_DATA,
	REQUEST_END,   /* END-OF-MESSAGE */
	REQUEST_OTHER, /* CONNECT, HELO, MAIL, VRFY, ...: never greylisted */
};

struct request {
	struct netaddr client; /* NETADDR_NONE: missing, or no address */
	enum request_state state;
	bool authenticated; /* sasl_username is not empty */
	/* client_name is known, and DNS gives the client's address for it.
	 * Postfix checks this, and it sends reverse_client_name. So this is set
	 * if the request has that attribute, or if request_trust_client_name()
	 * is called. */
	bool client_name_confirmed;
	/* The owner of the sender's domain lets the client send its mail:
	 * tardigrey-lookup has said so. */
	bool client_is_authorised;
	char protocol_state[REQUEST_TEXT_MAX + 1]; /* as sent, for the log */
	char client_address[REQUEST_TEXT_MAX + 1]; /* as sent, for the log */
	char client_name[REQUEST_TEXT_MAX + 1];
	char instance[REQUEST_TEXT_MAX + 1]; /* one per message; may be "" */
	char queue_id[REQUEST_TEXT_MAX + 1];
	char policy_context[REQUEST_TEXT_MAX + 1];
	char stress[8]; /* "yes" if the mail server is overloaded */
	char sender[REQUEST_ADDRESS_MAX + 1]; /* "" is the null sender <> */
	char recipient[REQUEST_ADDRESS_MAX + 1];
};

/* Clear *request: no client, every text "", state REQUEST_RCPT. */
void request_clear(struct request *request);

/* Copy the texts, not the unused ends of the arrays. */
void request_copy(struct request *to, const struct request *from);

/* Mark client_name as confirmed if it is known (option trust_client_name: the
 * mail server sends only confirmed names). */
void request_trust_client_name(struct request *request);

/* Parse a protocol_state attribute; "" is REQUEST_RCPT. */
enum request_state request_state_parse(const char *protocol_state);

#endif
