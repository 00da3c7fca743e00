/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_EXPLANATION_H
#define TARDIGREY_TOOLS_EXPLANATION_H

#include "decide/engine_rules.h"
#include "tools/explained_keys.h"
#include "tools/listing.h"

/* explanation: the result of tardigrey explain for one message. */

struct explanation {
	const struct engine_rules *rules; /* borrowed */
	int64_t now_s;
	struct request request;
	struct explained_key keys[KEY_KINDS];
	struct verdict verdict;
	struct listed listed; /* if verdict.listed.pattern is not NULL */
	/* The network or the pool of the client if its address is not known.
	 * Then the address in the request is made up. NULL: the address is
	 * known. */
	const char *only_known;
	/* The name in the request is only the pool, from the database. */
	bool name_is_pool;
	/* Set if a reference has found a record that requests cannot find any
	 * more, because the configuration has changed: the client of this
	 * record. Otherwise NULL. */
	const char *unreachable;
};

void explanation_report(const struct explanation *explanation,
    enum output_form form);

/* An empty line between the texts of two explanations. */
void explanation_separate(enum output_form form);

#endif
