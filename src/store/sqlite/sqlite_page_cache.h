/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_PAGE_CACHE_H
#define TARDIGREY_STORE_SQLITE_SQLITE_PAGE_CACHE_H

/*
 * sqlite_page_cache: SQLite's page cache without a needless search.
 */

/* Make SQLite use it. This works only before SQLite is first used in the
 * process; otherwise SQLite keeps its own cache, which is only slower. */
void sqlite_page_cache(void);

#endif
