/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_STORE_RC_H
#define TARDIGREY_DECIDE_STORE_RC_H

/*
 * store_rc: the result of every call of a store.
 *
 * STORE_FAILED means that the store could not do its work. "No such record" is
 * a normal answer, and comes with STORE_OK. Only apply returns STORE_NO_ROOM:
 * the store works, but has no room for new waiting triplets. It has applied the
 * other changes.
 *
 * STORE_PARTLY means that a part of the store is away, such as one server of a
 * cluster. Lookup and generation return it. Some records are then not found and
 * not absent, but unknown. The calls that add counts, and that add or trim
 * decisions, return it if they fail because of this part. A caller may treat it
 * as STORE_FAILED.
 */

enum store_rc { STORE_OK, STORE_FAILED, STORE_NO_ROOM, STORE_PARTLY };

#endif
