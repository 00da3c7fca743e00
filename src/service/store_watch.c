/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/store_watch.h"

static const char *
what_requests_get(const struct engine_rules *rules, bool is_shadow)
{
	if (is_shadow)
		return "pass";
	switch (engine_rules_failure_action(rules)) {
	case ACTION_TEMPFAIL:
		return "are deferred";
	case ACTION_CLOSE:
		return "get no reply";
	case ACTION_PASS:
	case ACTION_GREYLIST:
		break;
	}
	return "pass";
}

void
store_watch_fail(struct store_watch *watch, enum store_fault fault,
    const struct err *err, const struct engine_rules *rules, int64_t now_s,
    struct notices *notices)
{
	static const char *const which[] = {
	    [STORE_FAULT_ALL] = "until the store works again, requests",
	    [STORE_FAULT_ROOM] = "until it has room, requests for new triplets",
	    [STORE_FAULT_PART] =
		("until this part of the database works again, "
		 "requests for its records"),
	};
	bool is_shadow = engine_rules_is_shadow(rules, now_s);
	struct err text;

	watch->is_failing = true;
	watch->has_no_room |= fault == STORE_FAULT_ROOM;
	watch->is_part = fault == STORE_FAULT_PART;
	watch->failure = *err;
	err_set(&text, "%s; %s %s (%s)", err->text, which[fault],
	    what_requests_get(rules, is_shadow),
	    is_shadow ? "mode = shadow" : "on_failure");
	notices_add(notices, NOTICE_STORE_FAILED, text.text);
}

/* A store that can be read may still be full. Only a write shows that it has
 * recovered. If it had no room, only a new triplet shows that. */
void
store_watch_succeed(struct store_watch *watch, bool has_new_triplet,
    struct notices *notices)
{
	if (!watch->is_failing || (watch->has_no_room && !has_new_triplet))
		return;
	watch->is_failing = watch->has_no_room = false;
	notices_add(notices, NOTICE_STORE_RECOVERED,
	    "the database works again");
}

/* The counts may be in a part that works, while another one is away. */
void
store_watch_counted(struct store_watch *watch, struct notices *notices)
{
	if (!watch->is_part)
		store_watch_succeed(watch, false, notices);
}
