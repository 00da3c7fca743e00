/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_correspondents: tardigrey correspondents list, add, forget, import. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/byte_order_mark.h"
#include "decide/admin_change.h"
#include "decide/outgoing.h"
#include "system/clock.h"
#include "store/store_open.h"
#include "tools/ctl.h"
#include "tools/import_lines.h"
#include "tools/mail_argument.h"
#include "tools/report.h"
#include "tools/row_state.h"
#include "tools/show.h"
#include "tools/sorted_rows.h"
#include "tools/table.h"
#include "tools/walk.h"

/* ---- Listing ---- */

static const struct column columns[] = {
    {"ours", COLUMN_TEXT},
    {"theirs", COLUMN_TEXT},
    {"state", COLUMN_TEXT},
    {"first_mail", COLUMN_TIME},
    {"last_mail", COLUMN_TIME},
    {"mails", COLUMN_NUMBER},
    {"expires", COLUMN_TIME},
};
#define COLUMNS_N (sizeof(columns) / sizeof(columns[0]))

struct choice {
	struct table table;
	const struct engine_rules *rules;
	int64_t now_s;
	struct mail_glob ours, theirs;
	int64_t limit_n;
	struct sorted_rows *rows; /* owned */
};

/* "bob@example.com", or "@example.com" for the domain of a pool. */
static const char *
theirs_of(const struct key *key)
{
	static char text[KEY_CLIENT_SIZE + 1];

	if (key->kind == KEY_CORRESPONDENT)
		return key->sender;
	snprintf(text, sizeof(text), "@%s", key->client);
	return text;
}

static bool
keep_chosen(const struct store_row *row, void *arg)
{
	struct choice *choice = arg;

	if (key_kind_is_correspondent(row->key.kind) &&
	    mail_argument_matches(&choice->ours, row->key.recipient) &&
	    mail_argument_matches(&choice->theirs, theirs_of(&row->key)))
		sorted_rows_add(choice->rows, row);
	return true;
}

static void
print_row(const struct store_row *row, void *arg)
{
	struct choice *choice = arg;
	struct table *table = &choice->table;
	const struct record *record = &row->record;

	table_text(table, row->key.recipient);
	table_text(table, theirs_of(&row->key));
	table_text(table,
	    row_state_of_correspondent(record, choice->rules, choice->now_s));
	table_number(table, record->first_seen_s);
	table_number(table, record->last_seen_s);
	table_number(table, record->passed_n);
	table_number(table, record->expires_s);
}

int
ctl_correspondents_list(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct choice choice = {
	    .rules = &ctl->config.rules,
	    .now_s = clock_now_s(),
	    .limit_n = INT64_MAX,
	};
	struct store *store;
	int rc;

	mail_argument_glob(ctl_value(arguments, "ours"), &choice.ours);
	mail_argument_glob(ctl_value(arguments, "theirs"), &choice.theirs);
	if (ctl_value_number(arguments, "limit", &choice.limit_n) != 0)
		return CTL_USAGE;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	choice.rows = sorted_rows_new(SORTED_BY_LAST_SEEN, choice.limit_n,
	    SORTED_ROWS_ROUND);
	table_begin(&choice.table, columns, COLUMNS_N, ctl->form);
	do
		rc = walk_rows(store, keep_chosen, &choice);
	while (rc == 0 && !ferror(stdout) &&
	    sorted_rows_each(choice.rows, print_row, &choice));
	table_end(&choice.table);
	sorted_rows_free(choice.rows);
	store_close(store);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}

/* ---- Adding ---- */

#define BATCH  256 /* correspondents */
#define BLANKS " \t\r"

struct adding {
	const struct engine_rules *rules; /* borrowed */
	struct outgoing *outgoing;        /* owned */
	char ours[MAIL_ARGUMENT_SIZE];
	struct import_lines *lines; /* borrowed; NULL: there is no file */
	int64_t batch_n, added_n;
	int64_t same_domain_n; /* skipped, only with a file */
};

/* Answers to mail of ours come from another domain. */
static bool
has_same_domain(const struct adding *adding, const char *theirs)
{
	static struct key keys[KEY_KINDS]; /* large */

	return keys_of_correspondent(theirs, adding->ours, &adding->rules->keys,
		   keys) == 0;
}

