/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/active_lists.h"

#include <stdlib.h>

/* The longest time until a change of the entries is noticed. */
#define LOOK_EVERY_MS 200

/* After a failure, the entries are not read again before this time. */
#define PAUSE_MS 5000

/* The longest time to read the entries. store_timeout is for the calls of one
 * batch, and a hundred thousand entries take longer. */
#define READ_MS 10000

#define NO_GENERATION INT64_MIN

struct active_lists {
	struct store *store;             /* borrowed */
	const struct settings *settings; /* borrowed */
	struct lists lists;              /* the entries are owned */
	int64_t generation;              /* of the entries */
	int64_t next_look_ms;            /* monotonic */
	enum active_lists_leaves leaves;
	bool wants_entries;
};

struct active_lists *
active_lists_new(struct store *store, const struct settings *settings)
{
	struct active_lists *active = calloc(1, sizeof(*active));

	if (active == NULL)
		return NULL;
	active->store = store;
	active_lists_use(active, settings);
	return active;
}

void
active_lists_free(struct active_lists *active)
{
	if (active == NULL)
		return;
	list_free(active->lists.entries);
	free(active);
}

/* Read the entries again, too: with another retry_window, other delays are
 * allowed in them. */
void
active_lists_use(struct active_lists *active, const struct settings *settings)
{
	active->settings = settings;
	active->lists.files = settings->files;
	active->lists.recipients_listed =
	    settings->config.greylist_recipients == RECIPIENTS_LISTED;
	active->generation = NO_GENERATION;
	active->next_look_ms = INT64_MIN;
}

const struct lists *
active_lists_get(const struct active_lists *active)
{
	return &active->lists;
}

/* ---- Checking for changes ---- */

#define OVERRUN                                                                \
	"%s%s takes too many steps; it was stopped and did not match; write a" \
	" simpler one"

static void
note_overrun(struct list *list, struct notices *notices)
{
	const struct list_entry *entry = list_overrun(list);
	struct err text;

	if (entry == NULL)
		return;
	if (entry->source[0] == '\0')
		err_set(&text, OVERRUN, "the regex of the list entry ",
		    entry->pattern);
	else
		err_set(&text, "%s:%u: " OVERRUN, entry->source, entry->line_n,
		    "the regex ", entry->pattern);
	notices_add(notices, NOTICE_PATTERN, text.text);
}

/* Set *out to whether the entries have changed and are to be read here. */
static enum store_rc
decide_who_reads(struct active_lists *active, bool *out, struct err *err)
{
	const struct list_store_ops *lists = active->store->lists;
	bool leaves = active->leaves == ACTIVE_LISTS_LEAVE_ALL;

	if (active->lists.entries == NULL)
		leaves = false;
	else if (active->leaves == ACTIVE_LISTS_LEAVE_MANY &&
	    lists->has_more_entries != NULL &&
	    lists->has_more_entries(active->store, ACTIVE_LISTS_MANY, &leaves,
		err) != STORE_OK)
		return STORE_FAILED;
	active->wants_entries = leaves;
	*out = !leaves;
	return STORE_OK;
}

enum store_rc
active_lists_look(struct active_lists *active, int64_t monotonic_ms,
    bool *changed_out, struct notices *notices, struct err *err)
{
	int64_t generation;
	enum store_rc rc;

	*changed_out = false;
	if (monotonic_ms < active->next_look_ms)
		return STORE_OK;
	note_overrun(active->lists.files, notices);
	note_overrun(active->lists.entries, notices);
	rc = active->store->lists->generation(active->store, &generation, err);
	if (rc == STORE_PARTLY && active->lists.entries != NULL)
		return STORE_PARTLY;
	if (rc != STORE_OK)
		return STORE_FAILED;
	active->next_look_ms = monotonic_ms + LOOK_EVERY_MS;
	if (generation == active->generation)
		return STORE_OK;
	return decide_who_reads(active, changed_out, err);
}

static void
note_entry(const char *text, void *arg)
{
	notices_add(arg, NOTICE_LIST_ENTRY, text);
}

/* The old entries stay in force. */
static void
note_old_entries(struct active_lists *active, int64_t monotonic_ms,
    const struct err *err, struct notices *notices)
{
	struct err text = *err;

	active->next_look_ms = monotonic_ms + PAUSE_MS;
	err_prefix(&text,
	    "cannot read the list entries; the old ones are still in force");
	notices_add(notices, NOTICE_STORE_FAILED, text.text);
}

enum store_rc
active_lists_reload(struct active_lists *active, int64_t monotonic_ms,
    struct notices *notices, struct err *err)
{
	struct list_entries entries;

	store_set_deadline(active->store, monotonic_ms + READ_MS);
	if (list_entries_read(active->store,
		config_delay_max_s(&active->settings->config), note_entry,
		notices, &entries, err) == STORE_OK) {
		active_lists_use_entries(active, &entries);
		list_free(entries.list);
		return STORE_OK;
	}
	store_set_deadline(active->store,
	    monotonic_ms + active->settings->config.store.timeout_ms);
	active->generation = NO_GENERATION;
	active->next_look_ms = INT64_MIN;
	if (active->lists.entries == NULL)
		return STORE_FAILED;
	note_old_entries(active, monotonic_ms, err, notices);
	return STORE_PARTLY;
}

/* ---- Entries that the caller reads ---- */

void
active_lists_leave(struct active_lists *active, enum active_lists_leaves leaves)
{
	active->leaves = leaves;
}

bool
active_lists_wants_entries(const struct active_lists *active)
{
	return active->wants_entries;
}

void
active_lists_use_entries(struct active_lists *active,
    struct list_entries *entries)
{
	struct list *old = active->lists.entries;

	if (entries->delay_max_s !=
	    config_delay_max_s(&active->settings->config))
		return;
	active->lists.entries = entries->list;
	active->generation = entries->generation;
	active->wants_entries = false;
	entries->list = old;
}
