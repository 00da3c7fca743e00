/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SETTINGS_H
#define TARDIGREY_IMPORT_SETTINGS_H

#include "base/err.h"

/* settings: translates the configuration of another program into lines of
 * tardigrey.conf(5). What has no equal becomes a comment. So does a rule of its
 * access lists that the command tardigrey(8) can add to ours: the comment is
 * the command. */

#define SETTINGS_LINE 1200

/* Called for each line of the result, without its newline. */
typedef void settings_write_fn(void *arg, const char *line);

/* A translator. Returns 0, or -1 with a sentence that begins with the number of
 * the line. */
typedef int settings_translate_fn(const char *text, settings_write_fn *write,
    void *arg, struct err *err);

#endif
