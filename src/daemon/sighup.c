/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/sighup.h"

#include <stddef.h>

#include "daemon/log.h"
#include "daemon/notify.h"

static void
keep_old_settings(const struct err *err)
{
	log_error("%s; the old settings and lists are still in force",
	    err->text);
	notify_ready();
}

int
sighup_begin(struct sighup *sighup)
{
	struct err err;

	if (sighup->reload != NULL) {
		sighup->wanted = true;
		return -1;
	}
	notify_reloading();
	sighup->reload = reload_begin(&sighup->source, &err);
	if (sighup->reload != NULL)
		return reload_fd(sighup->reload);
	keep_old_settings(&err);
	return -1;
}

static struct settings *
end_reload(struct sighup *sighup, struct err *err)
{
	struct reload *reload = sighup->reload;

	sighup->reload = NULL;
	return reload_end(reload, dispatcher_settings(sighup->dispatcher), err);
}

int
sighup_go_on(struct sighup *sighup)
{
	struct err err;
	struct settings *settings = end_reload(sighup, &err);

	if (settings != NULL)
		dispatcher_configure(sighup->dispatcher, settings);
	else
		keep_old_settings(&err);
	if (!sighup->wanted)
		return -1;
	sighup->wanted = false;
	return sighup_begin(sighup);
}

void
sighup_configured(struct settings *old)
{
	reload_discard(old);
	log_info("configuration read again");
	notify_ready();
}

void
sighup_end(struct sighup *sighup)
{
	struct err err;

	if (sighup->reload != NULL)
		settings_free(end_reload(sighup, &err));
	reload_discard(NULL);
}
