/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_POLICYD_H
#define TARDIGREY_IMPORT_POLICYD_H

#include "import/sql_program.h"

/*
 * policyd: the records of policyd v2, also called cluebringer. Its tables:
 *
 *   greylisting_tracking        TrackKey, Sender, Recipient, FirstSeen,
 *                               LastUpdate, Count: a triplet, and its passes
 *   greylisting_autowhitelist   TrackKey, Added, LastSeen: a client that
 *                               passes at once
 *   greylisting_whitelist       Source, Disabled
 *
 * A TrackKey is "SenderIP:" and a network. A Source is "SenderIP:" and an
 * address, a network or a host name. The times are Unix seconds.
 */

extern const struct sql_program policyd_program;

#endif
