/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_EXPLANATION_H
#define TARDIGREY_TOOLS_EXPLANATION_H

#include "decide/engine.h"
#include "decide/key.h"
#include "tools/listing.h"

/* explanation: what tardigrey explain has found out about one mail, and how
 * it is told. */

/* One identity of the client. */
struct remembered {
	bool is;    /* there is such a key, and we know it */
	bool asked; /* the engine wanted to know */
	struct key key;
	struct store_answer answer;
};

struct explanation {
	const struct engine_rules *rules; /* borrowed */
	int64_t now_s;
	struct request request;
	struct remembered remembered[KEY_KINDS];
	struct verdict verdict;
	struct listed listed; /* if verdict.listed */
	/* The network or pool that is all we know of the client, so that its
	 * address is made up; NULL. */
	const char *only_known;
	/* The client of the row that a reference has found, if no attempt
	 * would find it; NULL. */
	const char *other_identity;
};

void explanation_print(const struct explanation *explanation);
void explanation_print_json(const struct explanation *explanation);

#endif
