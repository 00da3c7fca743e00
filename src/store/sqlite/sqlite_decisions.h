/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_SQLITE_SQLITE_DECISIONS_H
#define TARDIGREY_STORE_SQLITE_SQLITE_DECISIONS_H

#include "decide/decision_store.h"

/*
 * sqlite_decisions: the decision store, in the table "decision".
 */
extern const struct decision_store_ops sqlite_decision_ops;

#endif
