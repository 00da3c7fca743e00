/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_POSTGREY_SETTINGS_H
#define TARDIGREY_IMPORT_POSTGREY_SETTINGS_H

#include "base/err.h"

/*
 * postgrey_settings: translates Debian's /etc/default/postgrey into lines of
 * tardigrey.conf(5).
 *
 * The file is a part of a shell script. Two lines count: POSTGREY_OPTS="...",
 * which has options of postgrey(8), and POSTGREY_TEXT="...". Shell expansions
 * are not understood.
 */

#define POSTGREY_SETTINGS_LINE 1200

/* Called for each line of the result, without its newline. */
typedef void postgrey_settings_fn(void *arg, const char *line);

/* Translate the text of the file. An option without an equal becomes a comment.
 * Returns 0, or -1 with a sentence that begins with the number of the line. */
int postgrey_settings_translate(const char *text, postgrey_settings_fn *write,
    void *arg, struct err *err);

#endif
