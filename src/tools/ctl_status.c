/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * ctl_status: tardigrey status asks the daemon whether it works. With the
 * option http, it asks for /healthz. Otherwise it sends a request that the
 * daemon answers without the database, and looks at the database itself.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/store_open.h"
#include "system/clock.h"
#include "tools/ask_endpoint.h"
#include "tools/ctl.h"
#include "tools/report.h"
#include "tools/show.h"

#define NAGIOS_CRITICAL 2

struct status {
	bool is_healthy;
	char text[1024]; /* one line */
	struct record_census census;
};

/* ---- Asking ---- */

/* Take the line after the empty line. */
static void
read_health(const char *answer, struct status *out)
{
	const char *line = strstr(answer, "\r\n\r\n");

	out->is_healthy = strncmp(answer, "HTTP/1.1 200 ", 13) == 0;
	line = line != NULL ? line + 4 : "no answer of tardigreyd";
	snprintf(out->text, sizeof(out->text), "%.*s",
	    (int)strcspn(line, "\r\n"), line);
}

static void
ask_http(const struct endpoint *endpoint, struct status *out)
{
	char answer[4096];
	struct err err;

	/* "end" is a text that no answer has: read all of it. */
	if (ask_endpoint(endpoint,
		"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "\n\n\n",
		answer, sizeof(answer), &err) == 0)
		read_health(answer, out);
	else
		snprintf(out->text, sizeof(out->text),
		    "unhealthy: tardigreyd does not answer: %s", err.text);
}

/* Only requests for RCPT, DATA and END-OF-MESSAGE need the database. */
static void
ask_policy(const struct endpoint *endpoint, struct status *out)
{
	char answer[1024];
	struct err err;

	if (ask_endpoint(endpoint,
		"request=smtpd_access_policy\nprotocol_state=CONNECT\n\n",
		"\n\n", answer, sizeof(answer), &err) != 0)
		snprintf(out->text, sizeof(out->text),
		    "unhealthy: tardigreyd does not answer: %s", err.text);
	else if (strncmp(answer, "action=", 7) != 0)
		snprintf(out->text, sizeof(out->text),
		    "unhealthy: another program answers in place of "
		    "tardigreyd");
	else
		out->is_healthy = true;
}

static void
look_at_store(struct ctl *ctl, struct status *out)
{
	struct store *store;
	struct err err;

	memset(&out->census, 0xff, sizeof(out->census));
	if (store_uri_is_private(ctl->config.database))
		return;
	store = ctl_open_store(ctl);
	if (store == NULL && ctl->config.database_fallback[0] != '\0') {
		strcpy(out->text,
		    "healthy: tardigreyd answers; the database is away, "
		    "database_fallback decides");
		return;
	}
	if (store == NULL) {
		out->is_healthy = false;
		strcpy(out->text, "unhealthy: the database cannot be opened");
		return;
	}
	if (store->records->census != NULL &&
	    store->records->census(store, &out->census, &err) != STORE_OK) {
		out->is_healthy = false;
		snprintf(out->text, sizeof(out->text), "unhealthy: %s",
		    err.text);
	}
	store_close(store);
}

static void
look(struct ctl *ctl, struct status *out)
{
	if (ctl->config.http.n > 0)
		ask_http(&ctl->config.http.items[0], out);
	else
		ask_policy(&ctl->config.listen.items[0], out);
	if (out->is_healthy || out->text[0] == '\0')
		look_at_store(ctl, out);
	if (out->text[0] == '\0')
		strcpy(out->text,
		    "healthy: tardigreyd answers, the database works");
}

/* ---- Printing ---- */

static int64_t
oldest_age_s(const struct status *status)
{
	if (status->census.waiting_n < 0)
		return -1;
	if (status->census.oldest_waiting_s == 0)
		return 0;
	return record_since(status->census.oldest_waiting_s, clock_now_s());
}

static void
print(enum output_form form, const struct status *status)
{
	int64_t waiting_n = status->census.waiting_n;
	struct report report;

	report_begin(&report, form);
	report_text(&report, "status",
	    status->is_healthy ? "healthy" : "unhealthy");
	report_text(&report, "text", status->text);
	report_number(&report, "waiting", waiting_n);
	report_number(&report, "oldest_waiting", oldest_age_s(status));
	report_line(&report, "%s", status->text);
	if (waiting_n > 0)
		report_line(&report,
		    "waiting for a second attempt: %" PRId64
		    " record%s, the oldest for %s",
		    waiting_n, show_plural(waiting_n),
		    show_span(oldest_age_s(status)));
	report_end(&report);
}

/* One line of a plugin of Nagios: a state, a text, and performance data. '|'
 * would end the text. */
static int
print_nagios(const struct status *status)
{
	char text[sizeof(status->text)];
	struct report report;

	strcpy(text, status->text);
	for (char *at = text; (at = strchr(at, '|')) != NULL;)
		*at = '/';
	report_begin(&report, OUTPUT_PIPE);
	if (status->census.waiting_n >= 0)
		report_line(&report,
		    "TARDIGREY %s - %s | waiting=%" PRId64
		    " oldest_waiting=%" PRId64 "s",
		    status->is_healthy ? "OK" : "CRITICAL", text,
		    status->census.waiting_n, oldest_age_s(status));
	else
		report_line(&report, "TARDIGREY %s - %s",
		    status->is_healthy ? "OK" : "CRITICAL", text);
	report_end(&report);
	return status->is_healthy ? CTL_DONE : NAGIOS_CRITICAL;
}

int
ctl_status(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct status status = {.is_healthy = false};

	memset(&status.census, 0xff, sizeof(status.census));
	look(ctl, &status);
	if (ctl_value(arguments, "nagios") != NULL)
		return print_nagios(&status);
	print(ctl->form, &status);
	return status.is_healthy ? CTL_DONE : CTL_REFUSED;
}
