/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_EXPLAINED_KEYS_H
#define TARDIGREY_TOOLS_EXPLAINED_KEYS_H

#include "decide/engine_rules.h"
#include "decide/key.h"
#include "decide/record_store.h"
#include "mail/verdict.h"
#include "tools/report.h"

/* explained_keys: the keys of a message and their records, in the result of
 * tardigrey explain. */

/* One key of the message, and its record. */
struct explained_key {
	/* The message has a key of this kind, not a made-up one. A
	 * correspondent key exists only if it has a record. */
	bool exists;
	bool asked; /* the decision has looked up the key */
	struct key key;
	struct store_answer answer;
};

/* Begins a line that continues the line above. */
#define EXPLAINED_INDENT "           "

/* Add the keys that exist, and say which one has decided the verdict. */
void explained_keys_add(struct report *report,
    const struct explained_key keys[KEY_KINDS], const struct verdict *verdict,
    const struct engine_rules *rules, int64_t now_s);

#endif
