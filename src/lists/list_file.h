/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_LIST_FILE_H
#define TARDIGREY_LISTS_LIST_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "lists/list.h"

/*
 * list_file: the text of a list file to entries, tardigrey-lists(5). One
 * pattern a line, '#' begins a comment, a recipient may carry a setting.
 */

#define LIST_LINE_MAX 1000 /* octets */

struct list_file {
	const char *name; /* for "FILE:LINE", and the source of entries */
	enum list_kind kind;
	enum list_effect effect; /* of a line without a setting */
	int64_t delay_max_s;     /* of delay= */
	/* Set by list_file_parse(): the first lines with something that
	 * deserves a warning; 0: none. */
	unsigned two_octets_line, host_bits_line;
	char host_bits_network[PATTERN_SIZE]; /* what that line matches */
};

/* Add all lines to a list that is not sealed. Returns 0, or -1 with
 * "FILE:LINE: what was expected". */
int list_file_parse(struct list *list, struct list_file *file, const char *text,
    size_t text_n, struct err *err);

/* Read a recipient's setting: "off", "on", "shadow" or "delay=SPAN". Returns
 * 0 or -1 with what was expected. */
int list_setting_parse(const char *text, int64_t delay_max_s,
    struct list_entry *out, struct err *err);

/* The setting of an entry as above, "off" for what whitelists. */
#define LIST_SETTING_SIZE 48
void list_setting_format(enum list_effect effect, int64_t delay_s,
    char out[LIST_SETTING_SIZE]);

#endif
