/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fallback/store_fallback.h"

#include <stdlib.h>

#include "store/fallback/fallback.h"

static void
fallback_close(struct store *store)
{
	struct fallback *fallback = (struct fallback *)store;
	struct err ignored;

	fallback_end_walk(fallback);
	fallback_copies_write(fallback->new_copies, fallback->copies, &ignored);
	fallback_copies_free(fallback->new_copies);
	if (fallback->database != NULL)
		fallback->database->ops->close(fallback->database);
	fallback->copies->ops->close(fallback->copies);
	fallback->unmerged->ops->close(fallback->unmerged);
	free(fallback->changed_keys);
	free(fallback->answers);
	free(fallback->changes);
	free(fallback);
}

static void
fallback_configure(struct store *store, const struct store_options *options)
{
	struct fallback *fallback = (struct fallback *)store;

	if (fallback->database != NULL)
		fallback->database->ops->configure(fallback->database, options);
	fallback->copies->ops->configure(fallback->copies, options);
	fallback->unmerged->ops->configure(fallback->unmerged, options);
}

static void
fallback_set_deadline(struct store *store, int64_t monotonic_ms)
{
	struct store *database = ((struct fallback *)store)->database;

	if (database != NULL && database->ops->set_deadline != NULL)
		database->ops->set_deadline(database, monotonic_ms);
}

static const struct store_fallback_report *
fallback_report(const struct store *store)
{
	return &((const struct fallback *)store)->report;
}

static enum store_rc
fallback_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err)
{
	struct store *database = ((struct fallback *)store)->database;

	if (database != NULL)
		return database->ops->backup(database, path, progress, err);
	return fallback_is_away((struct fallback *)store, err);
}

static const struct store_ops fallback_ops = {
    .close = fallback_close,
    .configure = fallback_configure,
    .set_deadline = fallback_set_deadline,
    .fallback = fallback_report,
    .backup = fallback_backup,
};

/* At first there may be records that the last process has not merged. */
struct store *
store_fallback_new(struct store *database, struct store *copies,
    struct store *unmerged)
{
	struct fallback *fallback = calloc(1, sizeof(*fallback));

	if (fallback == NULL)
		return NULL;
	fallback->new_copies = fallback_copies_new();
	if (fallback->new_copies == NULL) {
		free(fallback);
		return NULL;
	}
	fallback->store = (struct store){
	    .ops = &fallback_ops,
	    .records = &fallback_record_ops,
	    .lists = &fallback_list_ops,
	    .counts = &fallback_count_ops,
	    .decisions = database != NULL && database->decisions != NULL
		? &fallback_decision_ops
		: NULL,
	};
	fallback->database = database;
	fallback->copies = copies;
	fallback->unmerged = unmerged;
	fallback->report.decides = database == NULL;
	fallback->report.merges = database != NULL;
	return &fallback->store;
}
