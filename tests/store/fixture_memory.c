/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fixture.h"

static int
do_nothing(void)
{
	return 0;
}

static const char *
memory_uri(void)
{
	return "memory:";
}

const struct fixture fixture = {
    .timeout_ms = 250,
    .set_up = do_nothing,
    .tear_down = do_nothing,
    .uri = memory_uri,
    .no_backup = "a memory: database cannot be copied to a file",
};
