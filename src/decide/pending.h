/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_PENDING_H
#define TARDIGREY_DECIDE_PENDING_H

#include <stdbool.h>

#include "decide/key_plan.h"
#include "lists/list_verdict.h"
#include "mail/request.h"

/* pending: a request on its way through the engine. */

struct pending {
	const struct request *request; /* borrowed */
	bool is_settled;               /* it has a verdict without the store */
	bool is_postponed; /* ... from the earlier requests of its message */
	struct list_verdict listed; /* unless settled before the lists */
	struct key_plan plan;       /* unless settled */
};

#endif
