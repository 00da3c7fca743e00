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
 */

enum store_rc { STORE_OK, STORE_FAILED, STORE_NO_ROOM };

#endif
