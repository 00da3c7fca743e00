/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_FILE_H
#define TARDIGREY_SYSTEM_FILE_H

#include <stddef.h>

#include "base/err.h"

/* file: reading a whole file of bounded size. */

/* Read a file of less than octets_max octets. It must be a regular file or a
 * character device such as /dev/null. Returns its octets, which the caller
 * frees, and sets *n_out to their number. A NUL follows them; the file may have
 * others. Or returns NULL and a sentence that begins with the path. */
char *file_read(const char *path, size_t octets_max, size_t *n_out,
    struct err *err);

#endif
