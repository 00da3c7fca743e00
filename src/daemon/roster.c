/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/roster.h"

#include <stdlib.h>

#include "daemon/log.h"
#include "host/clock.h"
#include "host/list_files.h"

/* How long a change of the entries may go unnoticed. */
#define LOOK_EVERY_MS 200

#define OVERRUN                                                              \
	"%s %s takes too many steps, and matched nothing when it was given " \
	"up; write it simpler"

#define NO_GENERATION INT64_MIN

struct roster {
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

struct roster *
roster_new(struct store *store, const struct config *config, struct list *files)
{
	struct roster *roster = calloc(1, sizeof(*roster));

	if (roster == NULL)
		return NULL;
	roster->store = store;
	roster->config = config;
	roster->generation = NO_GENERATION;
	roster_replace_files(roster, files);
	return roster;
}

void
roster_free(struct roster *roster)
{
	if (roster == NULL)
		return;
	list_free(roster->lists.files);
	list_free(roster->lists.entries);
	free(roster);
}

const struct lists *
roster_lists(const struct roster *roster)
{
	return &roster->lists;
}

void
roster_replace_files(struct roster *roster, struct list *files)
{
	list_free(roster->lists.files);
	roster->lists.files = files;
	roster->lists.recipients_listed =
	    roster->config->greylist_recipients == RECIPIENTS_LISTED;
	roster->generation = NO_GENERATION; /* for delays that now fit */
}

/* A pattern that was given up has matched nothing: it must be mended. */
static void
log_overruns(struct roster *roster, struct list *list)
{
	const struct list_entry *entry = list_overrun(list);

	if (entry == NULL)
		return;
	if (entry->source[0] == '\0')
		log_repeated(&roster->overruns, OVERRUN, "list entry",
		    entry->pattern);
	else
		log_repeated(&roster->overruns, "%s:%u: " OVERRUN,
		    entry->source, entry->line_n, "pattern", entry->pattern);
}

enum store_rc
roster_look(struct roster *roster, bool *changed_out, struct err *err)
{
	int64_t now_ms = clock_monotonic_ms(), generation;

	*changed_out = false;
	if (now_ms < roster->look_ms)
		return STORE_OK;
	log_overruns(roster, roster->lists.files);
	log_overruns(roster, roster->lists.entries);
	if (roster->store->ops->generation(roster->store, &generation, err) !=
	    STORE_OK)
		return STORE_FAILED;
	roster->look_ms = now_ms + LOOK_EVERY_MS;
	*changed_out = generation != roster->generation;
	return STORE_OK;
}

enum store_rc
roster_reload(struct roster *roster, struct err *err)
{
	struct list *entries;

	if (list_entries_load(roster->store, roster->config, notice_odd,
		&entries, &roster->generation, err) != STORE_OK) {
		roster->generation = NO_GENERATION;
		roster->look_ms = 0; /* try again at once */
		return STORE_FAILED;
	}
	list_free(roster->lists.entries);
	roster->lists.entries = entries;
	return STORE_OK;
}
