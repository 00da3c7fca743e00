/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_PENDING_H
#define TARDIGREY_DECIDE_PENDING_H

#include "decide/key_plan.h"
#include "lists/list_verdict.h"
#include "mail/request.h"

/* pending: a request on its way through the engine. */

enum pending_state {
	PENDING_OPEN,      /* the records decide */
	PENDING_SETTLED,   /* it has a verdict */
	PENDING_POSTPONED, /* the earlier requests of the message decide */
};

struct pending {
	const struct request *request; /* borrowed */
	enum pending_state state;
	struct list_verdict listed; /* nothing, if settled before the lists */
	enum client_class client_class; /* CLASS_UNKNOWN, as above */
	struct key_plan plan;           /* only of an open request */
};

#endif
