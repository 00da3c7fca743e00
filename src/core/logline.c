/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "core/logline.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Ten escaped values, and names and numbers around them. */
static_assert(10 * LOGLINE_VALUE_MAX + 400 < LOGLINE_SIZE, "a whole line fits");

static bool
plain(unsigned char octet)
{
	return octet > ' ' && octet < 0x7f && octet != ',' && octet != '\\';
}

static size_t
escaped_n(const char *value)
{
	size_t n = 0;

	for (; *value != '\0'; value++)
		n += plain((unsigned char)*value) ? 1 : 4;
	return n;
}

void
logline_escape(const char *value, char *out, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	bool fits = escaped_n(value) < size;
	size_t n = 0, room = fits ? size - 1 : size - sizeof("...");

	for (; *value != '\0'; value++) {
		unsigned char octet = (unsigned char)*value;

		if (n + (plain(octet) ? 1 : 4) > room)
			break;
		if (plain(octet)) {
			out[n++] = (char)octet;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[octet >> 4];
		out[n++] = hex[octet & 15];
	}
	strcpy(out + n, fits ? "" : "...");
}

struct line {
	char *out;
	size_t n;
};

static void
put(struct line *line, const char *name, const char *value)
{
	int n = snprintf(line->out + line->n, LOGLINE_SIZE - line->n, "%s%s=%s",
	    line->n > 0 ? ", " : "", name, value);

	if (n > 0 && (size_t)n < LOGLINE_SIZE - line->n)
		line->n += (size_t)n;
}

static void
put_escaped(struct line *line, const char *name, const char *value)
{
	char escaped[LOGLINE_VALUE_MAX + 1];

	logline_escape(value, escaped, sizeof(escaped));
	put(line, name, escaped);
}

static void
put_unless_empty(struct line *line, const char *name, const char *value)
{
	if (value[0] != '\0')
		put_escaped(line, name, value);
}

static void
put_seconds(struct line *line, const char *name, int64_t seconds)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)seconds);
	put(line, name, digits);
}

/* Which line of a file, or that it is an entry of the store, and what it
 * says. */
static void
put_listed(struct line *line, const struct list_entry *entry)
{
	char where[LOGLINE_VALUE_MAX];

	if (entry->source[0] != '\0')
		snprintf(where, sizeof(where), "%s:%u", entry->source,
		    entry->line_n);
	else
		strcpy(where, "entry");
	put_escaped(line, "list", where);
	put_escaped(line, "pattern", entry->pattern);
}

void
logline_format(const struct request *request, const struct verdict *verdict,
    char out[LOGLINE_SIZE])
{
	struct line line = {.out = out};

	put(&line, "action", action_word(verdict->action));
	put(&line, "reason", reason_word(verdict->reason));
	if (verdict->reason == REASON_RETRIED)
		put_seconds(&line, "delay", verdict->age_s);
	put_escaped(&line, "client_name", request->client_name);
	put_escaped(&line, "client_address", request->client_address);
	put_escaped(&line, "sender", request->sender);
	put_escaped(&line, "recipient", request->recipient);
	if (verdict->shadow)
		put(&line, "would", action_word(verdict->would));
	if (verdict->age_s > 0)
		put_seconds(&line, "age", verdict->age_s);
	if (verdict->wait_s > 0)
		put_seconds(&line, "wait", verdict->wait_s);
	put_unless_empty(&line, "identity", verdict->identity);
	if (verdict->wait_s > 0)
		put_unless_empty(&line, "reference", verdict->reference);
	if (verdict->listed != NULL)
		put_listed(&line, verdict->listed);
	put_escaped(&line, "state", request->protocol_state);
	put_unless_empty(&line, "instance", request->instance);
	put_unless_empty(&line, "queue_id", request->queue_id);
	put_unless_empty(&line, "policy_context", request->policy_context);
}
