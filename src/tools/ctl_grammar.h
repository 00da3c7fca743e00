/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_CTL_GRAMMAR_H
#define TARDIGREY_TOOLS_CTL_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * ctl_grammar: a table of the commands of tardigrey(8) and their options. A
 * command is a row of ctl_commands and a function. HACKING.md says how to add a
 * command.
 */

/* Exit statuses of every command. */
#define CTL_DONE    0
#define CTL_REFUSED 1 /* refused, not found or failed, after a complaint */
#define CTL_USAGE   2 /* wrong arguments or configuration */

struct ctl;
struct ctl_arguments;

typedef int ctl_run_fn(struct ctl *ctl, const struct ctl_arguments *arguments);

/* An option of a single command. */
struct ctl_option {
	const char *name;     /* "limit" */
	const char *argument; /* "N"; NULL: the option has no argument */
	const char *help;     /* one line */
};

#define CTL_OPTIONS_MAX 8

struct ctl_command {
	const char *words;                /* "config show" */
	const char *synopsis;             /* the arguments: "KIND PATTERN" */
	int n_min, n_max;                 /* number of arguments */
	const struct ctl_option *options; /* ends with zeros; NULL: none */
	const char *help;                 /* one line */
	ctl_run_fn *run;
};

/* Ends with a row of zeros. */
extern const struct ctl_command ctl_commands[];

/* Find the command that the arguments begin with. If there are several, find
 * the one with the most words. Sets *words_n to the number of its words.
 * Returns NULL if there is no such command. */
const struct ctl_command *ctl_find_command(int argc, char **argv, int *words_n);

/* True if the words of the command are "word" and one more. */
bool ctl_is_in_group(const struct ctl_command *command, const char *word);

/* Write the second words of the commands that begin with "word": "list, show".
 * Returns false if there is no such command. */
bool ctl_list_group(const char *word, char *out, size_t size);

ctl_run_fn ctl_backup;
ctl_run_fn ctl_clients_forget, ctl_clients_list;
ctl_run_fn ctl_config_check, ctl_config_show;
ctl_run_fn ctl_copy;
ctl_run_fn ctl_correspondents_add, ctl_correspondents_forget;
ctl_run_fn ctl_correspondents_import, ctl_correspondents_list;
ctl_run_fn ctl_decisions;
ctl_run_fn ctl_expire;
ctl_run_fn ctl_explain;
ctl_run_fn ctl_greylist_add, ctl_greylist_check, ctl_greylist_list;
ctl_run_fn ctl_greylist_remove;
ctl_run_fn ctl_import, ctl_import_settings;
ctl_run_fn ctl_report, ctl_stats, ctl_status;
ctl_run_fn ctl_triplets_approve, ctl_triplets_forget, ctl_triplets_list;
ctl_run_fn ctl_triplets_export, ctl_triplets_import;
ctl_run_fn ctl_whitelist_add, ctl_whitelist_check, ctl_whitelist_list;
ctl_run_fn ctl_whitelist_remove;

#endif
