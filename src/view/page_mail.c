/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "view/page_mail.h"

#include <stdlib.h>
#include <string.h>

#include "view/page_parts.h"

#define WAITING_SHOWN   12
#define DECISIONS_SHOWN 25
#define CLIENTS_SHOWN   8

/* ---- Waiting ---- */

/* Some stores find both records of a triplet with a pool: show it once. They
 * were written together. */
static bool
is_shown(const struct page *page, const struct store_row *row)
{
	if (row->key.kind != KEY_TRIPLET_NETWORK)
		return row->key.kind == KEY_TRIPLET_POOL;
	for (size_t i = 0; i < page->waiting_n; i++) {
		const struct store_row *other = &page->waiting[i];

		if (other->key.kind == KEY_TRIPLET_POOL &&
		    other->record.first_seen_s == row->record.first_seen_s &&
		    strcmp(other->key.sender, row->key.sender) == 0 &&
		    strcmp(other->key.recipient, row->key.recipient) == 0)
			return false;
	}
	return true;
}

static void
add_mail(struct text *out, const char *sender, const char *recipient)
{
	text_add(out, "<td class=\"mail\">");
	page_add_value(out, sender[0] != '\0' ? sender : "<>");
	text_add(out, "<small>to ");
	page_add_value(out, recipient);
	text_add(out, "</small></td>");
}

static void
add_left(struct text *out, int64_t left_s)
{
	text_add(out, "<tr><td class=\"first\">");
	if (left_s <= 0) {
		text_add(out, "may pass now</td>");
		return;
	}
	text_add(out, "<b>");
	page_add_span(out, left_s < 60 ? left_s : (left_s + 59) / 60 * 60);
	text_add(out, "</b> left</td>");
}

static void
add_waiting_row(struct text *out, const struct page *page,
    const struct store_row *row)
{
	int64_t now_s = page->snapshot->now_s;
	int64_t since_s = record_since(row->record.first_seen_s, now_s);

	/* A record of an older version does not know its delay. */
	add_left(out,
	    (row->record.delay_s > 0 ? row->record.delay_s
				     : page->rules.delay_s) -
		since_s);
	add_mail(out, row->key.sender, row->key.recipient);
	text_add(out, "<td class=\"why\">");
	page_add_value(out, row->key.client);
	text_add(out, "</td><td class=\"when\">");
	page_add_span(out, since_s);
	text_add(out, " ago</td></tr>\n");
}

/* A triplet that was retried too early is no longer among the newest. The
 * latest decision about a mail says whether it still waits. */
static bool
waits_again(const struct recent *recent, size_t i)
{
	const struct recent_decision *decision = recent_at(recent, i);

	if (decision->reason != REASON_EARLY)
		return false;
	for (size_t later = 0; later < i; later++) {
		const struct recent_decision *other = recent_at(recent, later);

		if (strcmp(other->sender, decision->sender) == 0 &&
		    strcmp(other->recipient, decision->recipient) == 0)
			return false;
	}
	return true;
}

static bool
has_early(const struct recent *recent)
{
	for (size_t i = 0; i < recent->n; i++)
		if (waits_again(recent, i))
			return true;
	return false;
}

/* add_early() shows this mail. A retry within seconds of the first attempt does
 * not move the triplet from the newest. */
static bool
is_early(const struct recent *recent, const struct key *key)
{
	for (size_t i = 0; i < recent->n; i++)
		if (waits_again(recent, i) &&
		    strcmp(recent_at(recent, i)->sender, key->sender) == 0 &&
		    strcmp(recent_at(recent, i)->recipient, key->recipient) ==
			0)
			return true;
	return false;
}

/* Returns the number of rows. */
static size_t
add_early(struct text *out, const struct page *page)
{
	size_t n = 0;

	for (size_t i = 0; i < page->recent->n && n < WAITING_SHOWN / 2; i++) {
		const struct recent_decision *decision =
		    recent_at(page->recent, i);
		int64_t since_s =
		    record_since(decision->time_s, page->snapshot->now_s);

		if (!waits_again(page->recent, i))
			continue;
		add_left(out, decision->wait_s - since_s);
		add_mail(out, decision->sender, decision->recipient);
		text_add(out, "<td class=\"why\">");
		page_add_value(out, decision->client);
		text_add(out,
		    "<small>retried too early</small></td><td "
		    "class=\"when\">");
		page_add_span(out, since_s);
		text_add(out, " ago</td></tr>\n");
		n++;
	}
	return n;
}