static int
write_batch(struct adding *adding)
{
	int64_t n = adding->batch_n;
	struct err err;
	bool wrote;
	enum store_rc rc = outgoing_write(adding->outgoing, adding->rules,
	    clock_now_s(), &wrote, &err);

	adding->batch_n = 0; /* a batch that fails is lost */
	if (rc != STORE_OK) {
		complain("%s; run the command again", err.text);
		return CTL_REFUSED;
	}
	adding->added_n += n;
	return CTL_DONE;
}

static int
refuse(const struct adding *adding, const struct err *err)
{
	if (adding->lines == NULL)
		complain("%s", err->text);
	else
		import_lines_complain(adding->lines, err->text);
	return CTL_REFUSED;
}

/* An address book also has colleagues. */
static int
skip_same_domain(struct adding *adding, const char *theirs)
{
	struct err err;

	if (adding->lines != NULL) {
		adding->same_domain_n++;
		return CTL_DONE;
	}
	err_set(&err,
	    "%s and %s have the same domain: mail within a domain makes no "
	    "correspondents",
	    theirs, adding->ours);
	return refuse(adding, &err);
}

static int
add_address(struct adding *adding, const char *text)
{
	char theirs[MAIL_ARGUMENT_SIZE];
	struct err err;

	if (mail_argument_parse_correspondent(text, theirs, &err) != 0)
		return refuse(adding, &err);
	if (has_same_domain(adding, theirs))
		return skip_same_domain(adding, theirs);
	outgoing_add_pair(adding->outgoing, adding->ours, theirs,
	    &adding->rules->keys);
	return ++adding->batch_n == BATCH ? write_batch(adding) : CTL_DONE;
}

/* The text of a line without blanks around it, and in the first line without a
 * UTF-8 byte order mark. */
static char *
text_of_line(struct import_lines *lines)
{
	char *text = lines->line;
	size_t n;

	if (lines->line_n == 1)
		text += byte_order_mark_n(text, strlen(text));
	text += strspn(text, BLANKS);
	n = strlen(text);
	while (n > 0 && strchr(BLANKS, text[n - 1]) != NULL)
		n--;
	text[n] = '\0';
	return text;
}

static int
add_lines(struct adding *adding)
{
	int status = CTL_DONE, rc = 1;

	while (status == CTL_DONE &&
	    (rc = import_lines_next(adding->lines)) > 0) {
		const char *text = text_of_line(adding->lines);

		if (text[0] != '\0' && text[0] != '#')
			status = add_address(adding, text);
	}
	return rc < 0 ? CTL_REFUSED : status;
}

/* Open the store and add one address, or the lines of a file. */
static int
add_all(struct ctl *ctl, struct adding *adding, const char *theirs)
{
	struct store *store = ctl_open_store_to_fill(ctl);
	int status;

	if (store == NULL)
		return CTL_REFUSED;
	adding->outgoing = outgoing_new(store, BATCH);
	if (adding->outgoing == NULL) {
		complain("out of memory");
		store_close(store);
		return CTL_REFUSED;
	}
	status = adding->lines != NULL ? add_lines(adding)
				       : add_address(adding, theirs);
	/* Also add the lines before a wrong line. */
	if (write_batch(adding) != CTL_DONE)
		status = CTL_REFUSED;
	outgoing_free(adding->outgoing);
	store_close(store);
	return status;
}

static int
begin(struct ctl *ctl, const struct ctl_arguments *arguments,
    struct adding *adding)
{
	struct err err;

	adding->rules = &ctl->config.rules;
	if (mail_argument_parse_correspondent(arguments->items[0], adding->ours,
		&err) != 0)
		return ctl_misused(arguments, "%s", err.text);
	if (adding->rules->correspondents.use)
		return CTL_DONE;
	complain("the option correspondents is no, so no answer would pass; "
		 "write \"correspondents = yes\" in %s first",
	    ctl->config_file);
	return CTL_REFUSED;
}

