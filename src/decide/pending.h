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
	bool is_settled;               /* decided without the store */
	/* Settled at DATA or END-OF-MESSAGE. message_decide_postponed() makes
	 * the verdict. */
	bool is_postponed;
	struct list_verdict listed; /* undefined if settled without the lists */
	struct key_plan plan;       /* undefined if settled */
};

#endif
