/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fixture.h"

#include "store/scratch.h"

static const char *
sqlite_uri(void)
{
	return uri;
}

const struct fixture fixture = {
    .timeout_ms = 250,
    .set_up = scratch_make,
    .tear_down = scratch_remove,
    .uri = sqlite_uri,
    .is_durable = true,
    .is_shared = true,
};
