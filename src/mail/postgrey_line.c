/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/postgrey_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* postgrey's words. NULL: postgrey has no such reason. A late retry is new for
 * postgrey, and so is a request that is repeated in the same second. */
static const char *const words[REASON_COUNT] = {
    [REASON_NEW] = "new",
    [REASON_LATE] = "new",
    [REASON_RETRIED] = "triplet found",
    [REASON_KNOWN] = "triplet found",
    [REASON_MESSAGE] = "triplet found",
    [REASON_CLIENT_WHITELIST] = "client whitelist",
    [REASON_RECIPIENT_WHITELIST] = "recipient whitelist",
    [REASON_AUTO_WHITELISTED] = "client AWL",
};

static size_t
put_reason(const struct verdict *verdict, char *out, size_t size)
{
	const char *word = words[verdict->reason];

	if (verdict->reason == REASON_EARLY && verdict->age_s > 0)
		return (size_t)snprintf(out, size,
		    "early-retry (%" PRId64 "s missing)", verdict->wait_s);
	if (verdict->reason == REASON_EARLY)
		word = words[REASON_NEW];
	return (size_t)snprintf(out, size, "%s",
	    word != NULL ? word : reason_word(verdict->reason));
}

/* postgrey leaves out a value that is false in Perl. */
static size_t
put_value(const char *name, const char *value, char *out, size_t size)
{
	char escaped[LOG_LINE_VALUE_MAX + 1];

	if (value[0] == '\0' || strcmp(value, "0") == 0)
		return 0;
	log_line_escape(value, escaped, sizeof(escaped));
	return (size_t)snprintf(out, size, ", %s=%s", name, escaped);
}

size_t
postgrey_line_format(const struct request *request,
    const struct verdict *verdict, char out[LOG_LINE_SIZE])
{
	const struct {
		const char *name, *value;
	} values[] = {
	    {"client_name", request->client_name},
	    {"client_address", request->client_address},
	    {"sender", request->sender},
	    {"recipient", request->recipient},
	};
	char escaped[LOG_LINE_VALUE_MAX + 1];
	size_t n = 0;

	if (request->queue_id[0] != '\0') {
		log_line_escape(request->queue_id, escaped, sizeof(escaped));
		n += (size_t)snprintf(out, LOG_LINE_SIZE, "%s: ", escaped);
	}
	n += (size_t)snprintf(out + n, LOG_LINE_SIZE - n,
	    "action=%s, reason=", action_word(verdict->action));
	n += put_reason(verdict, out + n, LOG_LINE_SIZE - n);
	if (verdict->reason == REASON_RETRIED && !verdict->delay_noted)
		n += (size_t)snprintf(out + n, LOG_LINE_SIZE - n,
		    ", delay=%" PRId64, verdict->age_s);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		n += put_value(values[i].name, values[i].value, out + n,
		    LOG_LINE_SIZE - n);
	return n;
}
