/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The input is a sender. For every set of rules: the sender key of a sender key
 * must be the same key; a key must be lowercase, and not longer than the
 * sender; unless SRS was undone, its domain must be the domain of the sender.
 * [C20, G27]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lowercase.h"
#include "mail/sender_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(claim)                              \
	do {                                      \
		if (!(claim))                     \
			broken(#claim, __LINE__); \
	} while (0)

static void
broken(const char *claim, int line)
{
	fprintf(stderr, "fuzz_sender: line %d: not true: %s\n", line, claim);
	abort();
}

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL ? at : "";
}

static void
check(const char *sender, const char *lowered, unsigned rules)
{
	/* Allocated, so that a sanitizer reports reads beyond their ends. */
	char *key = malloc(REQUEST_ADDRESS_MAX + 1);
	char *again = malloc(REQUEST_ADDRESS_MAX + 1);

	CHECK(key != NULL && again != NULL);
	sender_key(sender, rules, key);
	CHECK(key[0] != '\0');
	CHECK(strcmp(key, "<>") == 0 || strlen(key) <= strlen(sender));
	lowercase(key, again);
	CHECK(strcmp(key, again) == 0);
	sender_key(key, rules, again);
	CHECK(strcmp(key, again) == 0);
	if ((rules & SENDER_SRS) == 0 && strcmp(key, "<>") != 0)
		CHECK(strcmp(domain_of(key), domain_of(lowered)) == 0);
	free(key);
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size < REQUEST_ADDRESS_MAX ? size : REQUEST_ADDRESS_MAX;
	char *sender = malloc(n + 1);
	char *lowered = malloc(n + 1);

	CHECK(sender != NULL && lowered != NULL);
	if (n > 0)
		memcpy(sender, data, n);
	sender[n] = '\0';
	lowercase(sender, lowered);
	for (unsigned rules = 0; rules <= SENDER_ALL; rules++)
		check(sender, lowered, rules);
	free(sender);
	free(lowered);
	return 0;
}
