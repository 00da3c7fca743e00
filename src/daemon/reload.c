/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/reload.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/worker.h"
#include "system/config_file.h"
#include "system/config_trial.h"
#include "system/list_files.h"

/* The value of an option. The text in config->given may have *** in place of a
 * password. */
static const char *
value_of(const struct config *config, size_t i)
{
	const struct option_row *row = config_row(i);

	return row->type == OPTION_TEXT ? (const char *)config + row->offset
					: config->given[i].text;
}

/* Keep the values of options that a reload cannot change, such as the sockets
 * and the account. */
static void
keep_what_needs_restart(const struct config *in_force, struct config *config)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);
		const struct config_given *old = &in_force->given[i];
		const char *value = value_of(in_force, i);
		struct err err;

		if (!row->needs_restart ||
		    strcmp(value, value_of(config, i)) == 0)
			continue;
		log_warning("%s = %s needs a restart; \"%s\" is still in force",
		    row->name, config->given[i].text, old->text);
		config_set(config, row->name, value, old->origin, &err);
	}
}

static void
log_list_warning(const char *text)
{
	log_warning("%s", text);
}

static int
read_into(const struct reload_source *source, list_warn_fn *warn,
    struct settings *settings, struct err *err)
{
	if (config_file_load(source->config_file, source->overrides->items,
		source->overrides->n, &settings->config, err) != 0)
		return -1;
	config_trial_warn(&settings->config, warn);
	return list_files_load(&settings->config, warn, &settings->files, err);
}

static struct settings *
read_settings(const struct reload_source *source, list_warn_fn *warn,
    struct err *err)
{
	struct settings *settings = settings_new();

	if (settings == NULL) {
		err_no_memory(err);
		return NULL;
	}
	if (read_into(source, warn, settings, err) != 0) {
		settings_free(settings);
		return NULL;
	}
	return settings;
}

struct settings *
reload_read(const struct reload_source *source, struct err *err)
{
	return read_settings(source, log_list_warning, err);
}

/* ---- In a thread ---- */

#define WARNINGS_MAX 200 /* more are left out */

struct reload {
	struct reload_source source;
	struct worker *worker; /* owned */
	/* The thread writes these: */
	struct settings *settings; /* owned; NULL: failed */
	struct err err;
	char *warnings[WARNINGS_MAX]; /* owned */
	size_t warnings_n;
};

/* The reload that reads files now, for add_warning(). */
static struct reload *reading;

/* The log belongs to the loop: keep the text for reload_end(). */
static void
add_warning(const char *text)
{
	if (reading->warnings_n < WARNINGS_MAX)
		reading->warnings[reading->warnings_n++] = strdup(text);
}

static bool
run(void *arg)
{
	struct reload *reload = arg;

	reading = reload;
	reload->settings =
	    read_settings(&reload->source, add_warning, &reload->err);
	return false;
}

struct reload *
reload_begin(const struct reload_source *source, struct err *err)
{
	struct reload *reload = calloc(1, sizeof(*reload));
	const struct worker_job job = {run, NULL, reload};

	if (reload == NULL) {
		err_no_memory(err);
		return NULL;
	}
	reload->source = *source;
	reload->worker = worker_new(&job, err);
	if (reload->worker == NULL) {
		free(reload);
		return NULL;
	}
	worker_start(reload->worker);
	return reload;
}

int
reload_fd(const struct reload *reload)
{
	return worker_fd(reload->worker);
}

struct settings *
reload_end(struct reload *reload, const struct settings *in_force,
    struct err *err)
{
	struct settings *settings;

	worker_free(reload->worker);
	for (size_t i = 0; i < reload->warnings_n; i++) {
		if (reload->warnings[i] != NULL)
			log_warning("%s", reload->warnings[i]);
		free(reload->warnings[i]);
	}
	settings = reload->settings;
	if (settings != NULL)
		keep_what_needs_restart(&in_force->config, &settings->config);
	else
		*err = reload->err;
	free(reload);
	return settings;
}

/* ---- Freeing ---- */

/* Freeing fewer entries takes less than a millisecond. */
#define LONG_N 10000

static bool
free_settings(void *arg)
{
	settings_free(arg);
	return false;
}

void
reload_discard(struct settings *old)
{
	static struct worker *worker;
	const struct worker_job job = {free_settings, NULL, old};
	struct err err;

	worker_free(worker);
	worker = NULL;
	if (old != NULL && list_n(old->files) >= LONG_N)
		worker = worker_new(&job, &err);
	if (worker != NULL)
		worker_start(worker);
	else
		settings_free(old);
}
