/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_LISTS_LIST_FILE_H
#define TARDIGREY_LISTS_LIST_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "lists/list.h"

/*
 * list_file: parse the text of a list file, tardigrey-lists(5), and add its
 * lines to a list. A line has one pattern. '#' starts a comment. A line of a
 * recipient list may have a setting after the pattern. A byte order mark at the
 * beginning of the text is skipped.
 */

#define LIST_LINE_MAX        1000 /* octets */
#define LIST_FILE_ERRORS_MAX 20

typedef void list_file_error_fn(const char *text);

struct list_file {
	const char *name; /* for "FILE:LINE"; the source of its entries */
	enum list_kind kind;
	enum list_effect effect; /* of a line without a setting */
	int64_t delay_max_s;     /* longest delay of a setting delay=TIME */
	/* Called for each error except the last. NULL: stop at the first
	 * error. */
	list_file_error_fn *complain;
	/* Set by list_file_parse(), for warnings: the number of the first line
	 * with a network of two octets, of the first line with a network
	 * that has host bits, and of the first line that lets very much mail
	 * pass (wide_pattern.h). 0: there is no such line. */
	unsigned two_octets_line, host_bits_line, wide_line;
	char host_bits_network[PATTERN_SIZE]; /* without the host bits */
	struct err wide; /* what the pattern of wide_line matches */
};

/* Add all lines to a list that is not sealed. Returns 0, or -1 with
 * "FILE:LINE: what is wrong". Stops after LIST_FILE_ERRORS_MAX errors. */
int list_file_parse(struct list *list, struct list_file *file, const char *text,
    size_t text_n, struct err *err);

/* Parse a recipient's setting: "off", "on", "all", "suspicious", "shadow",
 * "shadow-until=DATE" or "delay=TIME". Returns 0, or -1 with what is wrong and
 * what to write instead.
 */
int list_setting_parse(const char *text, int64_t delay_max_s,
    struct list_entry *out, struct err *err);

/* Write the setting of an entry in the form that list_setting_parse() reads. An
 * entry of the store has no shadow-until: it has a time of expiry. */
#define LIST_SETTING_SIZE 48
void list_setting_format(enum list_effect effect, int64_t delay_s,
    char out[LIST_SETTING_SIZE]);

#endif
