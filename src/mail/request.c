/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/request.h"

#include <string.h>

void
request_clear(struct request *request)
{
	request->client = (struct netaddr){.family = NETADDR_NONE};
	request->state = REQUEST_RCPT;
	request->authenticated = false;
	request->client_name_confirmed = false;
	request->client_is_authorised = false;
	request->protocol_state[0] = '\0';
	request->client_address[0] = '\0';
	request->client_name[0] = '\0';
	request->instance[0] = '\0';
	request->queue_id[0] = '\0';
	request->policy_context[0] = '\0';
	request->stress[0] = '\0';
	request->sender[0] = '\0';
	request->recipient[0] = '\0';
}

void
request_copy(struct request *to, const struct request *from)
{
	to->client = from->client;
	to->state = from->state;
	to->authenticated = from->authenticated;
	to->client_name_confirmed = from->client_name_confirmed;
	to->client_is_authorised = from->client_is_authorised;
	strcpy(to->protocol_state, from->protocol_state);
	strcpy(to->client_address, from->client_address);
	strcpy(to->client_name, from->client_name);
	strcpy(to->instance, from->instance);
	strcpy(to->queue_id, from->queue_id);
	strcpy(to->policy_context, from->policy_context);
	strcpy(to->stress, from->stress);
	strcpy(to->sender, from->sender);
	strcpy(to->recipient, from->recipient);
}

static bool
has_name(const struct request *request)
{
	return request->client_name[0] != '\0' &&
	    strcmp(request->client_name, "unknown") != 0;
}

void
request_trust_client_name(struct request *request)
{
	request->client_name_confirmed = has_name(request);
}

enum request_state
request_state_parse(const char *protocol_state)
{
	if (protocol_state[0] == '\0' || strcmp(protocol_state, "RCPT") == 0)
		return REQUEST_RCPT;
	if (strcmp(protocol_state, "DATA") == 0)
		return REQUEST_DATA;
	if (strcmp(protocol_state, "END-OF-MESSAGE") == 0)
		return REQUEST_END;
	return REQUEST_OTHER;
}
