/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "mail/verdict.h"

static const char *const action_words[] = {
    [ACTION_PASS] = "pass",
    [ACTION_GREYLIST] = "greylist",
    [ACTION_TEMPFAIL] = "tempfail",
    [ACTION_CLOSE] = "close",
};

static const struct {
	const char *word;
	enum reason_group group;
	const char *help;
} reasons[REASON_COUNT] = {
    [REASON_NEW] = {"new", REASON_GROUP_NEW,
	"The triplet is not known: a first attempt, or its record expired."},
    [REASON_EARLY] = {"early", REASON_GROUP_EARLY,
	"The client retried before delay was over."},
    [REASON_LATE] = {"late", REASON_GROUP_LATE,
	"The client retried after retry_window; the delay starts again."},
    [REASON_RETRIED] = {"retried", REASON_GROUP_PASSED,
	"The client retried after delay: the triplet passes and is now known."},
    [REASON_KNOWN] = {"known", REASON_GROUP_PASSED,
	"The triplet has passed before."},
    [REASON_AUTHENTICATED] = {"authenticated", REASON_GROUP_SKIPPED,
	"The client has logged in (sasl_username); no triplet is stored."},
    [REASON_NO_CLIENT] = {"no-client", REASON_GROUP_SKIPPED,
	"The request has no valid client_address; nothing is stored."},
    [REASON_OWN_NETWORK] = {"own-network", REASON_GROUP_SKIPPED,
	"The client is in own_networks; no triplet is stored."},
    [REASON_STATE] = {"state", REASON_GROUP_SKIPPED,
	"This protocol_state is not greylisted; nothing is stored."},
    [REASON_CLIENT_WHITELIST] = {"client-whitelist", REASON_GROUP_WHITELISTED,
	"A list whitelists the client; nothing is stored."},
    [REASON_SENDER_WHITELIST] = {"sender-whitelist", REASON_GROUP_WHITELISTED,
	"A list whitelists the sender; nothing is stored."},
    [REASON_RECIPIENT_WHITELIST] = {"recipient-whitelist",
	REASON_GROUP_WHITELISTED,
	"A list whitelists the recipient; nothing is stored."},
    [REASON_UNLISTED] = {"unlisted", REASON_GROUP_WHITELISTED,
	"No list names the recipient (greylist_recipients); nothing is stored."},
    [REASON_AUTO_WHITELISTED] = {"auto-whitelisted",
	REASON_GROUP_AUTO_WHITELISTED,
	"The client is auto-whitelisted: its earlier mail passed by a retry."},
    [REASON_CORRESPONDENT] = {"correspondent", REASON_GROUP_EXEMPTED,
	"An answer: the recipient has written to the sender (correspondents)."},
    [REASON_AUTHORISED] = {"authorised", REASON_GROUP_EXEMPTED,
	"The domain authorises the client and has retried (spf_pass_at_once)."},
    [REASON_MESSAGE] = {"message", REASON_GROUP_EXEMPTED,
	"Another recipient of the same message has passed."},
    [REASON_NAMED] = {"named", REASON_GROUP_EXEMPTED,
	"The client is named (greylist = suspicious); nothing is stored."},
    [REASON_NULL_SENDER] = {"null-sender", REASON_GROUP_EXEMPTED,
	"A bounce or a probe: null_sender lets it pass, at least until DATA."},
    [REASON_STRESS] = {"stress", REASON_GROUP_EXEMPTED,
	"The mail server is overloaded, and stress = pass lets the mail pass."},
    [REASON_FAILURE] = {"failure", REASON_GROUP_FAILED,
	"The database could not be read or written; on_failure decided."},
};

static const struct {
	const char *word;
	const char *help;
} groups[REASON_GROUPS] = {
    [REASON_GROUP_NEW] = {"new", "first attempts"},
    [REASON_GROUP_EARLY] = {"early", "retries before delay was over"},
    [REASON_GROUP_LATE] = {"late", "retries after retry_window"},
    [REASON_GROUP_PASSED] = {"passed", "retried after delay, or known"},
    [REASON_GROUP_SKIPPED] = {"skipped",
	"authenticated, no client address, own_networks, or another state"},
    [REASON_GROUP_WHITELISTED] = {"whitelisted", "passed because of a list"},
    [REASON_GROUP_AUTO_WHITELISTED] = {"auto-whitelisted",
	"from auto-whitelisted clients"},
    [REASON_GROUP_EXEMPTED] = {"exempted",
	"answers, authorised clients, and passes by another recipient, "
	"null_sender or stress"},
    [REASON_GROUP_FAILED] = {"failed", "decided by on_failure"},
};

const char *
action_word(enum action action)
{
	return action_words[action];
}

const char *
reason_word(enum reason reason)
{
	return reasons[reason].word;
}

const char *
reason_help(enum reason reason)
{
	return reasons[reason].help;
}

enum reason_group
reason_group(enum reason reason)
{
	return reasons[reason].group;
}

bool
reason_defers(enum reason reason)
{
	return reasons[reason].group <= REASON_GROUP_LATE;
}

const char *
reason_group_word(enum reason_group group)
{
	return groups[group].word;
}

const char *
reason_group_help(enum reason_group group)
{
	return groups[group].help;
}
