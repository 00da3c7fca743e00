/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "lists/list_verdict.h"

#include <stddef.h>
#include <string.h>

/* "example.org" and ".example.org" are equally specific. */
static bool
are_equal_patterns(const struct list_entry *a, const struct list_entry *b)
{
	return strcmp(a->pattern + (a->pattern[0] == '.'),
		   b->pattern + (b->pattern[0] == '.')) == 0;
}

/* Keep the first entry, then the first with an equal pattern that whitelists.
 * Equal patterns are visited one after the other, except regexes. */
static bool
keep_setting(const struct list_entry *entry, void *arg)
{
	const struct list_entry **setting = arg;
	bool is_equal = *setting != NULL && are_equal_patterns(entry, *setting);

	if (*setting == NULL || (is_equal && entry->effect == LIST_WHITELIST))
		*setting = entry;
	else if (!is_equal)
		return (*setting)->pattern[0] == '/';
	return (*setting)->effect != LIST_WHITELIST;
}

/* Find the setting of the recipient in one source, or NULL. */
static const struct list_entry *
find_setting(struct list *list, const struct request *request, int64_t now_s)
{
	const struct list_entry *setting = NULL;

	list_each(list, LIST_RECIPIENT, LIST_ANY_EFFECT, request, now_s,
	    keep_setting, &setting);
	return setting;
}

/* Find an entry that matches the client; if there is none, the sender. */
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

/* Apply rules 1 and 2 to the entries, or rules 3 and 4 to the files.
 * "recipient" is the entry with the recipient's setting if that entry is in
 * this list, otherwise NULL. Returns true if a rule applies. */
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
set_how_greylisted(struct list_verdict *out, const struct list_entry *recipient,
    int64_t now_s)
{
	if (recipient == NULL || !list_effect_is_setting(recipient->effect))
		return;
	out->recipient = recipient;
	if (recipient->effect == LIST_SHADOW)
		out->shadow = recipient->shadow_until_s == 0 ||
		    now_s < recipient->shadow_until_s;
	else if (recipient->effect == LIST_ALL)
		out->clients = GREYLIST_ALL;
	else if (recipient->effect == LIST_SUSPICIOUS)
		out->clients = GREYLIST_SUSPICIOUS;
	else
		out->delay_s = recipient->delay_s;
}

struct list_verdict
lists_verdict(const struct lists *lists, const struct request *request,
    int64_t now_s)
{
	struct list_verdict list_verdict = {
	    .delay_s = -1, .clients = GREYLIST_BY_OPTION};
	const struct list_entry *recipient_entry =
	    find_setting(lists->entries, request, now_s);
	const struct list_entry *recipient_line = NULL;

	if (recipient_entry == NULL)
		recipient_line = find_setting(lists->files, request, now_s);
	if (!decide_by(lists->entries, recipient_entry, request, now_s,
		&list_verdict) &&
	    !decide_by(lists->files, recipient_line, request, now_s,
		&list_verdict)) {
		list_verdict.how = lists->recipients_listed &&
			recipient_entry == NULL && recipient_line == NULL
		    ? LIST_VERDICT_UNLISTED
		    : LIST_VERDICT_NONE;
	}
	set_how_greylisted(&list_verdict,
	    recipient_entry != NULL ? recipient_entry : recipient_line, now_s);
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
