/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_MAIL_VERDICT_H
#define TARDIGREY_MAIL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/client_class.h"
#include "mail/reference.h"
#include "mail/pool.h"

/*
 * verdict: the action for a request, and the reason. For each reason, a table
 * has the word for the log and a sentence for administrators. A test checks
 * that the manual has all reasons.
 */

enum action {
	ACTION_PASS,     /* DUNNO: the mail server continues */
	ACTION_GREYLIST, /* defer with the configured reply */
	ACTION_TEMPFAIL, /* the store failed: defer with a 4.3.0 reply */
	ACTION_CLOSE,    /* the store failed: close the connection, no reply */
};
#define ACTIONS (ACTION_CLOSE + 1)

enum reason {
	REASON_NEW,
	REASON_EARLY,
	REASON_LATE,
	REASON_RETRIED,
	REASON_KNOWN,
	REASON_AUTHENTICATED,
	REASON_NO_CLIENT,
	REASON_OWN_NETWORK,
	REASON_STATE,
	REASON_CLIENT_WHITELIST,
	REASON_SENDER_WHITELIST,
	REASON_RECIPIENT_WHITELIST,
	REASON_UNLISTED,
	REASON_AUTO_WHITELISTED,
	REASON_CORRESPONDENT,
	REASON_AUTHORISED,
	REASON_MESSAGE,
	REASON_NAMED,
	REASON_NULL_SENDER,
	REASON_STRESS,
	REASON_FAILURE,
};
#define REASON_COUNT (REASON_FAILURE + 1)

/* In the log and in statistics: a triplet that was not retried within
 * retry_window. This is no decision, and so it is no reason above. */
#define NEVER_RETURNED_WORD "never-returned"

/* How statistics group the reasons. */
enum reason_group {
	REASON_GROUP_NEW,
	REASON_GROUP_EARLY,
	REASON_GROUP_LATE, /* the groups up to here defer */
	REASON_GROUP_PASSED,
	REASON_GROUP_SKIPPED,
	REASON_GROUP_WHITELISTED,
	REASON_GROUP_AUTO_WHITELISTED,
	REASON_GROUP_EXEMPTED,
	REASON_GROUP_FAILED,
};
#define REASON_GROUPS (REASON_GROUP_FAILED + 1)

/* The list entry that decided. The texts are borrowed from the lists; they are
 * valid until the lists are replaced. */
struct verdict_listed {
	const char *pattern; /* NULL: no entry decided */
	const char *source;  /* the file; "" for an entry of the store */
	unsigned line_n;     /* of the file */
	const char *kind;    /* "client", "sender" or "recipient" */
	bool whitelists;     /* the list is a whitelist */
};

struct verdict {
	enum action action;
	enum reason reason;
	bool header;       /* pass: add a header with age_s */
	bool delay_noted;  /* an earlier recipient of the message waited too */
	bool shadow;       /* mode = shadow: the action is ACTION_PASS */
	enum action would; /* shadow: the action of mode = enforce */
	int64_t wait_s;    /* deferral: seconds until a retry passes */
	int64_t age_s;     /* seconds since the triplet was first seen */
	enum client_class client_class;
	char key_client[POOL_SIZE]; /* the client in the triplet's key, or "" */
	char reference[REFERENCE_SIZE]; /* of the triplet, or "" */
	struct verdict_listed listed;
};

/* The word for the log: "pass", "greylist", "tempfail", "close". */
const char *action_word(enum action action);

/* The word for the log: "new", "early", ... */
const char *reason_word(enum reason reason);

/* A sentence for administrators. */
const char *reason_help(enum reason reason);

enum reason_group reason_group(enum reason reason);

/* True if mail with this reason is deferred by greylisting. */
bool reason_defers(enum reason reason);

/* The word of a group, and a few words for administrators. */
const char *reason_group_word(enum reason_group group);
const char *reason_group_help(enum reason_group group);

#endif
