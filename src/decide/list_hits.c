/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/list_hits.h"

static size_t
take_from(struct list *list, struct store_hit *hits, size_t hits_max)
{
	size_t n = 0;

	for (size_t i = 0; i < list_n(list) && n < hits_max; i++) {
		struct list_entry *entry = list_entry_at(list, i);

		if (entry->hits_n == 0)
			continue;
		hits[n++] = (struct store_hit){
		    .source = entry->source,
		    .kind = entry->kind,
		    .whitelists = entry->effect == LIST_WHITELIST,
		    .pattern = entry->pattern,
		    .n = entry->hits_n,
		    .last_s = entry->last_hit_s,
		};
		entry->hits_n = 0;
	}
	return n;
}

size_t
list_hits_take(const struct lists *lists, struct store_hit *hits,
    size_t hits_max)
{
	size_t n = take_from(lists->entries, hits, hits_max);

	return n + take_from(lists->files, hits + n, hits_max - n);
}
