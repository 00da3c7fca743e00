/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/engine_rules.h"

enum action
engine_rules_failure_action(const struct engine_rules *rules)
{
	switch (rules->on_failure) {
	case ON_FAILURE_PASS:
		break;
	case ON_FAILURE_TEMPFAIL:
		return ACTION_TEMPFAIL;
	case ON_FAILURE_CLOSE:
		return ACTION_CLOSE;
	}
	return ACTION_PASS;
}
