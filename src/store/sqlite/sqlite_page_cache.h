/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_PAGE_CACHE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_PAGE_CACHE_H

/*
 * sqlite_page_cache: SQLite's own page cache without a needless search.
 */

/* Make SQLite use this cache. This works only before the process first uses
 * SQLite. Later, SQLite keeps its own cache, which is only slower. */
void sqlite_page_cache(void);

#endif
