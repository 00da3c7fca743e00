/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_MILTER_SETTINGS_H
#define TARDIGREY_IMPORT_MILTER_SETTINGS_H

#include "import/settings.h"

/*
 * milter_settings: translates greylist.conf of milter-greylist. An entry of an
 * access list with one condition, an address, a domain, a sender, a recipient
 * or a list of these, becomes commands of tardigrey(8). Other entries become
 * comments, and so does an option of an entry that is lost. The options of
 * tardigrey.conf(5) follow at the end, each once. In milter-greylist the first
 * entry that matches counts. Here the whitelist counts before the greylist.
 */
settings_translate_fn milter_settings_translate;

#endif
