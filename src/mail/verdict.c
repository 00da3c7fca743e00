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
	const char *help;
} reasons[REASON_COUNT] = {
    [REASON_NEW] = {"new",
	"The triplet is not known: a first attempt, or its record expired."},
    [REASON_EARLY] = {"early", "The client retried before delay was over."},
    [REASON_LATE] = {"late",
	"The client retried after retry_window; the delay starts again."},
    [REASON_RETRIED] = {"retried",
	"The client retried after delay: the triplet passes and is now known."},
    [REASON_KNOWN] = {"known", "The triplet has passed before."},
    [REASON_AUTHENTICATED] = {"authenticated",
	"The client has logged in (sasl_username); nothing is stored."},
    [REASON_NO_CLIENT] = {"no-client",
	"The request has no valid client_address; nothing is stored."},
    [REASON_STATE] = {"state",
	"This protocol_state is not greylisted; nothing is stored."},
    [REASON_CLIENT_WHITELIST] = {"client-whitelist",
	"A list whitelists the client; nothing is stored."},
    [REASON_SENDER_WHITELIST] = {"sender-whitelist",
	"A list whitelists the sender; nothing is stored."},
    [REASON_RECIPIENT_WHITELIST] = {"recipient-whitelist",
	"A list whitelists the recipient; nothing is stored."},
    [REASON_UNLISTED] = {"unlisted",
	"No list names the recipient (greylist_recipients); nothing is stored."},
    [REASON_AUTO_WHITELISTED] = {"auto-whitelisted",
	"The client is auto-whitelisted: its earlier mail passed by a retry."},
    [REASON_MESSAGE] = {"message",
	"Another recipient of the same message has passed."},
    [REASON_NULL_SENDER] = {"null-sender",
	"A bounce or a probe; null_sender lets it pass here."},
    [REASON_STRESS] = {"stress",
	"The mail server is overloaded, and stress = pass lets the mail pass."},
    [REASON_FAILURE] = {"failure",
	"The database could not be read or written; on_failure decided."},
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
