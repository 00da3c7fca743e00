/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fixture.h"

#include "store/server.h"
#include "test.h"

static bool is_running;

static bool
is_there(void)
{
	return server_is_installed();
}

/* One server serves all tests. */
static int
set_up(void)
{
	if (!is_running && server_start(NULL) != 0)
		return -1;
	is_running = true;
	server_run("FLUSHALL");
	return 0;
}

static int
do_nothing(void)
{
	return 0;
}

static void
finish(void)
{
	if (is_running)
		server_end();
}

static const char *
redis_uri(void)
{
	return server_uri;
}

const struct fixture fixture = {
    .is_there = is_there,
    .set_up = set_up,
    .tear_down = do_nothing,
    .finish = finish,
    .uri = redis_uri,
    .is_durable = true,
    .is_shared = true,
    .no_backup =
	"a redis: database is copied by its server (see BGSAVE of Redis)",
};
