/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* tardigrey config check, config show */
#include <stdio.h>

#include "system/list_files.h"
#include "tools/ctl.h"
#include "tools/show.h"

static void
warn(const char *text)
{
	fprintf(stderr, "%s\n", show_text(text));
}

/* A fault in the configuration itself has ended us before we came here. */
int
ctl_config_check(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static const struct column good_columns[] = {{"good", COLUMN_TEXT}};
	struct table table;
	struct list *files;
	struct err err;

	(void)arguments;
	if (list_files_load(&ctl->config, warn, &files, &err) != 0) {
		fprintf(stderr, "%s\n", show_text(err.text));
		return CTL_USAGE;
	}
	list_free(files);
	if (ctl->json) {
		table_begin(&table, good_columns, 1, TABLE_JSON);
		table_text(&table, ctl->config_file);
		table_end(&table);
		return CTL_DONE;
	}
	printf("%s: the configuration is good\n", show_text(ctl->config_file));
	return CTL_DONE;
}

static void
show_json(const struct ctl *ctl)
{
	static const struct column columns[] = {
	    {"name", COLUMN_TEXT},
	    {"value", COLUMN_TEXT},
	    {"origin", COLUMN_TEXT},
	};
	struct table table;

	table_begin(&table, columns, 3, TABLE_JSON);
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct config_given *given = &ctl->config.given[i];

		table_text(&table, config_row(i)->name);
		table_text(&table, given->text);
		table_text(&table,
		    given->origin[0] != '\0' ? given->origin : NULL);
	}
	table_end(&table);
}

static void
show_option(const struct option_row *row, const struct config_given *given)
{
	printf("%s = %s  # %s\n", row->name, show_text(given->text),
	    given->origin[0] != '\0' ? show_text(given->origin) : "default");
}

int
ctl_config_show(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	(void)arguments;
	if (ctl->json) {
		show_json(ctl);
		return CTL_DONE;
	}
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		show_option(config_row(i), &ctl->config.given[i]);
	return CTL_DONE;
}
