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
	"The triplet was not known, or was forgotten after keep."},
    [REASON_EARLY] = {"early", "Retried before delay had passed."},
    [REASON_LATE] = {"late",
	"Retried after retry_window; the wait begins anew."},
    [REASON_RETRIED] = {"retried",
	"Retried at or after delay: the first pass of this triplet."},
    [REASON_KNOWN] = {"known", "The triplet has passed before."},
    [REASON_AUTHENTICATED] = {"authenticated",
	"The client logged in (sasl_username); nothing is stored."},
    [REASON_NO_CLIENT] = {"no-client",
	"No usable client_address; nothing is stored."},
    [REASON_STATE] = {"state",
	"Not a protocol_state that is greylisted; nothing is stored."},
    [REASON_CLIENT_WHITELIST] = {"client-whitelist",
	"A list of clients lets it pass; nothing is stored."},
    [REASON_SENDER_WHITELIST] = {"sender-whitelist",
	"A list of senders lets it pass; nothing is stored."},
    [REASON_RECIPIENT_WHITELIST] = {"recipient-whitelist",
	"The recipient is not greylisted; nothing is stored."},
    [REASON_UNLISTED] = {"unlisted",
	"Only listed recipients are greylisted; nothing is stored."},
    [REASON_AUTO_WHITELISTED] = {"auto-whitelisted",
	"The client has shown before that it retries."},
    [REASON_MESSAGE] = {"message",
	"Another recipient of the same message has passed."},
    [REASON_NULL_SENDER] = {"null-sender",
	"A bounce or a probe, which null_sender lets pass here."},
    [REASON_STRESS] = {"stress",
	"The mail server is overloaded and would hang up (option stress)."},
    [REASON_FAILURE] = {"failure",
	"The store could not be read or written; on_failure decided."},
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
