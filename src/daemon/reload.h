/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_RELOAD_H
#define TARDIGREY_DAEMON_RELOAD_H

#include "base/err.h"
#include "service/settings.h"
#include "system/overrides.h"

/* reload: reads the settings from their files, at the start and on SIGHUP. */

struct reload_source {
	const char *config_file;           /* borrowed */
	const struct overrides *overrides; /* borrowed */
};

/*
 * Read the configuration and its list files. On SIGHUP, in_force are the
 * settings in use: options that need a restart keep their values, and the log
 * says so. At the start, in_force is NULL. Returns NULL and an error if a file
 * is faulty. The caller frees the settings.
 */
struct settings *reload_read(const struct reload_source *source,
    const struct settings *in_force, struct err *err);

#endif
