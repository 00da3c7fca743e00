/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_decisions: tardigrey decisions searches the decisions that are kept. */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/log_field.h"
#include "mail/reference.h"
#include "mail/verdict.h"
#include "store/store_open.h"
#include "system/clock.h"
#include "tools/ctl.h"
#include "tools/mail_argument.h"
#include "tools/show.h"
#include "tools/table.h"

#define DAY_S 86400
#define SLICE 1000

/* The columns are the fields of a log line. A terminal gets the first ones. */
static const struct column columns[] = {
    {"time", COLUMN_TIME},
    {"action", COLUMN_EXTRA}, /* the reason tells it, too */
    {"reason", COLUMN_WORD},
    {"client_name", COLUMN_EXTRA},
    {"client_address", COLUMN_WORD},
    {"sender", COLUMN_TEXT},
    {"recipient", COLUMN_TEXT},
    {"reference", COLUMN_WORD},
    {"delay", COLUMN_NUMBER},
    {"age", COLUMN_NUMBER},
    {"wait", COLUMN_NUMBER},
    {"would", COLUMN_TEXT},
    {"class", COLUMN_TEXT},
    {"key_client", COLUMN_TEXT},
    {"list", COLUMN_TEXT},
    {"pattern", COLUMN_TEXT},
    {"state", COLUMN_TEXT},
    {"instance", COLUMN_TEXT},
    {"queue_id", COLUMN_TEXT},
    {"policy_context", COLUMN_TEXT},
};
#define COLUMNS_N  (sizeof(columns) / sizeof(columns[0]))
#define TERMINAL_N 8

/* Options that select decisions, and the fields of which one must match. */
#define FIELDS_MAX 3
enum filter {
	FILTER_CLIENT,
	FILTER_SENDER,
	FILTER_RECIPIENT,
	FILTER_ACTION,
	FILTER_REFERENCE,
};
static const struct {
	const char *option;
	const char *fields[FIELDS_MAX];
} filters[] = {
    [FILTER_CLIENT] = {"client",
	{"client_address", "client_name", "key_client"}},
    [FILTER_SENDER] = {"sender", {"sender"}},
    [FILTER_RECIPIENT] = {"recipient", {"recipient"}},
    [FILTER_ACTION] = {"action", {"action", "reason", "would"}},
    [FILTER_REFERENCE] = {"reference", {"reference"}},
};
#define FILTERS_N (FILTER_REFERENCE + 1)

struct search {
	const struct ctl_arguments *arguments;
	struct mail_glob globs[FILTERS_N];
	struct table table;
	size_t columns_n;
	int64_t from_s, to_s;
	int64_t limit_n, found_n;
	int64_t left_out_n;
};

/* ---- Matching ---- */

static bool
is_glob(const struct mail_glob *glob, const char *line, const char *field)
{
	char value[LOG_FIELD_SIZE];

	return log_field(line, field, value) &&
	    mail_argument_matches(glob, value);
}

static bool
matches(const struct search *search, const char *line, enum filter filter)
{
	const char *const *fields = filters[filter].fields;

	if (ctl_value(search->arguments, filters[filter].option) == NULL)
		return true;
	for (int i = 0; i < FIELDS_MAX && fields[i] != NULL; i++)
		if (is_glob(&search->globs[filter], line, fields[i]))
			return true;
	return false;
}

static bool
matches_all(const struct search *search, const char *line)
{
	for (enum filter filter = 0; filter < FILTERS_N; filter++)
		if (!matches(search, line, filter))
			return false;
	return true;
}

/* ---- Printing ---- */

static void
print_row(struct search *search, const struct kept_decision *decision)
{
	char value[LOG_FIELD_SIZE];

	table_number(&search->table, decision->time_s);
	for (size_t i = 1; i < search->columns_n; i++) {
		log_field(decision->line, columns[i].name, value);
		if (columns[i].type == COLUMN_NUMBER)
			table_number(&search->table,
			    value[0] != '\0' ? strtoll(value, NULL, 10) : -1);
		else if (strcmp(columns[i].name, "sender") == 0 &&
		    value[0] == '\0')
			table_text(&search->table, "<>");
		else
			table_text(&search->table, value);
	}
	search->found_n++;
}

static void
take(const struct kept_decision *decision, void *arg)
{
	struct search *search = arg;
	char value[LOG_FIELD_SIZE];

	if (decision->time_s < search->from_s ||
	    decision->time_s >= search->to_s)
		return;
	if (log_field(decision->line, "left_out", value))
		search->left_out_n += strtoll(value, NULL, 10);
	else if (search->found_n < search->limit_n &&
	    matches_all(search, decision->line))
		print_row(search, decision);
}

