/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/explanation.h"

#include <stdio.h>
#include <string.h>

#include "tools/report.h"
#include "tools/show.h"

#define INDENT EXPLAINED_INDENT

/* ---- What follows from the verdict ---- */

static bool
is_deferred(const struct explanation *this)
{
	return reason_defers(this->verdict.reason);
}

/* The last time at which a retry passes. An early retry does not start a new
 * delay. */
static int64_t
retry_until_s(const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	int64_t since_s = verdict->reason == REASON_EARLY
	    ? this->now_s - verdict->age_s
	    : this->now_s;

	return record_later_by(since_s, this->rules->greylist.retry_window_s);
}

/* ---- The verdict ---- */

static void
add_pass(struct report *report, const struct explanation *this)
{
	bool at_rcpt_only = this->verdict.reason == REASON_NULL_SENDER &&
	    this->rules->null_sender == NULL_SENDER_DATA;

	report_number(report, "wait", -1);
	report_time(report, "retry_from", 0);
	report_time(report, "retry_until", 0);
	report_line(report, "verdict    an attempt now would pass%s",
	    at_rcpt_only ? " at RCPT, and be deferred at DATA" : "");
}

/* The first line says what happens now, the second one what happens next. */
static void
add_deferral(struct report *report, const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	int64_t from_s = this->now_s + verdict->wait_s;
	int64_t until_s = retry_until_s(this);

	report_number(report, "wait", verdict->wait_s);
	report_time(report, "retry_from", from_s);
	report_time(report, "retry_until", until_s);
	report_line(report, "verdict    an attempt now would %s %s%s",
	    verdict->shadow ? "pass in shadow mode, and otherwise be deferred:"
			    : "be deferred:",
	    show_span(verdict->wait_s),
	    verdict->reason == REASON_EARLY ? " left" : "");
	report_line(report, "next       a retry passes from %s until %s",
	    show_time(from_s), show_time(until_s));
}

static void
add_verdict(struct report *report, const struct explanation *this)
{
	const struct verdict *verdict = &this->verdict;
	const char *reason = reason_word(verdict->reason);
	const char *help = reason_help(verdict->reason);

	report_text(report, "action", action_word(verdict->action));
	report_text(report, "reason", reason);
	report_text(report, "help", help);
	report_text(report, "would",
	    verdict->shadow ? action_word(verdict->would) : NULL);
	if (is_deferred(this))
		add_deferral(report, this);
	else
		add_pass(report, this);
	report_line(report, "reason     %s: %s", reason, help);
}

static void
add_no_list(struct report *report)
{
	report_text(report, "list_kind", NULL);
	report_text(report, "list_pattern", NULL);
	report_text(report, "list_setting", NULL);
	report_text(report, "list_source", NULL);
	report_text(report, "list_author", NULL);
	report_text(report, "list_comment", NULL);
	report_line(report, "list       no list entry matches");
}

static void
add_list(struct report *report, const struct listed *listed)
{
	const struct store_entry *entry = listed->entry;
	const char *author = entry != NULL ? entry->author : "";
	const char *comment = entry != NULL ? entry->comment : "";
	const char *kind = list_kind_word(listed->line.kind);
	const char *setting = listing_setting(&listed->line);
	const char *source = listing_source(&listed->line);

	report_text(report, "list_kind", kind);
	report_text(report, "list_pattern", listed->line.pattern);
	report_text(report, "list_setting", setting);
	report_text(report, "list_source", source);
	report_text(report, "list_author", author);
	report_text(report, "list_comment", comment);
	report_line(report, "list       %s %s, %s (%s)%s%s%s%s", kind,
	    listed->line.pattern, setting, source,
	    author[0] != '\0' ? ", by " : "", author,
	    comment[0] != '\0' ? ": " : "", comment);
}

/* ---- The message ---- */

static void
add_client(struct report *report, const struct explanation *this)
{
	const struct request *request = &this->request;
	const char *name = request->client_name;
	const char *shown_name = this->name_is_pool ? "" : name;
	bool has_address = this->keys[KEY_TRIPLET_NETWORK].exists;
	const char *known = this->only_known;

	report_text(report, "client",
	    known != NULL ? known : request->client_address);
	report_text(report, "name", name);
	report_text(report, "key_client", this->verdict.key_client);
	report_line(report, "client     %s%s%s%s%s", known != NULL ? known : "",
	    known != NULL ? "; its address is not known, lists were searched "
			    "for "
			  : "",
	    has_address ? request->client_address : "",
	    has_address && shown_name[0] != '\0' ? ", " : "", shown_name);
	if (this->name_is_pool)
		report_line(report,
		    INDENT "its name is not known; the pool is that of the "
			   "stored triplet, %s",
		    name);
	if (this->unreachable != NULL)
		report_line(report,
		    INDENT "the record is stored under %s, but requests no "
			   "longer look there",
		    this->unreachable);
}

/* Add the class. Without a name the client is suspicious: say why. */
static void
add_class(struct report *report, const struct explanation *this)
{
	const char *class = client_class_word(this->verdict.client_class);
	bool no_name = this->request.client_name[0] == '\0';

	report_text(report, "class", class[0] != '\0' ? class : NULL);
	if (class[0] != '\0')
		report_line(report, "class      %s%s", class,
		    no_name ? ": no name was given (--name)" : "");
}

static void
add_message(struct report *report, const struct explanation *this)
{
	const char *sender = this->request.sender;
	const char *recipient = this->request.recipient;
	const char *reference = this->verdict.reference;

	if (sender[0] == '\0')
		sender = "<>";
	report_text(report, "sender", sender);
	report_text(report, "recipient", recipient);
	report_text(report, "reference", reference);
	report_line(report, "sender     %s", sender);
	report_line(report, "recipient  %s", recipient);
	if (reference[0] != '\0')
		report_line(report, "reference  %s", reference);
}

/* ---- The whole ---- */

void
explanation_report(const struct explanation *this, enum output_form form)
{
	struct report report;

	report_begin(&report, form);
	add_verdict(&report, this);
	if (this->verdict.listed.pattern != NULL)
		add_list(&report, &this->listed);
	else
		add_no_list(&report);
	add_client(&report, this);
	add_class(&report, this);
	add_message(&report, this);
	explained_keys_add(&report, this->keys, &this->verdict, this->rules,
	    this->now_s);
	report_end(&report);
}

void
explanation_separate(enum output_form form)
{
	struct report report;

	report_begin(&report, form);
	report_line(&report, "%s", "");
	report_end(&report);
}
