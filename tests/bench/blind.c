/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* blind: functions that do nothing. The linker puts them in the place of those
 * that count, time and remember decisions (--wrap in Makefile.am). So the
 * program is the daemon as it would be without metrics, history and latest
 * decisions. tests/bench/sight compares it with the daemon. */
#include "daemon/store_timer.h"
#include "decide/hourly_stats.h"
#include "service/measures.h"
#include "service/recent.h"

void __wrap_measures_add_batch(struct measures *measures,
    const struct verdict *verdicts, size_t n);
bool __wrap_hourly_stats_add(struct hourly_stats *stats,
    const struct verdict *verdict, int64_t now_s);
void __wrap_recent_add(struct recent *recent, const struct request *request,
    const struct verdict *verdict, int64_t now_s);
void __wrap_store_timer_attach(struct store_timer *timer, struct store *store);

void
__wrap_measures_add_batch(struct measures *measures,
    const struct verdict *verdicts, size_t n)
{
	(void)measures;
	(void)verdicts;
	(void)n;
}

bool
__wrap_hourly_stats_add(struct hourly_stats *stats,
    const struct verdict *verdict, int64_t now_s)
{
	(void)stats;
	(void)verdict;
	(void)now_s;
	return true;
}

void
__wrap_recent_add(struct recent *recent, const struct request *request,
    const struct verdict *verdict, int64_t now_s)
{
	(void)recent;
	(void)request;
	(void)verdict;
	(void)now_s;
}

void
__wrap_store_timer_attach(struct store_timer *timer, struct store *store)
{
	(void)timer;
	(void)store;
}