void
page_add_waiting(struct text *out, const struct page *page)
{
	size_t shown_n;

	text_add(out,
	    "<section><h2>Waiting for a second attempt</h2>"
	    "<p class=\"note\">");
	text_add(out, "Another attempt passes when the time is over.");
	if (page->snapshot->census.waiting_n > WAITING_SHOWN) {
		text_add(out, " These are the newest. In all, ");
		page_add_number(out, page->snapshot->census.waiting_n);
		text_add(out, " records wait.");
	}
	text_add(out, "</p>\n");
	if (page->waiting_n == 0 && !has_early(page->recent)) {
		text_add(out,
		    "<p class=\"none\">Nothing is waiting.</p>"
		    "</section>\n");
		return;
	}
	text_add(out,
	    "<table class=\"list\"><thead><tr><th>time left</th><th>mail</th>"
	    "<th>client</th><th></th></tr></thead>\n");
	shown_n = add_early(out, page);
	for (size_t i = 0; i < page->waiting_n && shown_n < WAITING_SHOWN; i++)
		if (is_shown(page, &page->waiting[i]) &&
		    !is_early(page->recent, &page->waiting[i].key)) {
			add_waiting_row(out, page, &page->waiting[i]);
			shown_n++;
		}
	text_add(out, "</table></section>\n");
}

/* ---- Clients ---- */

struct client {
	const char *name; /* borrowed from a row */
	int64_t n;
};

static int
by_number(const void *a, const void *b)
{
	const struct client *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n)
			    : strcmp(x->name, y->name);
}

static size_t
count_clients(const struct page *page, struct client clients[PAGE_WAITING])
{
	size_t n = 0;

	for (size_t i = 0; i < page->waiting_n; i++) {
		const char *name = page->waiting[i].key.client;
		size_t at = 0;

		if (!is_shown(page, &page->waiting[i]))
			continue;
		while (at < n && strcmp(clients[at].name, name) != 0)
			at++;
		if (at == n)
			clients[n++] = (struct client){name, 0};
		clients[at].n++;
	}
	qsort(clients, n, sizeof(*clients), by_number);
	return n;
}

void
page_add_clients(struct text *out, const struct page *page)
{
	struct client clients[PAGE_WAITING];
	size_t n = count_clients(page, clients);

	text_add(out,
	    "<section><h2>Clients that wait most</h2><p "
	    "class=\"note\">Among the newest waiting mail.</p>\n");
	if (n == 0)
		text_add(out, "<p class=\"none\">None.</p>");
	else
		text_add(out,
		    "<table><thead><tr><th>client</th><th "
		    "class=\"n\">mails</th></tr></thead>\n");
	for (size_t i = 0; i < n && i < CLIENTS_SHOWN; i++) {
		text_add(out, "<tr><td class=\"mail\">");
		page_add_value(out, clients[i].name);
		text_add(out, "</td><td class=\"n\">");
		page_add_number(out, clients[i].n);
		text_add(out, "</td></tr>\n");
	}
	text_add(out, n > 0 ? "</table></section>\n" : "</section>\n");
}

/* ---- Decisions ---- */

static void
add_outcome(struct text *out, const struct recent_decision *decision)
{
	text_add(out, "<td class=\"first\">");
	switch (decision->action) {
	case ACTION_PASS:
		text_format(out, "<span class=\"passed\">%s</span>",
		    decision->shadow ? "passed (trial)" : "passed");
		break;
	case ACTION_GREYLIST:
		text_add(out, "<span class=\"held\">deferred</span>");
		break;
	case ACTION_TEMPFAIL:
	case ACTION_CLOSE:
		text_add(out, "<span class=\"failed\">failed</span>");
		break;
	}
	text_add(out, "</td>");
}

static void
add_decision(struct text *out, const struct page *page,
    const struct recent_decision *decision)
{
	text_add(out, "<tr>");
	add_outcome(out, decision);
	add_mail(out, decision->sender, decision->recipient);
	text_add(out, "<td class=\"why\">");
	page_add_value(out, reason_help(decision->reason));
	text_add(out, "<small>");
	page_add_value(out, decision->client);
	text_add(out, "</small></td><td class=\"when\">");
	page_add_span(out,
	    record_since(decision->time_s, page->snapshot->now_s));
	text_add(out, " ago</td></tr>\n");
}

void
page_add_decisions(struct text *out, const struct page *page)
{
	text_add(out,
	    "<section><h2>Latest decisions</h2><p class=\"note\">"
	    "Since the daemon started. A triplet is a client, a sender and a "
	    "recipient.</p>\n");
	if (page->recent->n == 0) {
		text_add(out, "<p class=\"none\">None yet.</p></section>\n");
		return;
	}
	text_add(out,
	    "<table class=\"list\"><thead><tr><th>outcome</th>"
	    "<th>mail</th><th>why</th><th></th></tr></thead>\n");
	for (size_t i = 0; i < page->recent->n && i < DECISIONS_SHOWN; i++)
		add_decision(out, page, recent_at(page->recent, i));
	text_add(out, "</table></section>\n");
}
