/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "decide/settle.h"

#include "mail/sender_key.h"

static void
pass(struct verdict *verdict, enum reason reason)
{
	*verdict = (struct verdict){.action = ACTION_PASS, .reason = reason};
}

/* At DATA with several recipients, and at END-OF-MESSAGE, there is no triplet.
 * Only a deferral that was postponed at RCPT is possible. */
static bool
has_no_triplet(const struct request *request)
{
	return request->state == REQUEST_END ||
	    (request->state == REQUEST_DATA && request->recipient[0] == '\0');
}

/* With null_sender = data, the check at DATA is only for the null sender. The
 * others have passed at RCPT, or the mail server has exempted their clients
 * from that check. */
static bool
is_for_null_sender(const struct engine_rules *rules,
    const struct request *request)
{
	return rules->null_sender == NULL_SENDER_DATA &&
	    request->state == REQUEST_DATA && !sender_is_null(request->sender);
}

static bool
settle_by_request(const struct engine_rules *rules,
    const struct request *request, struct verdict *verdict)
{
	if (request->state == REQUEST_OTHER ||
	    is_for_null_sender(rules, request))
		pass(verdict, REASON_STATE);
	else if (request->authenticated)
		pass(verdict, REASON_AUTHENTICATED);
	else if (request->client.family == NETADDR_NONE)
		pass(verdict, REASON_NO_CLIENT);
	else if (networks_have(&rules->own_networks, &request->client))
		pass(verdict, REASON_OWN_NETWORK);
	else
		return false;
	return true;
}

static enum reason
list_reason(const struct list_verdict *listed)
{
	static const enum reason reasons[LIST_KINDS] = {
	    [LIST_CLIENT] = REASON_CLIENT_WHITELIST,
	    [LIST_SENDER] = REASON_SENDER_WHITELIST,
	    [LIST_RECIPIENT] = REASON_RECIPIENT_WHITELIST,
	};

	return listed->how == LIST_VERDICT_UNLISTED
	    ? REASON_UNLISTED
	    : reasons[listed->entry->kind];
}

static bool
settle_by_lists(struct pending *pending, const struct lists *lists,
    struct list_hits *hits, int64_t now_s, struct verdict *verdict)
{
	struct list_verdict *listed = &pending->listed;

	*listed = lists_verdict(lists, pending->request, now_s);
	if (hits != NULL)
		list_hits_count(hits, listed, now_s);
	if (listed->how != LIST_VERDICT_PASS &&
	    listed->how != LIST_VERDICT_UNLISTED)
		return false;
	pass(verdict, list_reason(listed));
	verdict->listed = list_verdict_listed(listed->entry);
	return true;
}

static bool
settle_null_sender(const struct engine_rules *rules,
    const struct pending *pending, struct verdict *verdict)
{
	if (rules->null_sender != NULL_SENDER_PASS ||
	    !sender_is_null(pending->request->sender) ||
	    pending->listed.how == LIST_VERDICT_GREYLIST)
		return false;
	pass(verdict, REASON_NULL_SENDER);
	return true;
}

static bool
settle_named(const struct engine_rules *rules, const struct pending *pending,
    struct verdict *verdict)
{
	const struct list_verdict *listed = &pending->listed;
	enum greylist_clients clients = listed->clients == GREYLIST_BY_OPTION
	    ? rules->greylist_clients
	    : listed->clients;

	if (clients != GREYLIST_SUSPICIOUS ||
	    pending->client_class != CLASS_NAMED ||
	    listed->how == LIST_VERDICT_GREYLIST)
		return false;
	pass(verdict, REASON_NAMED);
	verdict->listed = list_verdict_listed(listed->recipient);
	return true;
}

void
settle(struct pending *pending, const struct engine_rules *rules,
    const struct lists *lists, struct list_hits *hits,
    struct class_memo *classes, int64_t now_s, struct verdict *verdict)
{
	pending->state = PENDING_SETTLED;
	pending->listed =
	    (struct list_verdict){.delay_s = -1, .clients = GREYLIST_BY_OPTION};
	pending->client_class = CLASS_UNKNOWN;
	if (settle_by_request(rules, pending->request, verdict))
		return;
	if (has_no_triplet(pending->request)) {
		pending->state = PENDING_POSTPONED;
		return;
	}
	pending->client_class = class_memo_find(classes, pending->request);
	if (!settle_by_lists(pending, lists, hits, now_s, verdict) &&
	    !settle_null_sender(rules, pending, verdict) &&
	    !settle_named(rules, pending, verdict))
		pending->state = PENDING_OPEN;
	else
		verdict->client_class = pending->client_class;
}

bool
settle_allows_pass_at_once(const struct pending *pending)
{
	return pending->listed.how != LIST_VERDICT_GREYLIST;
}
