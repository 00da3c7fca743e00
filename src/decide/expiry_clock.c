/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/expiry_clock.h"

enum expiry_clock_doubt
expiry_clock_judge(const struct expiry_clock *clock)
{
	if (clock->now_s < EXPIRY_CLOCK_SOURCE_S)
		return EXPIRY_CLOCK_BEFORE_SOURCE;
	switch (clock->sync) {
	case CLOCK_SYNCHRONISED:
		return EXPIRY_CLOCK_TRUSTED;
	case CLOCK_UNSYNCHRONISED:
		return EXPIRY_CLOCK_UNSYNCHRONISED;
	case CLOCK_SYNC_UNKNOWN:
		break;
	}
	return clock->has_old_mail && !clock->has_recent_mail
	    ? EXPIRY_CLOCK_JUMPED
	    : EXPIRY_CLOCK_TRUSTED;
}
