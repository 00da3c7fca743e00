/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_POSTGREY_SETTINGS_H
#define TARDIGREY_IMPORT_POSTGREY_SETTINGS_H

#include "import/settings.h"

/*
 * postgrey_settings: translates Debian's /etc/default/postgrey into lines of
 * tardigrey.conf(5).
 *
 * The file is a part of a shell script. Two lines count: POSTGREY_OPTS="...",
 * which has options of postgrey(8), and POSTGREY_TEXT="...". A file with
 * neither is refused. Shell expansions are not understood.
 */

settings_translate_fn postgrey_settings_translate;

#endif
