/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/list_hits.h"

#include <stdlib.h>

#include "base/hash.h"

#define SLOTS 1024 /* a power of two; a third more than LIST_HITS_MAX */

struct list_hits {
	size_t n;
	struct {
		const struct list_entry *entry; /* borrowed; NULL: free */
		int64_t n, last_s;
	} slots[SLOTS];
};

struct list_hits *
list_hits_new(void)
{
	return calloc(1, sizeof(struct list_hits));
}

void
list_hits_free(struct list_hits *hits)
{
	free(hits);
}

bool
list_hits_has_room(const struct list_hits *hits)
{
	return hits->n + 2 <= LIST_HITS_MAX;
}

static void
count(struct list_hits *hits, const struct list_entry *entry, int64_t now_s)
{
	size_t at = hash_octets(HASH_BEGIN, &entry, sizeof(entry)) % SLOTS;

	while (hits->slots[at].entry != NULL && hits->slots[at].entry != entry)
		at = (at + 1) % SLOTS;
	if (hits->slots[at].entry == NULL) {
		if (hits->n == LIST_HITS_MAX)
			return;
		hits->slots[at].entry = entry;
		hits->n++;
	}
	hits->slots[at].n++;
	hits->slots[at].last_s = now_s;
}

void
list_hits_count(struct list_hits *hits, const struct list_verdict *verdict,
    int64_t now_s)
{
	if (verdict->entry != NULL)
		count(hits, verdict->entry, now_s);
	if (verdict->recipient != NULL &&
	    verdict->recipient != verdict->entry &&
	    verdict->how != LIST_VERDICT_PASS)
		count(hits, verdict->recipient, now_s);
}

size_t
list_hits_take(struct list_hits *hits, struct store_hit *out)
{
	size_t n = 0;

	for (size_t i = 0; hits->n > 0 && i < SLOTS; i++) {
		const struct list_entry *entry = hits->slots[i].entry;

		if (entry == NULL)
			continue;
		out[n++] = (struct store_hit){
		    .source = entry->source,
		    .kind = entry->kind,
		    .whitelists = entry->effect == LIST_WHITELIST,
		    .pattern = entry->pattern,
		    .n = hits->slots[i].n,
		    .last_s = hits->slots[i].last_s,
		};
		hits->slots[i].entry = NULL;
		hits->slots[i].n = 0;
	}
	hits->n = 0;
	return n;
}
