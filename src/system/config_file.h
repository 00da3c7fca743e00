/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CONFIG_FILE_H
#define TARDIGREY_SYSTEM_CONFIG_FILE_H

#include "config/config.h"

/* config_file: tardigrey.conf from the disk, the same for every program. */

#define CONFIG_FILE SYSCONFDIR "/tardigrey/tardigrey.conf"

/*
 * Set *config from the defaults, the file, and the overrides ("NAME=VALUE",
 * each with its '='), and check it all. Returns 0, or -1 with a sentence that
 * begins with where the fault is: "FILE:LINE: ...", "FILE: ..." or
 * "-o: ...".
 */
int config_file_load(const char *path, const char *const *overrides,
    size_t overrides_n, struct config *config, struct err *err);

#endif
