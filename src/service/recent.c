/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/recent.h"

#include <string.h>

static void
cut(char out[RECENT_TEXT_SIZE], const char *text)
{
	size_t n = strnlen(text, RECENT_TEXT_SIZE - 1);

	memcpy(out, text, n);
	out[n] = '\0';
}

void
recent_add(struct recent *recent, const struct request *request,
    const struct verdict *verdict, int64_t now_s)
{
	struct recent_decision *item = &recent->items[recent->next];
	bool has_name = request->client_name[0] != '\0' &&
	    strcmp(request->client_name, "unknown") != 0;

	item->time_s = now_s;
	item->action = verdict->action;
	item->reason = verdict->reason;
	item->shadow = verdict->shadow;
	item->wait_s = verdict->wait_s;
	item->age_s = verdict->age_s;
	cut(item->client,
	    has_name ? request->client_name : request->client_address);
	cut(item->sender, request->sender);
	cut(item->recipient, request->recipient);
	recent->next = (recent->next + 1) % RECENT_MAX;
	if (recent->n < RECENT_MAX)
		recent->n++;
}

const struct recent_decision *
recent_at(const struct recent *recent, size_t i)
{
	return &recent->items[(recent->next + RECENT_MAX - 1 - i) % RECENT_MAX];
}
