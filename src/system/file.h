/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_FILE_H
#define TARDIGREY_SYSTEM_FILE_H

#include <stddef.h>

#include "base/err.h"

/* file: whole files, of bounded size, that an administrator names. */

/* Read a file of less than octets_max octets. A device such as /dev/null may
 * be read, a FIFO or a folder is refused. Returns its octets, which the caller
 * frees, and their number; or NULL with "PATH: what was expected". */
char *file_read(const char *path, size_t octets_max, size_t *n_out,
    struct err *err);

#endif
