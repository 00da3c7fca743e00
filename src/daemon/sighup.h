/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_SIGHUP_H
#define TARDIGREY_DAEMON_SIGHUP_H

#include "daemon/dispatcher.h"
#include "daemon/reload.h"

/*
 * sighup: what the daemon does on SIGHUP. It tells systemd, has a thread read
 * the settings, and gives them to the dispatcher. If another SIGHUP comes
 * during a reload, one more reload follows.
 */

struct sighup {
	struct reload_source source;
	struct dispatcher *dispatcher; /* borrowed */
	struct reload *reload;         /* owned; NULL: none is under way */
	bool wanted;                   /* one more */
};

/* SIGHUP has come. Returns a descriptor that becomes readable when the settings
 * have been read, or -1 if there is none. */
int sighup_begin(struct sighup *sighup);

/* That descriptor is readable. Returns the next one, or -1. */
int sighup_go_on(struct sighup *sighup);

/* The dispatcher uses the new settings. Frees the old ones. */
void sighup_configured(struct settings *old);

/* Wait for a reload that is under way. Call this before the dispatcher is
 * freed. */
void sighup_end(struct sighup *sighup);

#endif
