/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_STORE_REDIS_REDIS_TLS_FILES_H
#define TARDIGREY_STORE_REDIS_REDIS_TLS_FILES_H

#include <openssl/ssl.h>

#include "decide/store.h"

/* redis_tls_files: the certificates of TLS. */

/* Read the files into a context of OpenSSL. Without a ca_file, the context
 * trusts the CAs of the system. Returns 0, or -1 and a sentence with the option
 * and the file. */
int redis_tls_files_read(SSL_CTX *context, const struct store_tls *files,
    struct err *err);

#endif
