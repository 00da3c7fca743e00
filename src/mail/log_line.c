/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/log_line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"

/* Twelve escaped values, field names and numbers. */
static_assert(12 * LOG_LINE_VALUE_MAX + 420 < LOG_LINE_SIZE,
    "the longest line fits");

static bool
plain(unsigned char octet)
{
	return octet > ' ' && octet < 0x7f && octet != ',' && octet != '\\';
}

#define EACH(octet) ((octet)*UINT64_C(0x0101010101010101))

/* True if one of eight octets is 0. */
static uint64_t
has_zero(uint64_t octets)
{
	return (octets - EACH(1)) & ~octets & EACH(0x80);
}

/* True if eight octets are all plain. It may be false if they are. */
static bool
are_plain(const char *value)
{
	uint64_t octets;

	memcpy(&octets, value, sizeof(octets));
	/* Above ' ', below 0x7f, no ',' and no '\\'. */
	return ((octets | (octets + EACH(1)) | (octets - EACH(' ' + 1))) &
		   EACH(0x80)) == 0 &&
	    has_zero(octets ^ EACH(',')) == 0 &&
	    has_zero(octets ^ EACH('\\')) == 0;
}

/* True if n octets are all plain. It may be false if they are. */
static bool
is_plain(const char *value, size_t n)
{
	const char *end = value + n;

	if (n < sizeof(uint64_t)) {
		while (value < end && plain((unsigned char)*value))
			value++;
		return value == end;
	}
	for (; value + sizeof(uint64_t) < end; value += sizeof(uint64_t))
		if (!are_plain(value))
			return false;
	return are_plain(end - sizeof(uint64_t));
}

static size_t
escaped_n(const char *value)
{
	size_t n = 0;

	for (; *value != '\0'; value++)
		n += plain((unsigned char)*value) ? 1 : 4;
	return n;
}

/* Returns the number of octets without the NUL. */
static size_t
escape(const char *value, char *out, size_t size)
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
	return n + (fits ? 0 : strlen("..."));
}

void
log_line_escape(const char *value, char *out, size_t size)
{
	escape(value, out, size);
}

/* A line and its length so far. Every line fits: see the assertion above. */
struct line {
	char *out;
	size_t n;
};

static void
put(struct line *line, const char *octets, size_t n)
{
	memcpy(line->out + line->n, octets, n);
	line->n += n;
}

/* Most values need no escape. */
static void
put_value(struct line *line, const char *value)
{
	size_t n = strlen(value);

	if (n <= LOG_LINE_VALUE_MAX && is_plain(value, n))
		put(line, value, n);
	else
		line->n +=
		    escape(value, line->out + line->n, LOG_LINE_VALUE_MAX + 1);
}

/* In the functions below, "before" is the separator, the field name and "=".
 * They are inline so that the compiler knows its length. */

static inline void
put_word(struct line *line, const char *before, const char *value)
{
	put(line, before, strlen(before));
	put(line, value, strlen(value));
}

static inline void
put_escaped(struct line *line, const char *before, const char *value)
{
	put(line, before, strlen(before));
	put_value(line, value);
}

static inline void
put_unless_empty(struct line *line, const char *before, const char *value)
{
	if (value[0] != '\0')
		put_escaped(line, before, value);
}

static inline void
put_seconds(struct line *line, const char *before, int64_t seconds)
{
	put(line, before, strlen(before));
	line->n += decimal_format(seconds, line->out + line->n);
}

/* The line of a list file or the entry of the store that decided. */
static void
put_listed(struct line *line, const struct verdict_listed *entry)
{
	char where[LOG_LINE_VALUE_MAX];

	if (entry->source[0] != '\0')
		snprintf(where, sizeof(where), "%s:%u", entry->source,
		    entry->line_n);
	else
		strcpy(where, "entry");
	put_escaped(line, ", list=", where);
	put_escaped(line, ", pattern=", entry->pattern);
}

size_t
log_line_format(const struct request *request, const struct verdict *verdict,
    char out[LOG_LINE_SIZE])
{
	struct line line = {.out = out};

	put_word(&line, "action=", action_word(verdict->action));
	put_word(&line, ", reason=", reason_word(verdict->reason));
	if (verdict->reason == REASON_RETRIED)
		put_seconds(&line, ", delay=", verdict->age_s);
	put_escaped(&line, ", client_name=", request->client_name);
	put_escaped(&line, ", client_address=", request->client_address);
	put_escaped(&line, ", sender=", request->sender);
	put_escaped(&line, ", recipient=", request->recipient);
	if (verdict->shadow)
		put_word(&line, ", would=", action_word(verdict->would));
	if (verdict->age_s > 0)
		put_seconds(&line, ", age=", verdict->age_s);
	if (verdict->wait_s > 0)
		put_seconds(&line, ", wait=", verdict->wait_s);
	put_unless_empty(&line,
	    ", class=", client_class_word(verdict->client_class));
	put_unless_empty(&line, ", key_client=", verdict->key_client);
	if (verdict->wait_s > 0)
		put_unless_empty(&line, ", reference=", verdict->reference);
	if (verdict->listed.pattern != NULL)
		put_listed(&line, &verdict->listed);
	put_escaped(&line, ", state=", request->protocol_state);
	put_unless_empty(&line, ", instance=", request->instance);
	put_unless_empty(&line, ", queue_id=", request->queue_id);
	put_unless_empty(&line, ", policy_context=", request->policy_context);
	line.out[line.n] = '\0';
	return line.n;
}

size_t
log_line_format_expired(const struct log_line_expired *expired,
    char out[LOG_LINE_SIZE])
{
	struct line line = {.out = out};

	put_word(&line, "action=expire, reason=", NEVER_RETURNED_WORD);
	put_unless_empty(&line, ", client_address=", expired->client_address);
	put_escaped(&line, ", sender=", expired->sender);
	put_escaped(&line, ", recipient=", expired->recipient);
	put_seconds(&line, ", age=", expired->age_s);
	put_escaped(&line, ", key_client=", expired->key_client);
	put_escaped(&line, ", reference=", expired->reference);
	line.out[line.n] = '\0';
	return line.n;
}
