/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_VIEW_PAGE_DATA_H
#define TARDIGREY_VIEW_PAGE_DATA_H

#include "decide/greylist.h"
#include "decide/record_store.h"
#include "service/recent.h"
#include "view/history.h"
#include "view/snapshot.h"

/* page_data: what the status page shows. */

#define PAGE_DAYS    30
#define PAGE_WAITING 200 /* newest triplets that are looked at */

struct page {
	const struct snapshot *snapshot; /* borrowed, as all below */
	const char *host;
	struct greylist_rules rules;     /* of named clients */
	struct history days[PAGE_DAYS];  /* [0] is today */
	bool has_days;                   /* false: the days are not known */
	const struct store_row *waiting; /* the newest first */
	size_t waiting_n;
	const struct recent *recent;
};

#endif
