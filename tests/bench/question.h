/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_QUESTION_H
#define TARDIGREY_BENCH_QUESTION_H

#include <stdint.h>

#include "bench/keys.h"

/*
 * question: a request as Postfix 3.7 sends it at RCPT, all attributes in its
 * order (smtpd_check.c), some 700 octets. All have the same length: only the
 * key and the number of the message change, so that asking again costs little.
 */

#define QUESTION_SIZE 1024

struct question {
	unsigned n; /* octets */
	char octets[QUESTION_SIZE];
};

/* Make a question; question_ask() says whose. */
void question_begin(struct question *question);

/* Make it about another key, and another message. */
void question_ask(struct question *question, const struct envelope *key,
    uint64_t message);

#endif
