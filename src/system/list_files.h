/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_LIST_FILES_H
#define TARDIGREY_SYSTEM_LIST_FILES_H

#include "config/config.h"
#include "lists/list.h"

/* list_files: the list files that the configuration names. */

/* A sentence about a line that is used although it looks wrong. It begins with
 * the file and the line. */
typedef void list_warn_fn(const char *text);

/* Read all files into one sealed list, which the caller frees. Returns 0, or
 * -1 and a sentence that begins "OPTION: FILE:LINE: ". */
int list_files_load(const struct config *config, list_warn_fn *notice,
    struct list **list_out, struct err *err);

#endif
