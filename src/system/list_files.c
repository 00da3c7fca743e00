/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/list_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list_file.h"
#include "system/file.h"

#define FILE_MAX (64 << 20) /* octets */

static void
warn_of_lines(const struct list_file *file, list_warn_fn *notice)
{
	struct err text;

	if (file->two_octets_line != 0) {
		err_set(&text,
		    "%s:%u: two octets mean a /16, as in postgrey's manual; "
		    "postgrey itself uses a /24",
		    file->name, file->two_octets_line);
		notice(text.text);
	}
	if (file->wide_line != 0) {
		err_set(&text, "%s:%u: the mail passes, although %s",
		    file->name, file->wide_line, file->wide.text);
		notice(text.text);
	}
	if (file->host_bits_line != 0) {
		err_set(&text,
		    "%s:%u: the address has bits after its prefix; used as "
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
		warn_of_lines(file, notice);
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
		    .delay_max_s = config_delay_max_s(config),
		    .complain = notice,
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
		return err_no_memory(err);
	if (load_options(list, config, notice, err) != 0 ||
	    list_seal(list, err) != 0) {
		list_free(list);
		return -1;
	}
	*list_out = list;
	return 0;
}
