/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CONFIG_OPTION_VALUE_H
#define TARDIGREY_CONFIG_OPTION_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * option_value: the types of option values, and the parser of their texts.
 */

#define CONFIG_VALUE_SIZE 1024 /* of a value, with its NUL */
#define CONFIG_FILES_MAX  16

/* The file names of one option, in their order. */
struct config_files {
	char text[CONFIG_VALUE_SIZE]; /* each name with its NUL */
	size_t n;
};

/* The name of file i. i is less than files->n. */
const char *config_files_item(const struct config_files *files, size_t i);

enum option_type {
	OPTION_TEXT,         /* char[max], at least min octets */
	OPTION_SECONDS,      /* int64_t; a duration in whole seconds */
	OPTION_MILLISECONDS, /* int64_t; a duration */
	OPTION_NUMBER,       /* unsigned */
	OPTION_SIZE,         /* int64_t; a number of octets */
	OPTION_OCTAL,        /* unsigned */
	OPTION_CHOICE,       /* an enum: index into choices */
	OPTION_MODE,         /* int64_t; until when mail is not deferred */
	OPTION_WORDS,        /* unsigned; bit i stands for choices[i] */
	OPTION_ENDPOINTS,    /* struct endpoint_list, at least min */
	OPTION_REPLY,        /* struct reply_template */
	OPTION_FILES,        /* struct config_files; absolute paths */
	OPTION_NETWORKS,     /* struct networks */
};

struct option_row {
	const char *name;
	enum option_type type;
	size_t offset;        /* of the value, in struct config */
	const char *fallback; /* the default, as text */
	int64_t min, max;     /* in the unit of the type */
	const char *choices[5];
	bool needs_restart; /* SIGHUP cannot change it */
	bool daemon_only;   /* tardigrey-rcptcheck never uses it */
	/* The installed list file that the sample configuration names, or NULL
	 * if the sample shows the default. */
	const char *sample;
	const char *help; /* one line */
};

/* Parse a value, check its range and store it in *member, which has the type of
 * the row. Returns 0, or -1 with what is wrong and what to write instead, and
 * *member unchanged. */
int option_value_set(const struct option_row *row, const char *value,
    void *member, struct err *err);

#endif
