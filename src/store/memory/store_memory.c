/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * store_memory: the reference model of the port, and a trial run without a
 * disk. Everything is lost when it is closed.
 */
#include "store/memory/memory.h"

#include <stdlib.h>

static const struct record_store_ops record_ops = {
    .lookup = memory_lookup,
    .apply = memory_apply,
    .expire = memory_expire,
    .walk = memory_walk,
};

static const struct list_store_ops list_ops = {
    .generation = memory_generation,
    .entries = memory_entries,
    .put_entry = memory_put_entry,
    .remove_entry = memory_remove_entry,
};

static const struct count_store_ops count_ops = {
    .add_counts = memory_add_counts,
    .hits = memory_hits,
    .counts = memory_counts,
    .tidy = memory_tidy,
};

static void
memory_close(struct store *store)
{
	struct memory *memory = (struct memory *)store;

	memory_records_free(memory);
	memory_lists_free(memory);
	free(memory);
}

static struct store *
memory_open(const char *where, const struct store_options *options,
    struct err *err)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	(void)where;
	(void)options;
	if (memory == NULL || memory_records_init(memory) != 0) {
		free(memory);
		err_set(err, "out of memory");
		return NULL;
	}
	memory->store = (struct store){
	    &store_memory_ops, &record_ops, &list_ops, &count_ops};
	return &memory->store;
}

static void
memory_configure(struct store *store, const struct store_options *options)
{
	(void)store;
	(void)options;
}

static enum store_rc
memory_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err)
{
	(void)store;
	(void)path;
	(void)progress;
	err_set(err, "this store lives in memory; there is nothing to copy");
	return STORE_FAILED;
}

const struct store_ops store_memory_ops = {
    .scheme = "memory",
    .open = memory_open,
    .close = memory_close,
    .configure = memory_configure,
    .backup = memory_backup,
};
