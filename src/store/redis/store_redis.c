/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/store_redis.h"

#include <stdlib.h>
#include <string.h>

#include "store/redis/redis.h"
#include "store/redis/redis_clock.h"

static void
redis_close(struct store *store)
{
	struct redis *redis = (struct redis *)store;

	redis_clear(redis);
	free(redis->commands);
	free(redis->text.octets);
	redis_reconnector_free(redis->reconnector);
	redis_topology_free(redis->topology);
	free(redis);
}

static void
redis_configure(struct store *store, const struct store_options *options)
{
	((struct redis *)store)->timeout_ms = options->timeout_ms;
}

static void
redis_set_deadline(struct store *store, int64_t monotonic_ms)
{
	((struct redis *)store)->deadline_ms = monotonic_ms;
}

static enum store_rc
redis_backup(struct store *store, const char *path,
    void (*progress)(int percent), struct err *err)
{
	(void)store;
	(void)path;
	(void)progress;
	err_set(err,
	    "a redis: database is copied by its server (see BGSAVE of Redis)");
	return STORE_FAILED;
}

static const struct store_ops redis_ops = {
    .close = redis_close,
    .configure = redis_configure,
    .set_deadline = redis_set_deadline,
    .backup = redis_backup,
};

static struct redis *
redis_new(const struct redis_uri *uri, const struct store_options *options,
    struct err *err)
{
	struct redis *redis = calloc(1, sizeof(*redis));

	if (redis == NULL) {
		err_no_memory(err);
		return NULL;
	}
	redis->store = (struct store){
	    .ops = &redis_ops,
	    .records = &redis_record_ops,
	    .lists = &redis_list_ops,
	    .counts = &redis_count_ops,
	    .decisions = &redis_decision_ops,
	};
	redis->timeout_ms = options->timeout_ms;
	redis->deadline_ms = INT64_MAX;
	redis->uri = *uri;
	redis->uri.tls = options->tls;
	if (redis->uri.password[0] == '\0')
		strcpy(redis->uri.password, options->password);
	if (options->use != STORE_SERVE)
		return redis;
	redis->reconnector = redis_reconnector_new(&redis->uri);
	if (redis->reconnector != NULL)
		return redis;
	free(redis);
	err_no_memory(err);
	return NULL;
}

/* Try to read the files of TLS that were named. Do not read those of
 * the system: they are long, and the first connection reads them. */
static int
check_tls_files(const struct store_options *options, struct err *err)
{
	struct redis_tls_context *tls;

	if (options->tls.ca_file[0] == '\0' &&
	    options->tls.cert_file[0] == '\0')
		return 0;
	tls = redis_tls_context_new(&options->tls, err);
	redis_tls_context_free(tls);
	return tls != NULL ? 0 : -1;
}

/* The daemon starts even if no server answers, but not if a file is wrong. */
static struct store *
open_uri(const struct redis_uri *uri, const struct store_options *options,
    struct err *err)
{
	struct redis *redis;

	if (uri->has_tls && check_tls_files(options, err) != 0)
		return NULL;
	redis = redis_new(uri, options, err);
	if (redis == NULL)
		return NULL;
	redis->topology = redis_topology_new(&redis->uri,
	    redis_clock_ms() + options->timeout_ms, &redis->why_away);
	redis->topology_number = 1;
	if (redis->topology != NULL && redis->topology->is_partial)
		redis->why_away = redis->topology->why_partial;
	if (options->use == STORE_SERVE && options->notice != NULL &&
	    (redis->topology == NULL || redis->topology->is_partial))
		options->notice(redis->why_away.text);
	if (options->use == STORE_SERVE || redis->topology != NULL)
		return &redis->store;
	*err = redis->why_away;
	redis_close(&redis->store);
	return NULL;
}

/* The URI was checked. */
static struct store *
open_form(enum redis_form form, bool has_tls, const char *where,
    const struct store_options *options, struct err *err)
{
	struct redis_uri uri;

	return redis_uri_parse(form, has_tls, where, &uri, err) == 0
	    ? open_uri(&uri, options, err)
	    : NULL;
}

static int
check_form(enum redis_form form, bool has_tls, const char *where,
    struct err *err)
{
	struct redis_uri uri;

	return redis_uri_parse(form, has_tls, where, &uri, err);
}

/* ---- The schemes ---- */

static int
check_single(const char *where, struct err *err)
{
	return check_form(REDIS_SINGLE, false, where, err);
}

static struct store *
open_single(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_SINGLE, false, where, options, err);
}

static int
check_unix(const char *where, struct err *err)
{
	return check_form(REDIS_UNIX, false, where, err);
}

static struct store *
open_unix(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_UNIX, false, where, options, err);
}

static int
check_sentinel(const char *where, struct err *err)
{
	return check_form(REDIS_SENTINEL, false, where, err);
}

static struct store *
open_sentinel(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_SENTINEL, false, where, options, err);
}

static int
check_cluster(const char *where, struct err *err)
{
	return check_form(REDIS_CLUSTER, false, where, err);
}

static struct store *
open_cluster(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_CLUSTER, false, where, options, err);
}

static int
check_tls_single(const char *where, struct err *err)
{
	return check_form(REDIS_SINGLE, true, where, err);
}

static struct store *
open_tls_single(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_SINGLE, true, where, options, err);
}

static int
check_tls_sentinel(const char *where, struct err *err)
{
	return check_form(REDIS_SENTINEL, true, where, err);
}

static struct store *
open_tls_sentinel(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_SENTINEL, true, where, options, err);
}

static int
check_tls_cluster(const char *where, struct err *err)
{
	return check_form(REDIS_CLUSTER, true, where, err);
}

static struct store *
open_tls_cluster(const char *where, const struct store_options *options,
    struct err *err)
{
	return open_form(REDIS_CLUSTER, true, where, options, err);
}

const struct store_scheme store_redis_scheme = {
    .name = "redis",
    .form = "redis://HOST",
    .is_remote = true,
    .check = check_single,
    .open = open_single,
};

const struct store_scheme store_redis_unix_scheme = {
    .name = "redis+unix",
    .form = "redis+unix:/PATH",
    .is_remote = true,
    .check = check_unix,
    .open = open_unix,
};

const struct store_scheme store_redis_sentinel_scheme = {
    .name = "redis+sentinel",
    .form = "redis+sentinel://HOST,HOST,HOST/NAME",
    .is_remote = true,
    .check = check_sentinel,
    .open = open_sentinel,
};

const struct store_scheme store_redis_cluster_scheme = {
    .name = "redis+cluster",
    .form = "redis+cluster://HOST,HOST",
    .is_remote = true,
    .check = check_cluster,
    .open = open_cluster,
};

const struct store_scheme store_rediss_scheme = {
    .name = "rediss",
    .form = "rediss://HOST",
    .is_remote = true,
    .check = check_tls_single,
    .check_files = check_tls_files,
    .open = open_tls_single,
};

const struct store_scheme store_rediss_sentinel_scheme = {
    .name = "rediss+sentinel",
    .form = "rediss+sentinel://HOST,HOST,HOST/NAME",
    .is_remote = true,
    .check = check_tls_sentinel,
    .check_files = check_tls_files,
    .open = open_tls_sentinel,
};

const struct store_scheme store_rediss_cluster_scheme = {
    .name = "rediss+cluster",
    .form = "rediss+cluster://HOST,HOST",
    .is_remote = true,
    .check = check_tls_cluster,
    .check_files = check_tls_files,
    .open = open_tls_cluster,
};
