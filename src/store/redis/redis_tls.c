/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_tls.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "store/redis/redis_clock.h"
#include "store/redis/redis_tls_files.h"

struct redis_tls_context {
	SSL_CTX *ssl;       /* owned */
	BIO_METHOD *method; /* owned */
};

struct redis_tls {
	SSL *ssl; /* owned */
	int fd;   /* borrowed */
	/* The octets to send. The first sent_n of them have been sent. */
	char *octets; /* owned */
	size_t octets_n, octets_size, sent_n;
};

/* ---- The socket ---- */

/* OpenSSL writes to a socket in a way that raises SIGPIPE if the server has
 * closed the connection. So it gets functions of our own for that. */

static int
socket_of(BIO *bio)
{
	return (int)(intptr_t)BIO_get_data(bio);
}

static int
send_octets(BIO *bio, const char *octets, int n)
{
	int rc = (int)send(socket_of(bio), octets, (size_t)n, MSG_NOSIGNAL);

	BIO_clear_retry_flags(bio);
	if (rc < 0 && BIO_sock_should_retry(rc))
		BIO_set_retry_write(bio);
	return rc;
}

static int
receive_octets(BIO *bio, char *out, int size)
{
	int rc = (int)recv(socket_of(bio), out, (size_t)size, 0);

	BIO_clear_retry_flags(bio);
	if (rc < 0 && BIO_sock_should_retry(rc))
		BIO_set_retry_read(bio);
	return rc;
}

static long
control(BIO *bio, int what, long number, void *arg)
{
	(void)bio;
	(void)number;
	(void)arg;
	return what == BIO_CTRL_FLUSH ? 1 : 0;
}

static BIO_METHOD *
new_method(void)
{
	/* The first type that OpenSSL leaves to programs. There are 128 of
	 * them, so each context must not take one. */
	BIO_METHOD *method =
	    BIO_meth_new(BIO_TYPE_START | BIO_TYPE_SOURCE_SINK, "socket");

	if (method != NULL) {
		BIO_meth_set_write(method, send_octets);
		BIO_meth_set_read(method, receive_octets);
		BIO_meth_set_ctrl(method, control);
	}
	return method;
}

/* ---- The context ---- */

