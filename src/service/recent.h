/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SERVICE_RECENT_H
#define TARDIGREY_SERVICE_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "mail/request.h"
#include "mail/verdict.h"

/*
 * recent: the latest decisions, in memory, for the status page. Long texts are
 * cut.
 */

#define RECENT_MAX       64
#define RECENT_TEXT_SIZE 128

struct recent_decision {
	int64_t time_s;
	enum action action;
	enum reason reason;
	bool shadow;
	int64_t wait_s, age_s;         /* as in struct verdict */
	char client[RECENT_TEXT_SIZE]; /* the name, or else the address */
	char sender[RECENT_TEXT_SIZE];
	char recipient[RECENT_TEXT_SIZE];
};

struct recent {
	size_t n;    /* of items, at most RECENT_MAX */
	size_t next; /* place of the next decision */
	struct recent_decision items[RECENT_MAX];
};

/* Forget the oldest decision if there is no room. */
void recent_add(struct recent *recent, const struct request *request,
    const struct verdict *verdict, int64_t now_s);

/* Decision i, from 0, the latest one. i is less than recent->n. */
const struct recent_decision *recent_at(const struct recent *recent, size_t i);

#endif
