/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/list_verdict.h"

#include <stddef.h>

/* The entry of a list that matches the client, or else the sender. */
static const struct list_entry *
find_sending_side(struct list *list, enum list_effect effect,
    const struct request *request, int64_t now_s)
{
	const struct list_entry *entry =
	    list_find(list, LIST_CLIENT, effect, request, now_s);

	if (entry != NULL)
		return entry;
	return list_find(list, LIST_SENDER, effect, request, now_s);
}

/* Rules 1 and 2, or 3 and 4, for one of the two lists. "recipient" is the
 * recipient's setting if it is from this list, or NULL. Returns true if a rule
 * applies. */
static bool
decide_by(struct list *list, const struct list_entry *recipient,
    const struct request *request, int64_t now_s, struct list_verdict *out)
{
	out->how = LIST_VERDICT_PASS;
	out->entry = find_sending_side(list, LIST_WHITELIST, request, now_s);
	if (out->entry == NULL && recipient != NULL &&
	    recipient->effect == LIST_WHITELIST)
		out->entry = recipient;
	if (out->entry != NULL)
		return true;
	out->how = LIST_VERDICT_GREYLIST;
	out->entry = find_sending_side(list, LIST_GREYLIST, request, now_s);
	if (out->entry == NULL && recipient != NULL &&
	    recipient->effect == LIST_GREYLIST)
		out->entry = recipient;
	return out->entry != NULL;
}

static void
set_how_greylisted(struct list_verdict *out, const struct list_entry *recipient)
{
	if (recipient == NULL ||
	    (recipient->effect & (LIST_SHADOW | LIST_DELAY)) == 0)
		return;
	out->recipient = recipient;
	if (recipient->effect == LIST_SHADOW)
		out->shadow = true;
	else
		out->delay_s = recipient->delay_s;
}

struct list_verdict
lists_verdict(const struct lists *lists, const struct request *request,
    int64_t now_s)
{
	struct list_verdict list_verdict = {.delay_s = -1};
	const struct list_entry *of_entries = list_find(lists->entries,
	    LIST_RECIPIENT, LIST_ANY_EFFECT, request, now_s);
	const struct list_entry *of_files = NULL;

	if (of_entries == NULL)
		of_files = list_find(lists->files, LIST_RECIPIENT,
		    LIST_ANY_EFFECT, request, now_s);
	if (!decide_by(lists->entries, of_entries, request, now_s,
		&list_verdict) &&
	    !decide_by(lists->files, of_files, request, now_s, &list_verdict)) {
		list_verdict.how = lists->recipients_listed &&
			of_entries == NULL && of_files == NULL
		    ? LIST_VERDICT_UNLISTED
		    : LIST_VERDICT_NONE;
	}
	set_how_greylisted(&list_verdict,
	    of_entries != NULL ? of_entries : of_files);
	return list_verdict;
}

struct verdict_listed
list_verdict_listed(const struct list_entry *entry)
{
	if (entry == NULL)
		return (struct verdict_listed){0};
	return (struct verdict_listed){
	    .pattern = entry->pattern,
	    .source = entry->source,
	    .line_n = entry->line_n,
	    .kind = list_kind_word(entry->kind),
	    .whitelists = entry->effect == LIST_WHITELIST,
	};
}
