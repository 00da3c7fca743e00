/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_ANSWERS_H
#define TARDIGREY_SERVICE_ANSWERS_H

#include "config/config.h"
#include "service/batch.h"

/* answers: the replies and log lines of a batch that has its verdicts. */

void answers_write(struct batch *batch, const struct config *config);

#endif
