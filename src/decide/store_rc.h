/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_STORE_RC_H
#define TARDIGREY_DECIDE_STORE_RC_H

/*
 * store_rc: the result of every call of a store.
 *
 * STORE_FAILED means that the store could not do the work, or could not find
 * out. "No such record" is a normal answer, and comes with STORE_OK.
 * STORE_NO_ROOM comes only from apply: the store works, but has no room for new
 * waiting triplets. It has applied the other changes.
 */

enum store_rc { STORE_OK, STORE_FAILED, STORE_NO_ROOM };

#endif
