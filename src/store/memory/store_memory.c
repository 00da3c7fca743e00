/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/memory/store_memory.h"

#include <stdlib.h>

#include "store/memory/memory.h"

static void
memory_close(struct store *store)
{
	struct memory *memory = (struct memory *)store;

	memory_records_free(memory);
	memory_lists_free(memory);
	memory_decisions_free(memory);
	free(memory);
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
	err_set(err, "a memory: database cannot be copied to a file");
	return STORE_FAILED;
}

static const struct store_ops memory_ops = {
    .close = memory_close,
    .configure = memory_configure,
    .backup = memory_backup,
};

static int
memory_check(const char *where, struct err *err)
{
	if (where[0] == '\0')
		return 0;
	return err_set(err, "not empty after memory: \"%s\" (write memory:)",
	    where);
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
		err_no_memory(err);
		return NULL;
	}
	memory->store = (struct store){
	    .ops = &memory_ops,
	    .records = &memory_record_ops,
	    .lists = &memory_list_ops,
	    .counts = &memory_count_ops,
	    .decisions = &memory_decision_ops,
	};
	return &memory->store;
}

const struct store_scheme store_memory_scheme = {
    .name = "memory",
    .form = "memory:",
    .is_private = true,
    .check = memory_check,
    .open = memory_open,
};
