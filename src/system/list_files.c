/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/list_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list_file.h"
#include "system/file.h"

#define FILE_MAX (64 << 20) /* octets */

/* The longest delay= that still ends within the retry window. */
static int64_t
delay_max_s(const struct config *config)
{
	return config->rules.greylist.retry_window_s - 1;
}

/* ---- Files ---- */

static void
warn_of_oddities(const struct list_file *file, list_warn_fn *notice)
{
	struct err text;

	if (file->two_octets_line != 0) {
		err_set(&text,
		    "%s:%u: two octets stand for a /16, as in postgrey's "
		    "manual; its program takes a /24",
		    file->name, file->two_octets_line);
		notice(text.text);
	}
	if (file->host_bits_line != 0) {
		err_set(&text,
		    "%s:%u: the address has bits behind the prefix; taken as "
		    "%s",
		    file->name, file->host_bits_line, file->host_bits_network);
		notice(text.text);
	}
}

static int
load_file(struct list *list, struct list_file *file, list_warn_fn *notice,
    struct err *err)
{
	size_t n;
	char *text = file_read(file->name, FILE_MAX, &n, err);
	int rc;

	if (text == NULL)
		return -1;
	rc = list_file_parse(list, file, text, n, err);
	free(text);
	if (rc == 0)
		warn_of_oddities(file, notice);
	return rc;
}

struct option {
	const char *name;
	const struct config_files *files;
	enum list_kind kind;
	enum list_effect effect;
};

static int
load_option(struct list *list, const struct config *config,
    const struct option *option, list_warn_fn *notice, struct err *err)
{
	for (size_t i = 0; i < option->files->n; i++) {
		struct list_file file = {
		    .name = config_files_item(option->files, i),
		    .kind = option->kind,
		    .effect = option->effect,
		    .delay_max_s = delay_max_s(config),
		};

		if (load_file(list, &file, notice, err) != 0)
			return err_prefix(err, "%s", option->name);
	}
	return 0;
}

static int
load_options(struct list *list, const struct config *config,
    list_warn_fn *notice, struct err *err)
{
	const struct option options[] = {
	    {"whitelist_clients", &config->whitelist_clients, LIST_CLIENT,
		LIST_WHITELIST},
	    {"whitelist_senders", &config->whitelist_senders, LIST_SENDER,
		LIST_WHITELIST},
	    {"whitelist_recipients", &config->whitelist_recipients,
		LIST_RECIPIENT, LIST_WHITELIST},
	    {"greylist_clients", &config->greylist_clients, LIST_CLIENT,
		LIST_GREYLIST},
	    {"greylist_senders", &config->greylist_senders, LIST_SENDER,
		LIST_GREYLIST},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (load_option(list, config, &options[i], notice, err) != 0)
			return -1;
	return 0;
}

int
list_files_load(const struct config *config, list_warn_fn *notice,
    struct list **list_out, struct err *err)
{
	struct list *list = list_new();

	if (list == NULL)
		return err_set(err, "out of memory");
	if (load_options(list, config, notice, err) != 0 ||
	    list_seal(list, err) != 0) {
		list_free(list);
		return -1;
	}
	*list_out = list;
	return 0;
}

/* ---- Entries of the store ---- */

struct loading {
	struct list *list;
	list_warn_fn *notice;
	int64_t delay_max_s;
};

static void
load_entry(const struct store_entry *from, void *arg)
{
	const struct loading *loading = arg;
	const struct list_entry entry = {
	    .kind = from->kind,
	    .effect = from->effect,
	    .delay_s = from->delay_s,
	    .expires_s = from->expires_s,
	    .pattern = from->pattern,
	    .source = "",
	};
	struct err err;

	if (from->effect == LIST_DELAY && from->delay_s > loading->delay_max_s)
		err_set(&err, "its delay is not shorter than retry_window");
	else if (list_add(loading->list, &entry, NULL, &err) == 0 ||
	    err_is_no_memory(&err)) /* which list_seal() says */
		return;
	err_prefix(&err, "ignoring the entry %s \"%s\" of the database",
	    list_kind_word(from->kind), from->pattern);
	loading->notice(err.text);
}

enum store_rc
list_entries_load(struct store *store, const struct config *config,
    list_warn_fn *notice, struct list **list_out, int64_t *generation_out,
    struct err *err)
{
	struct loading loading = {list_new(), notice, delay_max_s(config)};
	enum store_rc rc = STORE_FAILED;

	if (loading.list == NULL) {
		err_set(err, "out of memory");
		return STORE_FAILED;
	}
	/* The number first: a change in between is then found later. */
	rc = store->lists->generation(store, generation_out, err);
	if (rc == STORE_OK)
		rc = store->lists->entries(store, load_entry, &loading, err);
	if (rc == STORE_OK && list_seal(loading.list, err) != 0)
		rc = STORE_FAILED;
	if (rc == STORE_OK)
		*list_out = loading.list;
	else
		list_free(loading.list);
	return rc;
}
