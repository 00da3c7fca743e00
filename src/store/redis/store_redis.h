/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_STORE_REDIS_H
#define TARDIGREY_STORE_REDIS_STORE_REDIS_H

#include "store/store_scheme.h"

/*
 * store_redis: a store on Redis or Valkey, which several hosts can share
 * (store/redis/redis.h).
 */
extern const struct store_scheme store_redis_scheme, store_redis_unix_scheme,
    store_redis_sentinel_scheme, store_redis_cluster_scheme;

/* The same with TLS. */
extern const struct store_scheme store_rediss_scheme,
    store_rediss_sentinel_scheme, store_rediss_cluster_scheme;

#endif
