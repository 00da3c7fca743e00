/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_SETTINGS_H
#define TARDIGREY_SERVICE_SETTINGS_H

#include "config/config.h"
#include "lists/list.h"

/*
 * settings: the configuration and its list files. They are read together and do
 * not change afterwards. A reload makes new settings, and frees the old ones
 * when no batch uses them any more.
 */

struct settings {
	struct config config;
	struct list *files; /* owned; NULL: no list files */
};

/* Settings with the default configuration and no list files, for the caller to
 * fill. Returns NULL when memory is short. The caller frees them. */
struct settings *settings_new(void);
void settings_free(struct settings *settings);

#endif
