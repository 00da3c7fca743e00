/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_CONFIG_TRIAL_H
#define TARDIGREY_SYSTEM_CONFIG_TRIAL_H

#include "config/config.h"
#include "system/list_files.h"
#include "system/overrides.h"

/* config_trial: finds errors of a configuration that the daemon would meet at
 * its start or at a reload. */

/*
 * The caller has read *config, from this file and these overrides, and the list
 * files. Check the account, the directories of unix sockets, their group, and
 * the files of TLS. If root runs the program, then give up root, change to the
 * account of the daemon, and read all files, as the daemon does. Returns 0, or
 * -1 and a sentence.
 */
int config_trial(const char *path, const struct overrides *overrides,
    const struct config *config, struct err *err);

/* Call report() for each option that is set, but has no effect with the others.
 * The text begins with "FILE:LINE: NAME: ". */
void config_trial_warn(const struct config *config, list_warn_fn *report);

#endif