int
ctl_correspondents_add(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	static struct adding adding; /* large */
	int status = begin(ctl, arguments, &adding);
	struct report report;
	int64_t until_s = record_later_by(clock_now_s(),
	    ctl->config.rules.correspondents.keep_s);

	if (status == CTL_DONE)
		status = add_all(ctl, &adding, arguments->items[1]);
	if (status != CTL_DONE)
		return status;
	report_begin(&report, ctl->form);
	report_text(&report, "ours", adding.ours);
	report_text(&report, "theirs", arguments->items[1]);
	report_time(&report, "expires", until_s);
	report_line(&report, "mail from %s to %s passes at once until %s",
	    arguments->items[1], adding.ours, show_time(until_s));
	report_end(&report);
	return CTL_DONE;
}

static void
report_import(const struct ctl *ctl, const struct adding *adding)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_number(&report, "imported", adding->added_n);
	report_number(&report, "skipped", adding->same_domain_n);
	report_line(&report, "%" PRId64 " correspondent%s of %s imported",
	    adding->added_n, show_plural(adding->added_n), adding->ours);
	if (adding->same_domain_n > 0)
		report_line(&report, "%" PRId64 " skipped: same domain as %s",
		    adding->same_domain_n, adding->ours);
	report_end(&report);
}

/* Open the file before the program changes its account. */
int
ctl_correspondents_import(struct ctl *ctl,
    const struct ctl_arguments *arguments)
{
	static struct adding adding; /* large */
	const char *name = arguments->n > 1 ? arguments->items[1] : "-";
	int status = begin(ctl, arguments, &adding);
	static struct import_lines lines; /* as adding, which refers to it */

	if (status != CTL_DONE)
		return status;
	if (import_lines_open(&lines, name) != 0)
		return CTL_REFUSED;
	adding.lines = &lines;
	status = add_all(ctl, &adding, NULL);
	import_lines_close(&lines);
	report_import(ctl, &adding);
	return status;
}

/* ---- Forgetting ---- */

/* The key of "bob@example.com", or of "@example.com". */
static int
parse_key(const struct ctl *ctl, const struct ctl_arguments *arguments,
    struct key *out)
{
	const char *theirs = arguments->items[1];
	char ours[MAIL_ARGUMENT_SIZE], parsed[MAIL_ARGUMENT_SIZE];
	static struct key keys[KEY_KINDS]; /* large */
	enum key_kind kind = KEY_CORRESPONDENT;
	char text[MAIL_ARGUMENT_SIZE];
	struct err err;

	if (theirs[0] == '@')
		kind = KEY_CORRESPONDENT_DOMAIN;
	snprintf(text, sizeof(text), "%s%s",
	    kind == KEY_CORRESPONDENT_DOMAIN ? "any" : "", theirs);
	if (mail_argument_parse_sender(arguments->items[0], ours, &err) != 0 ||
	    mail_argument_parse_sender(text, parsed, &err) != 0)
		return ctl_misused(arguments, "%s", err.text);
	if ((keys_of_correspondent(parsed, ours, &ctl->config.rules.keys,
		 keys) &
		1U << kind) == 0) {
		complain("%s cannot be a correspondent of %s", theirs, ours);
		return CTL_REFUSED;
	}
	key_copy(out, &keys[kind]);
	return CTL_DONE;
}

static int
forget(struct store *store, const struct key *key)
{
	struct store_change change = {.key = key};
	struct store_answer answer;
	struct err err;

	admin_change_forget(&change.change);
	if (store->records->lookup(store, key, 1, &answer, &err) != STORE_OK ||
	    (answer.found &&
		store->records->apply(store, &change, 1, &err) != STORE_OK)) {
		complain("%s; run the command again", err.text);
		return CTL_REFUSED;
	}
	if (answer.found)
		return CTL_DONE;
	complain("%s is no correspondent of %s", theirs_of(key),
	    key->recipient);
	return CTL_REFUSED;
}

int
ctl_correspondents_forget(struct ctl *ctl,
    const struct ctl_arguments *arguments)
{
	static struct key key; /* large */
	int status = parse_key(ctl, arguments, &key);
	struct report report;
	struct store *store;

	if (status != CTL_DONE)
		return status;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	status = forget(store, &key);
	store_close(store);
	if (status != CTL_DONE)
		return status;
	report_begin(&report, ctl->form);
	report_text(&report, "ours", key.recipient);
	report_text(&report, "theirs", theirs_of(&key));
	report_line(&report, "removed: %s %s", key.recipient, theirs_of(&key));
	report_end(&report);
	return CTL_DONE;
}
