/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The functions of redis_tls.h for a program without OpenSSL. Without a
 * context, none of the others is called.
 *
 * tardigrey-rcptcheck-direct has these functions although there is a
 * redis_tls.c: qmail-smtpd starts it for every recipient, and loading OpenSSL
 * takes longer than the rest of its start.
 */
#include "store/redis/redis_tls.h"

struct redis_tls_context *
redis_tls_context_new(const struct store_tls *files, struct err *err)
{
	(void)files;
	err_set(err,
	    "this program has no TLS (run tardigreyd, and use "
	    "tardigrey-rcptcheck)");
	return NULL;
}

void
redis_tls_context_free(struct redis_tls_context *context)
{
	(void)context;
}

struct redis_tls *
redis_tls_open(const struct redis_tls_context *context, int fd,
    const char *host, int64_t deadline_ms, struct err *err)
{
	(void)context;
	(void)fd;
	(void)host;
	(void)deadline_ms;
	(void)err;
	return NULL;
}

void
redis_tls_free(struct redis_tls *tls)
{
	(void)tls;
}

bool
redis_tls_is_open(struct redis_tls *tls)
{
	(void)tls;
	return false;
}

int
redis_tls_append(struct redis_tls *tls, const char *octets, size_t n)
{
	(void)tls;
	(void)octets;
	(void)n;
	return -1;
}

int
redis_tls_write(struct redis_tls *tls, bool *done, struct err *err)
{
	(void)tls;
	(void)done;
	(void)err;
	return -1;
}

int
redis_tls_read(struct redis_tls *tls, char out[REDIS_TLS_RECORD_MAX],
    struct err *err)
{
	(void)tls;
	(void)out;
	(void)err;
	return -1;
}