static int
read_all(struct store *store, struct search *search)
{
	int64_t position = 0;
	bool done = false;
	struct err err;

	while (!done)
		if (store->decisions->read(store, &position, SLICE, take,
			search, &done, &err) != STORE_OK) {
			complain("%s", err.text);
			return CTL_REFUSED;
		}
	return CTL_DONE;
}

static void
explain_absence(const struct ctl *ctl, const struct search *search)
{
	if (search->left_out_n > 0)
		complain("%" PRId64 " decision%s of this time %s not kept, "
			 "because there were too many in a second, or the "
			 "database was away or full",
		    search->left_out_n, show_plural(search->left_out_n),
		    search->left_out_n == 1 ? "was" : "were");
	else if (search->found_n == 0 && ctl->config.decisions_keep_s == 0)
		complain("no decisions are kept (decisions_keep = 0)");
}

/* ---- The command ---- */

/* The words of actions and then of reasons. */
#define WORDS_N ((size_t)ACTIONS + REASON_COUNT)

static const char *
word_at(size_t i)
{
	return i < ACTIONS ? action_word((enum action)i)
			   : reason_word((enum reason)(i - ACTIONS));
}

static int
refuse_action(const struct ctl_arguments *arguments, const char *glob)
{
	char words[ERR_SIZE] = "";
	size_t n = 0;

	for (size_t i = 0; i < WORDS_N && n < sizeof(words); i++)
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s",
		    i > 0 ? ", " : "", word_at(i));
	return ctl_misused(arguments,
	    "--action: unknown action or reason: \"%s\" (write one of: %s)",
	    glob, words);
}

static int
check_action(const struct ctl_arguments *arguments)
{
	const char *glob = ctl_value(arguments, "action");

	for (size_t i = 0; glob != NULL && i < WORDS_N; i++)
		if (fnmatch(glob, word_at(i), FNM_CASEFOLD) == 0)
			return CTL_DONE;
	return glob == NULL ? CTL_DONE : refuse_action(arguments, glob);
}

/* The log has the null sender as an empty text. */
static int
read_globs(const struct ctl_arguments *arguments, struct search *search)
{
	struct mail_glob *sender = &search->globs[FILTER_SENDER];
	const char *text = ctl_value(arguments, "reference");
	char reference[REFERENCE_SIZE];

	for (int i = 0; i < FILTERS_N; i++)
		mail_argument_glob(ctl_value(arguments, filters[i].option),
		    &search->globs[i]);
	if (strcmp(sender->text, "<>") == 0)
		mail_argument_glob("", sender);
	if (text == NULL)
		return check_action(arguments);
	if (reference_parse(text, reference) != 0)
		return ctl_misused(arguments,
		    "--reference: not a reference: \"%s\" (write the eight "
		    "letters and digits of the reply)",
		    text);
	mail_argument_glob(reference, &search->globs[FILTER_REFERENCE]);
	return check_action(arguments);
}

static int
read_arguments(const struct ctl_arguments *arguments, struct search *search)
{
	int64_t now_s = clock_now_s(), since_s = DAY_S, until_s = 0;

	search->arguments = arguments;
	search->limit_n = INT64_MAX;
	if (ctl_value_span(arguments, "since", &since_s) != 0 ||
	    ctl_value_span(arguments, "until", &until_s) != 0 ||
	    ctl_value_number(arguments, "limit", &search->limit_n) != 0)
		return CTL_USAGE;
	if (until_s >= since_s)
		return ctl_misused(arguments,
		    "--until must be shorter ago than --since");
	search->from_s = now_s - since_s;
	search->to_s = until_s > 0 ? now_s - until_s : INT64_MAX;
	return read_globs(arguments, search);
}

int
ctl_decisions(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct search search; /* large */
	int rc = read_arguments(arguments, &search);
	struct store *store;

	if (rc != CTL_DONE)
		return rc;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	if (store->decisions == NULL) {
		store_close(store);
		complain("this database keeps no decisions: read the log");
		return CTL_REFUSED;
	}
	search.columns_n =
	    ctl->form == OUTPUT_TERMINAL ? TERMINAL_N : COLUMNS_N;
	table_begin(&search.table, columns, search.columns_n, ctl->form);
	table_fit(&search.table);
	rc = read_all(store, &search);
	table_end(&search.table);
	store_close(store);
	if (rc == CTL_DONE)
		explain_absence(ctl, &search);
	return rc;
}
