/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_LIST_FILES_H
#define TARDIGREY_SYSTEM_LIST_FILES_H

#include "config/config.h"
#include "lists/list.h"

/* list_files: reads the list files that the configuration names. */

/* Called with a warning about a line that looks wrong but is used. The text is
 * a sentence that begins with "FILE:LINE: ". */
typedef void list_warn_fn(const char *text);

/* Read all files into one sealed list, which the caller frees. Calls warn() for
 * each warning, and for each error of a file except the last. Returns 0, or -1
 * and a sentence that begins with "OPTION: FILE:LINE: ". */
int list_files_load(const struct config *config, list_warn_fn *warn,
    struct list **list_out, struct err *err);

#endif
