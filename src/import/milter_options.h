/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_MILTER_OPTIONS_H
#define TARDIGREY_IMPORT_MILTER_OPTIONS_H

#include <stdbool.h>

#include "import/milter_words.h"
#include "import/settings.h"

/*
 * milter_options: the options of tardigrey.conf(5) that lines of greylist.conf
 * set. Several lines may set one option, which the configuration may have only
 * once.
 */

enum milter_option {
	MILTER_DELAY, /* also delay_suspicious */
	MILTER_RETRY_WINDOW,
	MILTER_KEEP,
	MILTER_IPV4_PREFIX,
	MILTER_IPV6_PREFIX,
	MILTER_GREYLIST_RECIPIENTS,
};
#define MILTER_OPTIONS (MILTER_GREYLIST_RECIPIENTS + 1)

#define MILTER_VALUE_SIZE (MILTER_WORD_SIZE + 1) /* a word and a unit */

struct milter_value {
	char text[MILTER_VALUE_SIZE]; /* "": not set */
	bool is_of_entry;
};

/* Begin with a struct of zeros. */
struct milter_options {
	struct milter_value values[MILTER_OPTIONS];
};

/* Set an option. is_of_entry: the default entry of the access list sets it,
 * which counts more than all other lines. Of two equal ones the last counts. */
void milter_options_set(struct milter_options *options,
    enum milter_option option, const char *text, bool is_of_entry);

/* The same for a duration of milter-greylist. Returns false if it is none, or
 * if the option cannot be 0. */
bool milter_options_set_duration(struct milter_options *options,
    enum milter_option option, const char *text, bool is_of_entry);

/* Copy a duration of milter-greylist. A number without a unit is seconds.
 * Returns 0, or -1 if it is no duration. */
int milter_options_duration(const char *text, char out[MILTER_VALUE_SIZE]);

/* True if the text has digits only. */
bool milter_options_is_number(const char *text);

void milter_options_write(const struct milter_options *options,
    settings_write_fn *write, void *arg);

#endif
