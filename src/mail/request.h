/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_REQUEST_H
#define TARDIGREY_MAIL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/netaddr.h"

/*
 * request: what a front door knows about one question of a mail server.
 *
 * A value without pointers. Names follow Postfix's policy attributes
 * (SMTPD_POLICY_README). Text is as it came: case kept, any octet but NUL and
 * newline.
 */

#define REQUEST_ADDRESS_MAX 2048 /* octets of a sender or a recipient */
#define REQUEST_TEXT_MAX    255  /* octets of every other attribute kept */

/* Where in the SMTP dialogue the question was asked. */
enum request_state {
	REQUEST_RCPT, /* also when the client did not say */
	REQUEST_DATA,
	REQUEST_END,   /* END-OF-MESSAGE */
	REQUEST_OTHER, /* CONNECT, HELO, MAIL, VRFY, ...: never greylisted */
};

struct request {
	struct netaddr client; /* NETADDR_NONE: absent or not an address */
	enum request_state state;
	bool authenticated; /* sasl_username is not empty */
	/* client_name is known, and was looked up back to the address: the
	 * request has reverse_client_name beside it, as Postfix's has. */
	bool client_name_confirmed;
	char protocol_state[REQUEST_TEXT_MAX + 1]; /* as sent, for the log */
	char client_address[REQUEST_TEXT_MAX + 1]; /* as sent, for the log */
	char client_name[REQUEST_TEXT_MAX + 1];
	char instance[REQUEST_TEXT_MAX + 1]; /* one per message; may be "" */
	char queue_id[REQUEST_TEXT_MAX + 1];
	char policy_context[REQUEST_TEXT_MAX + 1];
	char stress[8]; /* "yes" while the mail server is overloaded */
	char sender[REQUEST_ADDRESS_MAX + 1]; /* "" is the null sender <> */
	char recipient[REQUEST_ADDRESS_MAX + 1];
};

/* Make *request empty: no client, every text "", state REQUEST_RCPT. */
void request_clear(struct request *request);

/* Copy without touching the unused ends of the arrays. */
void request_copy(struct request *to, const struct request *from);

/* Count a client_name that is known as confirmed, because the administrator
 * says that this mail server passes on no others. */
void request_trust_client_name(struct request *request);

/* What a protocol_state attribute means here; "" means REQUEST_RCPT. */
enum request_state request_state_parse(const char *protocol_state);

#endif
