/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * At the end of each transaction that writes, SQLite tells the cache to drop
 * the pages behind the end of the file. SQLite's own cache remembers the
 * highest page number since its last search. If this page is inside the file,
 * it does not search. But when SQLite rebalances a few pages, it gives one of
 * them for a moment the number of the page that is used only for locks: 262,145
 * with pages of 4 KiB. Then the cache searches all its pages.
 *
 * This module counts the pages that have such a number at the moment. It passes
 * the call on only if there can be a page behind the end of the file.
 *
 * Gain: triplets that pass are inserted into "record", which rebalances pages
 * in nearly every transaction. With the workload "mix" of the benchmark, the
 * search took 11 % of the time of the daemon (perf, 100,000 records).
 */
#include "store/sqlite/sqlite_page_cache.h"

#include <sqlite3.h>
#include <stdlib.h>

static sqlite3_pcache_methods2 usual;

/* At most "away_n" pages of "real" have a number above "highest". */
struct page_cache {
	sqlite3_pcache *real;
	unsigned highest;
	unsigned away_n;
};

static struct page_cache *
page_cache(sqlite3_pcache *cache)
{
	return (struct page_cache *)cache;
}

/* ---- The methods that keep count ---- */

static sqlite3_pcache *
pages_create(int page_octets, int extra_octets, int may_drop)
{
	struct page_cache *cache = malloc(sizeof(*cache));

	if (cache == NULL)
		return NULL;
	*cache = (struct page_cache){
	    .real = usual.xCreate(page_octets, extra_octets, may_drop),
	};
	if (cache->real != NULL)
		return (sqlite3_pcache *)cache;
	free(cache);
	return NULL;
}

static sqlite3_pcache_page *
pages_fetch(sqlite3_pcache *handle, unsigned number, int create)
{
	struct page_cache *cache = page_cache(handle);

	if (create != 0 && number > cache->highest)
		cache->highest = number;
	return usual.xFetch(cache->real, number, create);
}

static void
pages_rekey(sqlite3_pcache *handle, sqlite3_pcache_page *page, unsigned number,
    unsigned new_number)
{
	struct page_cache *cache = page_cache(handle);

	if (new_number > cache->highest)
		cache->away_n++;
	if (number > cache->highest)
		cache->away_n--;
	usual.xRekey(cache->real, page, number, new_number);
}

static void
pages_truncate(sqlite3_pcache *handle, unsigned limit)
{
	struct page_cache *cache = page_cache(handle);

	if (limit > cache->highest && cache->away_n == 0)
		return;
	usual.xTruncate(cache->real, limit);
	cache->highest = limit > 0 ? limit - 1 : 0;
	cache->away_n = 0;
}

/* ---- The methods that only call the usual ones ---- */

static void
pages_size(sqlite3_pcache *cache, int pages_n)
{
	usual.xCachesize(page_cache(cache)->real, pages_n);
}

static int
pages_count(sqlite3_pcache *cache)
{
	return usual.xPagecount(page_cache(cache)->real);
}

static void
pages_unpin(sqlite3_pcache *cache, sqlite3_pcache_page *page, int drop)
{
	usual.xUnpin(page_cache(cache)->real, page, drop);
}

static void
pages_destroy(sqlite3_pcache *cache)
{
	usual.xDestroy(page_cache(cache)->real);
	free(cache);
}

static void
pages_shrink(sqlite3_pcache *cache)
{
	usual.xShrink(page_cache(cache)->real);
}

static int
pages_begin(void *arg)
{
	return usual.xInit(arg);
}

static void
pages_end(void *arg)
{
	usual.xShutdown(arg);
}

void
sqlite_page_cache(void)
{
	static const sqlite3_pcache_methods2 methods = {
	    .iVersion = 1,
	    .xInit = pages_begin,
	    .xShutdown = pages_end,
	    .xCreate = pages_create,
	    .xCachesize = pages_size,
	    .xPagecount = pages_count,
	    .xFetch = pages_fetch,
	    .xUnpin = pages_unpin,
	    .xRekey = pages_rekey,
	    .xTruncate = pages_truncate,
	    .xDestroy = pages_destroy,
	    .xShrink = pages_shrink,
	};
	sqlite3_pcache_methods2 with_arg = methods;

	if (usual.xInit != NULL ||
	    sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &usual) != SQLITE_OK)
		return;
	with_arg.pArg = usual.pArg;
	sqlite3_config(SQLITE_CONFIG_PCACHE2, &with_arg);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
