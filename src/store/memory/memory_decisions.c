/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* The decision store in memory: a queue. The position of a reader is the number
 * of the last decision that it has visited. */
#include <stdlib.h>
#include <string.h>

#include "store/memory/memory.h"

struct decision_node {
	struct decision_node *next; /* owned */
	int64_t number, time_s;
	char line[];
};

static struct decision_node *
decision_new(const struct kept_decision *decision)
{
	size_t line_n = strlen(decision->line) + 1;
	struct decision_node *node = malloc(sizeof(*node) + line_n);

	if (node == NULL)
		return NULL;
	node->next = NULL;
	node->time_s = decision->time_s;
	memcpy(node->line, decision->line, line_n);
	return node;
}

static enum store_rc
memory_add_decisions(struct store *store, const struct kept_decision *decisions,
    size_t n, int64_t keep_s, bool may_wait, bool *is_added, struct err *err)
{
	struct memory *memory = (struct memory *)store;

	(void)keep_s;
	(void)may_wait;
	*is_added = false;
	for (size_t i = 0; i < n; i++) {
		struct decision_node *node = decision_new(&decisions[i]);

		if (node == NULL) {
			err_no_memory(err);
			return STORE_FAILED;
		}
		node->number = ++memory->decisions_n;
		if (memory->decisions == NULL)
			memory->decisions = node;
		else
			memory->last_decision->next = node;
		memory->last_decision = node;
	}
	*is_added = true;
	return STORE_OK;
}

static enum store_rc
memory_read_decisions(struct store *store, int64_t *position, size_t n_max,
    store_decision_fn *visit, void *arg, bool *done, struct err *err)
{
	const struct memory *memory = (const struct memory *)store;
	const struct decision_node *node = memory->decisions;

	(void)err;
	while (node != NULL && node->number <= *position)
		node = node->next;
	for (; node != NULL && n_max > 0; node = node->next, n_max--) {
		visit(&(struct kept_decision){node->time_s, node->line}, arg);
		*position = node->number;
	}
	*done = node == NULL;
	return STORE_OK;
}

static void
take_out_first(struct memory *memory)
{
	struct decision_node *node = memory->decisions;

	memory->decisions = node->next;
	free(node);
}

static enum store_rc
memory_trim_decisions(struct store *store, int64_t before_s, int64_t max_n,
    size_t n_max, struct err *err)
{
	struct memory *memory = (struct memory *)store;

	(void)err;
	while (memory->decisions != NULL && n_max-- > 0 &&
	    (memory->decisions->time_s < before_s ||
		memory->decisions->number <= memory->decisions_n - max_n))
		take_out_first(memory);
	return STORE_OK;
}

void
memory_decisions_free(struct memory *memory)
{
	while (memory->decisions != NULL)
		take_out_first(memory);
}

const struct decision_store_ops memory_decision_ops = {
    .add = memory_add_decisions,
    .read = memory_read_decisions,
    .trim = memory_trim_decisions,
};
