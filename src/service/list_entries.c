/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/list_entries.h"

struct reading {
	struct list *list;
	int64_t delay_max_s;
	list_entries_warn_fn *warn;
	void *warn_arg;
};

static void
read_entry(const struct store_entry *from, void *arg)
{
	const struct reading *reading = arg;
	const struct list_entry entry = {
	    .kind = from->kind,
	    .effect = from->effect,
	    .delay_s = from->delay_s,
	    .expires_s = from->expires_s,
	    .pattern = from->pattern,
	    .source = "",
	};
	struct err err;

	if (from->effect == LIST_DELAY && from->delay_s > reading->delay_max_s)
		err_set(&err, "its delay is not shorter than retry_window");
	else if (list_add(reading->list, &entry, NULL, &err) == 0 ||
	    err_is_no_memory(&err)) /* list_seal() reports that */
		return;
	err_prefix(&err, "ignoring the list entry %s \"%s\" of the database",
	    list_kind_word(from->kind), from->pattern);
	reading->warn(err.text, reading->warn_arg);
}

enum store_rc
list_entries_read(struct store *store, int64_t delay_max_s,
    list_entries_warn_fn *warn, void *arg, struct list_entries *out,
    struct err *err)
{
	struct reading reading = {
	    .list = list_new(),
	    .delay_max_s = delay_max_s,
	    .warn = warn,
	    .warn_arg = arg,
	};
	int64_t generation;
	enum store_rc rc;

	if (reading.list == NULL) {
		err_no_memory(err);
		return STORE_FAILED;
	}
	/* Get the generation first. If the entries change in between, the
	 * generation is too old, and the next check finds the change. */
	rc = store->lists->generation(store, &generation, err);
	if (rc == STORE_OK)
		rc = store->lists->entries(store, read_entry, &reading, err);
	if (rc == STORE_OK && list_seal(reading.list, err) != 0)
		rc = STORE_FAILED;
	if (rc == STORE_OK)
		*out = (struct list_entries){
		    reading.list, generation, delay_max_s};
	else
		list_free(reading.list);
	return rc;
}