struct redis_tls_context *
redis_tls_context_new(const struct store_tls *files, struct err *err)
{
	struct redis_tls_context *context = calloc(1, sizeof(*context));

	if (context == NULL ||
	    (context->ssl = SSL_CTX_new(TLS_client_method())) == NULL ||
	    (context->method = new_method()) == NULL) {
		err_no_memory(err);
		redis_tls_context_free(context);
		return NULL;
	}
	SSL_CTX_set_min_proto_version(context->ssl, TLS1_2_VERSION);
	SSL_CTX_set_verify(context->ssl, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(context->ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context->ssl,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(context->ssl, SSL_OP_NO_RENEGOTIATION);
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
	/* A server that is killed ends the connection without a message. */
	SSL_CTX_set_options(context->ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
	if (redis_tls_files_read(context->ssl, files, err) == 0)
		return context;
	redis_tls_context_free(context);
	return NULL;
}

void
redis_tls_context_free(struct redis_tls_context *context)
{
	if (context == NULL)
		return;
	SSL_CTX_free(context->ssl);
	BIO_meth_free(context->method);
	free(context);
}

/* ---- Why a call failed ---- */

/* Each thread has a queue of errors. An old one would explain the next call. */
static void
forget_errors(void)
{
	ERR_clear_error();
	errno = 0;
}

static int
explain_certificate(const struct redis_tls *tls, struct err *err)
{
	long problem = SSL_get_verify_result(tls->ssl);
	const char *what = "see openssl-verification-options(1)";

	switch (problem) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		what = "it is for another host; write a name or an address "
		       "that it contains";
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		what = "name the file of its CA in database_tls_ca_file";
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		what = "renew it, or set the clock of this host";
		break;
	}
	return err_set(err, "cannot verify the certificate: %s (%s)",
	    X509_verify_cert_error_string(problem), what);
}

/* The alerts about certificates. The server says only this when it wants a
 * certificate and got none, or does not like it. */
static bool
is_about_certificate(int alert)
{
	return (alert >= SSL_AD_HANDSHAKE_FAILURE &&
		   alert <= SSL_AD_ILLEGAL_PARAMETER - 1) ||
	    alert == SSL_AD_UNKNOWN_CA || alert == SSL_AD_ACCESS_DENIED ||
	    alert == SSL_AD_CERTIFICATE_REQUIRED;
}

static int
explain_protocol(const struct redis_tls *tls, struct err *err)
{
	unsigned long problem = ERR_peek_error();
	int reason = ERR_GET_REASON(problem);
	const char *text = ERR_reason_error_string(problem);

	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return explain_certificate(tls, err);
	if (reason == SSL_R_WRONG_VERSION_NUMBER)
		return err_set(err,
		    "the server does not speak TLS on this port");
	if (is_about_certificate(reason - SSL_AD_REASON_OFFSET))
		return err_set(err,
		    "the server refuses the connection: %s (see "
		    "database_tls_cert_file)",
		    text);
	return err_set(err, "TLS: %s", text != NULL ? text : "failed");
}

/* Returns 0 if the call that gave rc must only wait, or -1 and a sentence. */
static int
explain(const struct redis_tls *tls, int rc, struct err *err)
{
	int problem = errno;

	switch (SSL_get_error(tls->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return 0;
	case SSL_ERROR_SSL:
		return explain_protocol(tls, err);
	case SSL_ERROR_SYSCALL:
		if (problem != 0)
			return err_set(err, "%s", strerror(problem));
		break;
	}
	return err_set(err, "the server has closed the connection");
}

/* ---- Connecting ---- */

/* A name goes to the server, which may have several certificates. An address
 * does not (RFC 6066, 3). */
static int
expect_host(struct redis_tls *tls, const char *host)
{
	X509_VERIFY_PARAM *rules = SSL_get0_param(tls->ssl);

	if (X509_VERIFY_PARAM_set1_ip_asc(rules, host) == 1)
		return 0;
	X509_VERIFY_PARAM_set_hostflags(rules,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(rules, host, 0) == 1 &&
		SSL_set_tlsext_host_name(tls->ssl, host) == 1
	    ? 0
	    : -1;
}

static int
use_socket(struct redis_tls *tls, const struct redis_tls_context *context,
    int fd)
{
	BIO *bio = BIO_new(context->method);

	if (bio == NULL)
		return -1;
	BIO_set_data(bio, (void *)(intptr_t)fd);
	BIO_set_init(bio, 1);
	SSL_set_bio(tls->ssl, bio, bio);
	return 0;
}

static int
wait_for_server(const struct redis_tls *tls, int64_t deadline_ms,
    struct err *err)
{
	struct pollfd poller = {
	    .fd = tls->fd,
	    .events = SSL_want_write(tls->ssl) ? POLLOUT : POLLIN,
	};
	int rc;

	do
		rc = poll(&poller, 1, redis_clock_left_ms(deadline_ms));
	while (rc < 0 && errno == EINTR);
	if (rc > 0)
		return 0;
	return rc < 0 ? err_set(err, "%s", strerror(errno))
		      : err_set(err,
			    "no answer to the TLS handshake in time (does the "
			    "server speak TLS on this port?)");
}

static int
shake_hands(struct redis_tls *tls, int64_t deadline_ms, struct err *err)
{
	for (;;) {
		int rc;

		forget_errors();
		rc = SSL_connect(tls->ssl);
		if (rc == 1)
			return 0;
		if (explain(tls, rc, err) != 0 ||
		    wait_for_server(tls, deadline_ms, err) != 0)
			return -1;
	}
}

struct redis_tls *
redis_tls_open(const struct redis_tls_context *context, int fd,
    const char *host, int64_t deadline_ms, struct err *err)
{
	struct redis_tls *tls = calloc(1, sizeof(*tls));

	if (tls == NULL || (tls->ssl = SSL_new(context->ssl)) == NULL ||
	    use_socket(tls, context, fd) != 0 || expect_host(tls, host) != 0) {
		redis_tls_free(tls);
		err_no_memory(err);
		return NULL;
	}
	tls->fd = fd;
	if (shake_hands(tls, deadline_ms, err) == 0)
		return tls;
	redis_tls_free(tls);
	return NULL;
}

void
redis_tls_free(struct redis_tls *tls)
{
	if (tls == NULL)
		return;
	if (tls->ssl != NULL && SSL_is_init_finished(tls->ssl))
		SSL_shutdown(tls->ssl);
	SSL_free(tls->ssl);
	ERR_clear_error();
	free(tls->octets);
	free(tls);
}

bool
redis_tls_is_open(struct redis_tls *tls)
{
	struct err ignored;
	char octet;
	int rc;

	forget_errors();
	rc = SSL_peek(tls->ssl, &octet, 1);
	return rc <= 0 && explain(tls, rc, &ignored) == 0;
}

/* ---- Octets ---- */

int
redis_tls_append(struct redis_tls *tls, const char *octets, size_t n)
{
	if (tls->octets_size - tls->octets_n < n) {
		size_t size = (tls->octets_n + n) * 2;
		char *more = realloc(tls->octets, size);

		if (more == NULL)
			return -1;
		tls->octets = more;
		tls->octets_size = size;
	}
	memcpy(tls->octets + tls->octets_n, octets, n);
	tls->octets_n += n;
	return 0;
}

/* A server that refuses the certificate of this host says so, and closes the
 * connection. Look for what it has said, because writing failed first. */
static int
explain_write(struct redis_tls *tls, struct err *err)
{
	struct err said;
	char octet;
	int rc;

	forget_errors();
	rc = SSL_peek(tls->ssl, &octet, 1);
	if (rc <= 0 && SSL_get_error(tls->ssl, rc) == SSL_ERROR_SSL &&
	    explain_protocol(tls, &said) != 0)
		*err = said;
	return -1;
}

int
redis_tls_write(struct redis_tls *tls, bool *done, struct err *err)
{
	*done = false;
	while (tls->sent_n < tls->octets_n) {
		size_t n = tls->octets_n - tls->sent_n;
		int rc;

		forget_errors();
		rc = SSL_write(tls->ssl, tls->octets + tls->sent_n,
		    n < INT_MAX ? (int)n : INT_MAX);
		if (rc <= 0)
			return explain(tls, rc, err) == 0
			    ? 0
			    : explain_write(tls, err);
		tls->sent_n += (size_t)rc;
	}
	tls->octets_n = tls->sent_n = 0;
	*done = true;
	return 0;
}

int
redis_tls_read(struct redis_tls *tls, char out[REDIS_TLS_RECORD_MAX],
    struct err *err)
{
	int rc;

	forget_errors();
	rc = SSL_read(tls->ssl, out, REDIS_TLS_RECORD_MAX);
	return rc > 0 ? rc : explain(tls, rc, err);
}
