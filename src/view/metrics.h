/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_METRICS_H
#define TARDIGREY_VIEW_METRICS_H

#include "view/snapshot.h"
#include "view/text.h"

/*
 * metrics: a snapshot in the text format of Prometheus, version 0.0.4.
 *
 * The names and labels follow the practice of Prometheus: base units, and
 * counters that end in _total. No label has a value that a stranger can choose.
 */

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

void metrics_write(const struct snapshot *snapshot, struct text *out);

#endif
