/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CONFIG_CONFIG_H
#define TARDIGREY_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/endpoint.h"
#include "decide/engine.h"
#include "base/err.h"
#include "mail/reply.h"
#include "decide/store.h"

/*
 * config: the option table, and tardigrey.conf(5) text to struct config.
 *
 * An option is one row: the parser, the range check, --help, the sample file
 * and the manual are made from it or checked against it.
 */

#define CONFIG_VALUE_SIZE  1024 /* of a value, with its NUL */
#define CONFIG_ORIGIN_SIZE 300  /* "FILE:LINE", cut at the front */
#define CONFIG_OPTIONS     34
#define CONFIG_NAME_SIZE   64

enum greylist_recipients { RECIPIENTS_ALL, RECIPIENTS_LISTED };

enum log_to { LOG_TO_SYSLOG, LOG_TO_STDERR };

/* Files that an option names, in their order. */
#define CONFIG_FILES_MAX 16

struct config_files {
	char text[CONFIG_VALUE_SIZE]; /* the names, each with its NUL */
	size_t n;
};

/* The name of file i of n. */
const char *config_files_item(const struct config_files *files, size_t i);

/* What was written for an option, and where. */
struct config_given {
	char text[CONFIG_VALUE_SIZE];
	char origin[CONFIG_ORIGIN_SIZE]; /* "" for the default */
};

struct config {
	struct endpoint_list listen;
	unsigned socket_mode;
	char socket_group[CONFIG_NAME_SIZE]; /* "": the process's own */
	char user[CONFIG_NAME_SIZE];
	char database[CONFIG_VALUE_SIZE]; /* SCHEME:WHERE */
	struct store_options store;
	struct engine_rules rules;
	struct reply_template reply;
	struct config_files whitelist_clients, whitelist_senders;
	struct config_files whitelist_recipients;
	struct config_files greylist_clients, greylist_senders;
	enum greylist_recipients greylist_recipients;
	unsigned trust_client_name; /* yes or no */
	unsigned max_rows, max_waiting_per_client;
	enum log_to log;
	char pid_file[CONFIG_VALUE_SIZE]; /* "": none */
	struct config_given given[CONFIG_OPTIONS];
};

enum option_type {
	OPTION_TEXT,         /* char[max], at least min octets */
	OPTION_SECONDS,      /* int64_t; a duration of whole seconds */
	OPTION_MILLISECONDS, /* int64_t; a duration */
	OPTION_NUMBER,       /* unsigned */
	OPTION_OCTAL,        /* unsigned */
	OPTION_CHOICE,       /* an enum: index into choices */
	OPTION_WORDS,        /* unsigned; bits of choices, the first is 1 */
	OPTION_ENDPOINTS,    /* struct endpoint_list */
	OPTION_REPLY,        /* struct reply_template */
	OPTION_FILES,        /* struct config_files; absolute paths or none */
};

struct option_row {
	const char *name;
	enum option_type type;
	size_t offset;        /* in struct config */
	const char *fallback; /* the default, as it would be written */
	int64_t min, max;     /* in the unit of the type */
	const char *choices[5];
	bool needs_restart; /* SIGHUP cannot change it */
	/* The file of ours that the sample configuration names; NULL: it
	 * leaves the default. */
	const char *sample;
	const char *help; /* one line */
};

/* Row i of CONFIG_OPTIONS. */
const struct option_row *config_row(size_t i);

/* Set every option to its default. */
void config_defaults(struct config *config);

/* Set one option. "origin" says where it comes from, for error texts. Returns
 * 0, or -1 with "origin: what was expected" and the option unchanged. */
int config_set(struct config *config, const char *name, const char *value,
    const char *origin, struct err *err);

/* Read a whole file's text; "file_name" is for "FILE:LINE: ...". Setting
 * an option twice in one file is an error. Returns 0 or -1; after -1 *config
 * holds what came before the faulty line. */
int config_parse(struct config *config, const char *text, size_t text_n,
    const char *file_name, struct err *err);

/* What was written for an option of the table, or its default. */
const struct config_given *config_given(const struct config *config,
    const char *name);

/* Check what options demand of each other. Returns 0 or -1. */
int config_check(const struct config *config, struct err *err);

#endif
