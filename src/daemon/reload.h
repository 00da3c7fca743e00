/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DAEMON_RELOAD_H
#define TARDIGREY_DAEMON_RELOAD_H

#include "base/err.h"
#include "service/settings.h"
#include "system/overrides.h"

/*
 * reload: reads the settings from their files, at the start and on SIGHUP.
 *
 * On SIGHUP a thread reads them: a list of a million lines takes a second or
 * so, and requests must not wait for it. The loop then begins to use the
 * settings.
 */

struct reload_source {
	const char *config_file;           /* borrowed */
	const struct overrides *overrides; /* borrowed */
};

/* Read the configuration and its list files now, for the start. Returns NULL
 * and an error if a file is faulty. The caller frees the settings. */
struct settings *reload_read(const struct reload_source *source,
    struct err *err);

struct reload;

/* Begin to read in a thread. Only one reload may be under way. Returns NULL and
 * an error if the thread cannot be started. */
struct reload *reload_begin(const struct reload_source *source,
    struct err *err);

/* Readable when the files have been read. */
int reload_fd(const struct reload *reload);

/* End a reload, and free it; wait if it is under way. in_force are the settings
 * in use: options that need a restart keep their values, and the log says so.
 * Returns the new settings, for the caller to free, or NULL and an error if a
 * file is faulty. */
struct settings *reload_end(struct reload *reload,
    const struct settings *in_force, struct err *err);

/* Free settings that are no longer in use. Settings with long lists are freed
 * in a thread. With NULL, wait for that thread and end it. */
void reload_discard(struct settings *old);

#endif
