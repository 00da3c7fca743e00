/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/list_hits.h"

size_t
list_hits_take(const struct lists *lists, struct store_hit *hits,
    size_t hits_max)
{
	(void)lists;
	(void)hits;
	(void)hits_max;
	return 0;
}
