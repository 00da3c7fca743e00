/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/ruling.h"

#include <stddef.h>

/* What a list says of the client or the sender. */
static struct list_entry *
find_sending_side(struct list *list, enum list_effect effect,
    const struct request *request, int64_t now_s)
{
	struct list_entry *entry =
	    list_find(list, LIST_CLIENT, effect, request, now_s);

	if (entry != NULL)
		return entry;
	return list_find(list, LIST_SENDER, effect, request, now_s);
}

/* One source, whitelisting first; "recipient" is the recipient's setting if
 * it comes from this source. Returns whether it has ruled. */
static bool
ask_source(struct list *list, struct list_entry *recipient,
    const struct request *request, int64_t now_s, struct ruling *out)
{
	out->how = RULING_PASS;
	out->entry = find_sending_side(list, LIST_WHITELIST, request, now_s);
	if (out->entry == NULL && recipient != NULL &&
	    recipient->effect == LIST_WHITELIST)
		out->entry = recipient;
	if (out->entry != NULL)
		return true;
	out->how = RULING_GREYLIST;
	out->entry = find_sending_side(list, LIST_GREYLIST, request, now_s);
	if (out->entry == NULL && recipient != NULL &&
	    recipient->effect == LIST_GREYLIST)
		out->entry = recipient;
	return out->entry != NULL;
}

static void
take_setting(struct ruling *out, struct list_entry *recipient)
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

struct ruling
lists_rule(const struct lists *lists, const struct request *request,
    int64_t now_s)
{
	struct ruling ruling = {.delay_s = -1};
	struct list_entry *of_entries = list_find(lists->entries,
	    LIST_RECIPIENT, LIST_ANY_EFFECT, request, now_s);
	struct list_entry *of_files = NULL;

	if (of_entries == NULL)
		of_files = list_find(lists->files, LIST_RECIPIENT,
		    LIST_ANY_EFFECT, request, now_s);
	if (!ask_source(lists->entries, of_entries, request, now_s, &ruling) &&
	    !ask_source(lists->files, of_files, request, now_s, &ruling)) {
		ruling.how = lists->recipients_listed && of_entries == NULL &&
			of_files == NULL
		    ? RULING_UNLISTED
		    : RULING_NONE;
	}
	take_setting(&ruling, of_entries != NULL ? of_entries : of_files);
	return ruling;
}

static void
count(struct list_entry *entry, int64_t now_s)
{
	if (entry == NULL)
		return;
	entry->hits_n++;
	entry->last_hit_s = now_s;
}

void
ruling_count(const struct ruling *ruling, int64_t now_s)
{
	count(ruling->entry, now_s);
	if (ruling->recipient != ruling->entry && ruling->how != RULING_PASS)
		count(ruling->recipient, now_s);
}
