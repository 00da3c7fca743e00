/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_SETTINGS_H
#define TARDIGREY_SERVICE_SETTINGS_H

#include "config/config.h"
#include "lists/list.h"

/*
 * settings: the configuration and the list files that belong to it, read
 * together. A snapshot: nobody changes it after it was made. A reload makes a
 * new one, and the old one is freed when no batch uses it any more.
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
