/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/import_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/complain.h"
#include "tools/memory.h"
#include "tools/progress.h"

struct import_entries {
	struct store *store; /* borrowed */
	struct store_entry template;
	char **keys; /* owned; of the entries that there were, sorted */
	size_t n;
	struct store_entry added[STORE_PUT_MAX]; /* not yet in the store */
	size_t added_n;
	int64_t unchanged_n;
};

#define ENTRY_KEY_SIZE (PATTERN_SIZE + 8)

/* The key of an entry as a text. */
static void
make_key(bool whitelists, enum list_kind kind, const char *pattern,
    char out[ENTRY_KEY_SIZE])
{
	snprintf(out, ENTRY_KEY_SIZE, "%d %d %s", whitelists, (int)kind,
	    pattern);
}

static void
remember(const struct store_entry *entry, void *arg)
{
	struct import_entries *entries = arg;
	char key[ENTRY_KEY_SIZE];

	make_key(entry->effect == LIST_WHITELIST, entry->kind, entry->pattern,
	    key);
	entries->keys =
	    memory_grow(entries->keys, entries->n, sizeof(*entries->keys));
	entries->keys[entries->n++] = memory_copy(key);
}

static int
compare(const void *a, const void *b)
{
	char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

struct import_entries *
import_entries_new(struct store *store, const char *author, const char *program,
    int64_t now_s)
{
	struct import_entries *entries = memory_alloc(1, sizeof(*entries));
	struct err err;

	entries->store = store;
	entries->template.created_s = now_s;
	snprintf(entries->template.author, STORE_AUTHOR_SIZE, "%s", author);
	snprintf(entries->template.comment, STORE_COMMENT_SIZE,
	    "imported from %s", program);
	if (store->lists->entries(store, remember, entries, &err) != STORE_OK) {
		complain("%s", err.text);
		import_entries_free(entries);
		return NULL;
	}
	if (entries->n > 0)
		qsort(entries->keys, entries->n, sizeof(*entries->keys),
		    compare);
	return entries;
}

void
import_entries_free(struct import_entries *entries)
{
	if (entries == NULL)
		return;
	for (size_t i = 0; i < entries->n; i++)
		free(entries->keys[i]);
	free(entries->keys);
	free(entries);
}

int
import_entries_add(struct import_entries *entries,
    const struct foreign *foreign)
{
	struct store_entry *entry = &entries->added[entries->added_n];
	char key[ENTRY_KEY_SIZE], *wanted = key;

	make_key(foreign->whitelists, foreign->list, foreign->pattern, key);
	if (entries->n > 0 &&
	    bsearch(&wanted, entries->keys, entries->n, sizeof(*entries->keys),
		compare) != NULL) {
		entries->unchanged_n++;
		return 0;
	}
	*entry = entries->template;
	entry->kind = foreign->list;
	entry->effect = foreign->whitelists ? LIST_WHITELIST : LIST_ALL;
	strcpy(entry->pattern, foreign->pattern);
	return ++entries->added_n < STORE_PUT_MAX
	    ? 0
	    : import_entries_flush(entries);
}

int
import_entries_flush(struct import_entries *entries)
{
	size_t n = entries->added_n;
	struct err err;

	entries->added_n = 0;
	if (n == 0 ||
	    entries->store->lists->put_entries(entries->store, entries->added,
		n, &err) == STORE_OK)
		return 0;
	progress_end();
	complain("%s", err.text);
	return -1;
}

int64_t
import_entries_unchanged_n(const struct import_entries *entries)
{
	return entries->unchanged_n;
}
