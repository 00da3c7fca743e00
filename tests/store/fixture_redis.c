/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/server.h"
#include "test.h"

static bool is_running;
static char uri[1000];

static bool
is_there(void)
{
	return getenv("FLEET_URI") != NULL || server_is_installed();
}

/* One server serves all tests. FLEET_URI in the environment may name servers
 * that run already, such as a cluster; then each test has its own prefix. */
static int
set_up(void)
{
	static unsigned tests_n;
	const char *given = getenv("FLEET_URI");

	if (given != NULL) {
		snprintf(uri, sizeof(uri), "%s/contract%u", given, ++tests_n);
		return 0;
	}
	if (!is_running && server_start(NULL) != 0)
		return -1;
	is_running = true;
	server_run("FLUSHALL");
	strcpy(uri, server_uri);
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
	return uri;
}

const struct fixture fixture = {
    .is_there = is_there,
    .timeout_ms = 10000,
    .set_up = set_up,
    .tear_down = do_nothing,
    .finish = finish,
    .uri = redis_uri,
    .is_durable = true,
    .is_shared = true,
    .no_backup =
	"a redis: database is copied by its server (see BGSAVE of Redis)",
};
