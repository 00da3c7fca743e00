/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_CONFIG_CONFIG_H
#define TARDIGREY_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/networks.h"
#include "config/endpoint.h"
#include "config/option_value.h"
#include "decide/engine_rules.h"
#include "base/err.h"
#include "mail/reply.h"
#include "decide/store.h"

/*
 * config: the options of tardigrey.conf(5), and their values.
 *
 * An option is one row of the table in option_table.c. The parser, the range
 * check and --help use the row; a test compares the sample file and the manual
 * with it.
 */

/* Size of the text "FILE:LINE". A longer text is cut at the front. */
#define CONFIG_ORIGIN_SIZE 300

#define CONFIG_OPTIONS   59 /* rows of the table */
#define CONFIG_NAME_SIZE 64 /* of an account or a group */

enum greylist_recipients { RECIPIENTS_ALL, RECIPIENTS_LISTED };

enum log_to { LOG_TO_SYSLOG, LOG_TO_STDERR };

/* The form of the decisions in the log. */
enum log_format { LOG_FORMAT_TARDIGREY, LOG_FORMAT_POSTGREY };

/* The text of an option's value, with *** in place of a password, and the place
 * where it was set. */
struct config_given {
	char text[CONFIG_VALUE_SIZE];
	char origin[CONFIG_ORIGIN_SIZE]; /* "" for the default */
};

struct config {
	struct endpoint_list listen;
	unsigned socket_mode;
	char socket_group[CONFIG_NAME_SIZE]; /* "": the group of the process */
	char user[CONFIG_NAME_SIZE];
	char database[CONFIG_VALUE_SIZE];               /* a URI */
	char database_password_file[CONFIG_VALUE_SIZE]; /* "": none */
	char database_fallback[CONFIG_VALUE_SIZE];      /* a URI; "": none */
	struct store_options store;
	struct engine_rules rules;
	struct reply_template reply;
	struct config_files whitelist_clients, whitelist_senders;
	struct config_files whitelist_recipients;
	struct config_files greylist_clients, greylist_senders;
	enum greylist_recipients greylist_recipients;
	unsigned trust_client_name; /* yes or no */
	int64_t decisions_keep_s;   /* 0: none are kept */
	unsigned max_decisions;
	struct endpoint_list http; /* n is 0: none */
	struct networks http_allow;
	enum log_to log;
	enum log_format log_format;
	unsigned log_never_returned;          /* yes or no */
	unsigned sandbox;                     /* yes or no */
	char lookup[CONFIG_VALUE_SIZE];       /* a unix socket; "": none */
	char lookup_dnswl[CONFIG_VALUE_SIZE]; /* a DNS zone; "": none */
	char pid_file[CONFIG_VALUE_SIZE];     /* "": none */
	struct config_given given[CONFIG_OPTIONS];
};

/* Row i of the option table. i is less than CONFIG_OPTIONS. */
const struct option_row *config_row(size_t i);

/* The row number of an option, or CONFIG_OPTIONS for an unknown name. */
size_t config_row_find(const char *name);

/* Set every option to its default. */
void config_defaults(struct config *config);

/* Set one option. "origin" is the place where it is set, for messages. Returns
 * 0, or -1 with "ORIGIN: NAME: what is wrong" and the option unchanged. */
int config_set(struct config *config, const char *name, const char *value,
    const char *origin, struct err *err);

/* Set the options in the text of a file. "file_name" is for "FILE:LINE: ...".
 * Setting an option twice in one file is an error. Returns 0, or -1 with the
 * first wrong line. The options on the lines before it have been set. */
int config_parse(struct config *config, const char *text, size_t text_n,
    const char *file_name, struct err *err);

/* The text of an option, and the place where it was set. The name must be in
 * the option table. */
const struct config_given *config_given(const struct config *config,
    const char *name);

/* The longest delay that list files and entries may set: shorter than
 * retry_window. */
int64_t config_delay_max_s(const struct config *config);

/* Make the checks that need all options: retry_window must be longer than
 * delay, keep must be at least retry_window, pid_file, lookup,
 * database_password_file and the files of TLS must be absolute paths, a
 * certificate needs a key, and http on other addresses than loopback needs
 * http_allow. Returns 0 or -1. */
int config_check(const struct config *config, struct err *err);

#endif
