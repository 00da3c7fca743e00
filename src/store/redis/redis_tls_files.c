/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_tls_files.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>

/* The errors of OpenSSL do not say clearly why it cannot open a file. */
static int
check_file(const char *option, const char *path, struct err *err)
{
	ERR_clear_error();
	if (access(path, R_OK) == 0)
		return 0;
	return err_set(err, "%s: %s: %s", option, path, strerror(errno));
}

/* OpenSSL would ask at the terminal. */
static int
refuse_passphrase(char *out, int size, int is_new, void *arg)
{
	(void)out;
	(void)size;
	(void)is_new;
	(void)arg;
	return 0;
}

static int
read_ca(SSL_CTX *context, const char *path, struct err *err)
{
	static const char option[] = "database_tls_ca_file";

	if (path[0] == '\0') {
		SSL_CTX_set_default_verify_paths(context);
		return 0;
	}
	if (check_file(option, path, err) != 0)
		return -1;
	if (SSL_CTX_load_verify_locations(context, path, NULL) == 1)
		return 0;
	return err_set(err, "%s: %s: not a certificate of a CA in PEM form",
	    option, path);
}

static int
read_certificate(SSL_CTX *context, const char *path, struct err *err)
{
	static const char option[] = "database_tls_cert_file";

	if (check_file(option, path, err) != 0)
		return -1;
	if (SSL_CTX_use_certificate_chain_file(context, path) == 1)
		return 0;
	return err_set(err, "%s: %s: not a certificate in PEM form", option,
	    path);
}

static int
read_key(SSL_CTX *context, const char *path, struct err *err)
{
	static const char option[] = "database_tls_key_file";

	if (check_file(option, path, err) != 0)
		return -1;
	SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
	if (SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) == 1)
		return 0;
	if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
		return err_set(err,
		    "%s: %s: not the key of the certificate in "
		    "database_tls_cert_file",
		    option, path);
	return err_set(err,
	    "%s: %s: not a private key in PEM form without a passphrase",
	    option, path);
}

int
redis_tls_files_read(SSL_CTX *context, const struct store_tls *files,
    struct err *err)
{
	if (read_ca(context, files->ca_file, err) != 0)
		return -1;
	if (files->cert_file[0] == '\0')
		return 0;
	return read_certificate(context, files->cert_file, err) == 0
	    ? read_key(context, files->key_file, err)
	    : -1;
}
