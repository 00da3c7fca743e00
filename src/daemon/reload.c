/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/reload.h"

#include <stddef.h>
#include <string.h>

#include "daemon/log.h"
#include "system/config_file.h"
#include "system/list_files.h"

/* Keep the values of options that a reload cannot change, such as the sockets
 * and the account. */
static void
keep_what_needs_restart(const struct config *in_force, struct config *config)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);
		const struct config_given *old = &in_force->given[i];
		const char *text = config->given[i].text;
		struct err err;

		if (!row->needs_restart || strcmp(old->text, text) == 0)
			continue;
		log_warning("%s = %s needs a restart; \"%s\" is still in force",
		    row->name, text, old->text);
		config_set(config, row->name, old->text, old->origin, &err);
	}
}

static void
log_list_warning(const char *text)
{
	log_warning("%s", text);
}

static int
read_into(const struct reload_source *source, struct settings *settings,
    struct err *err)
{
	if (config_file_load(source->config_file, source->overrides->items,
		source->overrides->n, &settings->config, err) != 0)
		return -1;
	return list_files_load(&settings->config, log_list_warning,
	    &settings->files, err);
}

struct settings *
reload_read(const struct reload_source *source, const struct settings *in_force,
    struct err *err)
{
	struct settings *settings = settings_new();

	if (settings == NULL) {
		err_no_memory(err);
		return NULL;
	}
	if (read_into(source, settings, err) != 0) {
		settings_free(settings);
		return NULL;
	}
	if (in_force != NULL)
		keep_what_needs_restart(&in_force->config, &settings->config);
	return settings;
}
