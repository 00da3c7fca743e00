/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_GENERIC_WORDS_H
#define TARDIGREY_MAIL_GENERIC_WORDS_H

#include <stdbool.h>

/*
 * generic_words: tests whether a host name has words for access lines,
 * customers or rented servers. The name must be in lower case.
 */

/* True if the name ends like the default names of a cloud or a hoster. */
bool generic_words_at_end(const char *name);

/*
 * True if the name has, in front of its registered domain, a word for access
 * lines ("dynamic", "adsl", "cable"), or a weaker word ("pool", "static",
 * "vps") and no word for mail servers ("mail", "smtp").
 */
bool generic_words_inside(const char *name);

#endif
