/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_HEALTH_H
#define TARDIGREY_VIEW_HEALTH_H

#include "view/snapshot.h"
#include "view/text.h"

/* health: whether the daemon is healthy, in one line for people. */

void health_write(const struct snapshot *snapshot, struct text *out);

#endif
