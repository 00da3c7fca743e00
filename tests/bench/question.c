/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "bench/question.h"

#include <string.h>

#define ADDRESS   "150.100.100.100"
#define NAME      "mx.abcd.example"
#define SENDER    "abcdabcdefgh@mailabcd.example"
#define RECIPIENT "userabcd@example.org"

/* The parts of a request, in order. Each ends where a value begins. */
static const char to_address[] = "request=smtpd_access_policy\n"
				 "protocol_state=RCPT\n"
				 "protocol_name=ESMTP\n"
				 "client_address=";
static const char to_name[] = ADDRESS "\nclient_name=";
static const char to_reverse[] = NAME "\nclient_port=41234\n"
				      "reverse_client_name=";
static const char to_helo[] = NAME "\nserver_address=192.0.2.25\n"
				   "server_port=25\n"
				   "helo_name=";
static const char to_sender[] = NAME "\nsender=";
static const char to_recipient[] = SENDER "\nrecipient=";
static const char to_message[] = RECIPIENT "\nrecipient_count=0\n"
					   "queue_id=\n"
					   "instance=";
static const char rest[] = "0123456789abcdef.65f2b1c4.0\n"
			   "size=18432\n"
			   "etrn_domain=\n"
			   "stress=\n"
			   "sasl_method=\n"
			   "sasl_username=\n"
			   "sasl_sender=\n"
			   "ccert_subject=\n"
			   "ccert_issuer=\n"
			   "ccert_fingerprint=\n"
			   "ccert_pubkey_fingerprint=\n"
			   "encryption_protocol=TLSv1.3\n"
			   "encryption_cipher=TLS_AES_256_GCM_SHA384\n"
			   "encryption_keysize=256\n"
			   "policy_context=\n"
			   "\n";

#define N(text) (sizeof(text) - 1)

enum {
	ADDRESS_AT = N(to_address),
	NAME_AT = ADDRESS_AT + N(to_name),
	REVERSE_AT = NAME_AT + N(to_reverse),
	HELO_AT = REVERSE_AT + N(to_helo),
	SENDER_AT = HELO_AT + N(to_sender),
	RECIPIENT_AT = SENDER_AT + N(to_recipient),
	MESSAGE_AT = RECIPIENT_AT + N(to_message),
	QUESTION_N = MESSAGE_AT + N(rest),
};
_Static_assert(QUESTION_N < QUESTION_SIZE, "a question fits");

void
question_begin(struct question *question)
{
	char *out = question->octets;

	memcpy(out, to_address, N(to_address));
	memcpy(out + ADDRESS_AT, to_name, N(to_name));
	memcpy(out + NAME_AT, to_reverse, N(to_reverse));
	memcpy(out + REVERSE_AT, to_helo, N(to_helo));
	memcpy(out + HELO_AT, to_sender, N(to_sender));
	memcpy(out + SENDER_AT, to_recipient, N(to_recipient));
	memcpy(out + RECIPIENT_AT, to_message, N(to_message));
	memcpy(out + MESSAGE_AT, rest, N(rest));
	question->n = QUESTION_N;
}

static void
put_number(char *out, uint64_t value)
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 15; i >= 0; i--, value >>= 4)
		out[i] = hex[value & 15];
}

void
question_ask(struct question *question, const struct envelope *key,
    uint64_t message)
{
	char *out = question->octets;

	memcpy(out + ADDRESS_AT, key->address, KEYS_ADDRESS_N);
	memcpy(out + NAME_AT, key->name, KEYS_NAME_N);
	memcpy(out + REVERSE_AT, key->name, KEYS_NAME_N);
	memcpy(out + HELO_AT, key->name, KEYS_NAME_N);
	memcpy(out + SENDER_AT, key->sender, KEYS_SENDER_N);
	memcpy(out + RECIPIENT_AT, key->recipient, KEYS_RECIPIENT_N);
	put_number(out + MESSAGE_AT, message);
}
