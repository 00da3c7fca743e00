/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CTL_H
#define TARDIGREY_TOOLS_CTL_H

#include <stdbool.h>

#include "config/config.h"
#include "decide/store.h"
#include "system/overrides.h"
#include "tools/table.h"

/*
 * ctl: tardigrey(8), the administrator's program. A command is a row of
 * ctl_commands and a function; how to add one is in HACKING.md.
 */

/* Exit statuses of every command. */
#define CTL_DONE    0
#define CTL_REFUSED 1 /* or not found, or failed: standard error says what */
#define CTL_USAGE   2 /* or configuration */

struct ctl {
	const char *config_file;
	struct overrides overrides;
	struct config config;
	bool json;
	enum table_form form;           /* of what is printed */
	char author[STORE_AUTHOR_SIZE]; /* who runs this */
};

/* An option that only one command has. */
struct ctl_option {
	const char *name;     /* "limit" */
	const char *argument; /* "N"; NULL: takes none */
	const char *help;     /* one line */
};

#define CTL_OPTIONS_MAX 8

struct ctl_command;

struct ctl_arguments {
	const struct ctl_command *command;
	int n;
	char **items;                        /* what are not options */
	const char *values[CTL_OPTIONS_MAX]; /* NULL: not given */
};

struct ctl_command {
	const char *words;                /* "config show" */
	const char *synopsis;             /* of the arguments: "KIND PATTERN" */
	int n_min, n_max;                 /* of the arguments */
	const struct ctl_option *options; /* ends with zeros, or NULL */
	const char *help;                 /* one line */
	int (*run)(struct ctl *ctl, const struct ctl_arguments *arguments);
};

/* Ends with a row of zeros. */
extern const struct ctl_command ctl_commands[];

/* What was given for an option of the command ("" if it takes nothing), or
 * NULL. */
const char *ctl_value(const struct ctl_arguments *arguments, const char *name);

/* The same as a whole number of seconds, at least 1, or as a number; what was
 * there stays if the option was not given. Returns 0, or -1 after a
 * complaint. */
int ctl_value_span(const struct ctl_arguments *arguments, const char *name,
    int64_t *span_s);
int ctl_value_number(const struct ctl_arguments *arguments, const char *name,
    int64_t *number);

/* Say what is wrong, on standard error; escapes it. */
void ctl_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The same, with how the command is to be used. Returns CTL_USAGE. */
int ctl_misused(const struct ctl_arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

_Noreturn void ctl_out_of_memory(void);

/* Memory, all zero, for the caller to free; ends the program if there is
 * none. ctl_grow() doubles an array when its n items fill it. */
void *ctl_alloc(size_t n, size_t size);
void *ctl_grow(void *items, size_t n, size_t size);
char *ctl_copy(const char *text);

/* Open the database as the account that owns it; the caller closes it with
 * store_close(). Returns NULL after saying why. The second is for a
 * command that writes much (STORE_FILL). */
struct store *ctl_open_store(struct ctl *ctl);
struct store *ctl_open_store_to_fill(struct ctl *ctl);

typedef int ctl_run_fn(struct ctl *ctl, const struct ctl_arguments *arguments);

ctl_run_fn ctl_backup;
ctl_run_fn ctl_clients_forget, ctl_clients_list;
ctl_run_fn ctl_config_check, ctl_config_show;
ctl_run_fn ctl_expire;
ctl_run_fn ctl_explain;
ctl_run_fn ctl_greylist_add, ctl_greylist_check, ctl_greylist_list;
ctl_run_fn ctl_greylist_remove;
ctl_run_fn ctl_stats;
ctl_run_fn ctl_triplets_approve, ctl_triplets_forget, ctl_triplets_list;
ctl_run_fn ctl_triplets_export, ctl_triplets_import;
ctl_run_fn ctl_whitelist_add, ctl_whitelist_check, ctl_whitelist_list;
ctl_run_fn ctl_whitelist_remove;

#endif
