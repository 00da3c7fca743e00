/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_SPAMDB_H
#define TARDIGREY_IMPORT_SPAMDB_H

#include "import/foreign.h"

/*
 * spamdb: the records of OpenBSD's spamd(8) and of greyd(8), as spamdb(8) and
 * greydb(8) print them, one on each line:
 *
 *   WHITE|address|||first|pass|expire|blocked|passed
 *   GREY|address|helo|sender|recipient|first|pass|expire|blocked|passed
 *
 * A WHITE address has retried, and passes at once with any mail. TRAPPED and
 * SPAMTRAP lines have no equal in Tardigrey.
 */

enum spamdb_line { SPAMDB_WRONG, SPAMDB_TRAP, SPAMDB_RECORD };

/* Parse a line without its newline. retries_n is the number of retries that a
 * WHITE address has for us. Returns SPAMDB_RECORD and sets *out, or SPAMDB_TRAP
 * for a TRAPPED or SPAMTRAP line, or SPAMDB_WRONG. */
enum spamdb_line spamdb_parse(const char *line, int64_t retries_n,
    struct foreign *out);

#endif
