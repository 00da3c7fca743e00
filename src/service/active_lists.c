/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/active_lists.h"

#include <stdlib.h>

#include "daemon/log.h"
#include "system/clock.h"
#include "system/list_files.h"

/* How long a change of the entries may go unnoticed. */
#define LOOK_EVERY_MS 200

#define OVERRUN                                                              \
	"%s %s takes too many steps, and matched nothing when it was given " \
	"up; write it simpler"

#define NO_GENERATION INT64_MIN

struct active_lists {
	struct store *store;         /* borrowed */
	const struct config *config; /* borrowed */
	struct lists lists;          /* what it points to is owned */
	int64_t generation;          /* of lists.entries */
	int64_t look_ms;             /* monotonic */
	struct log_repeat overruns;
};

static void
notice_odd(const char *text)
{
	log_warning("%s", text);
}

struct active_lists *
active_lists_new(struct store *store, const struct config *config,
    struct list *files)
{
	struct active_lists *active_lists = calloc(1, sizeof(*active_lists));

	if (active_lists == NULL)
		return NULL;
	active_lists->store = store;
	active_lists->config = config;
	active_lists->generation = NO_GENERATION;
	active_lists_replace_files(active_lists, files);
	return active_lists;
}

void
active_lists_free(struct active_lists *active_lists)
{
	if (active_lists == NULL)
		return;
	list_free(active_lists->lists.files);
	list_free(active_lists->lists.entries);
	free(active_lists);
}

const struct lists *
active_lists_lists(const struct active_lists *active_lists)
{
	return &active_lists->lists;
}

void
active_lists_replace_files(struct active_lists *active_lists,
    struct list *files)
{
	list_free(active_lists->lists.files);
	active_lists->lists.files = files;
	active_lists->lists.recipients_listed =
	    active_lists->config->greylist_recipients == RECIPIENTS_LISTED;
	active_lists->generation = NO_GENERATION; /* for delays that now fit */
}

/* A pattern that was given up has matched nothing: it must be mended. */
static void
log_overruns(struct active_lists *active_lists, struct list *list)
{
	const struct list_entry *entry = list_overrun(list);

	if (entry == NULL)
		return;
	if (entry->source[0] == '\0')
		log_repeated(&active_lists->overruns, OVERRUN, "list entry",
		    entry->pattern);
	else
		log_repeated(&active_lists->overruns, "%s:%u: " OVERRUN,
		    entry->source, entry->line_n, "pattern", entry->pattern);
}

enum store_rc
active_lists_look(struct active_lists *active_lists, bool *changed_out,
    struct err *err)
{
	int64_t now_ms = clock_monotonic_ms(), generation;

	*changed_out = false;
	if (now_ms < active_lists->look_ms)
		return STORE_OK;
	log_overruns(active_lists, active_lists->lists.files);
	log_overruns(active_lists, active_lists->lists.entries);
	if (active_lists->store->lists->generation(active_lists->store,
		&generation, err) != STORE_OK)
		return STORE_FAILED;
	active_lists->look_ms = now_ms + LOOK_EVERY_MS;
	*changed_out = generation != active_lists->generation;
	return STORE_OK;
}

enum store_rc
active_lists_reload(struct active_lists *active_lists, struct err *err)
{
	struct list *entries;

	if (list_entries_load(active_lists->store, active_lists->config,
		notice_odd, &entries, &active_lists->generation,
		err) != STORE_OK) {
		active_lists->generation = NO_GENERATION;
		active_lists->look_ms = 0; /* try again at once */
		return STORE_FAILED;
	}
	list_free(active_lists->lists.entries);
	active_lists->lists.entries = entries;
	return STORE_OK;
}
