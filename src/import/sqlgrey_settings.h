/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SQLGREY_SETTINGS_H
#define TARDIGREY_IMPORT_SQLGREY_SETTINGS_H

#include "import/settings.h"

/* sqlgrey_settings: translates sqlgrey.conf, which has lines NAME = VALUE and
 * comments. */
settings_translate_fn sqlgrey_settings_translate;

#endif
