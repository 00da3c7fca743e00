/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_BENCH_QUESTION_H
#define TARDIGREY_BENCH_QUESTION_H

#include <stdint.h>

#include "bench/keys.h"

/*
 * question: the text of a request, as Postfix 3.7 sends it at RCPT: all
 * attributes in the order of smtpd_check.c, some 700 octets. All questions have
 * the same length. Only the envelope and the number of the message change, so
 * changing a question is cheap.
 */

#define QUESTION_SIZE 1024

struct question {
	unsigned n; /* octets */
	char octets[QUESTION_SIZE];
};

/* Fill in a question, but without an envelope: call question_ask() next. */
void question_begin(struct question *question);

/* Put an envelope and the number of a message into a question. */
void question_ask(struct question *question, const struct envelope *key,
    uint64_t message);

#endif
