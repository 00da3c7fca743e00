/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CONFIG_FILE_H
#define TARDIGREY_SYSTEM_CONFIG_FILE_H

#include "config/config.h"

/* config_file: reads tardigrey.conf(5), for every program. */

#define CONFIG_FILE SYSCONFDIR "/tardigrey/tardigrey.conf"

/*
 * Set *config from the defaults, then the file, then the overrides, and check
 * it. An override is "NAME=VALUE" and must contain '='. Returns 0, or -1 and a
 * sentence that begins with "FILE:LINE: ", "FILE: " or "-o: ".
 */
int config_file_load(const char *path, const char *const *overrides,
    size_t overrides_n, struct config *config, struct err *err);

#endif
