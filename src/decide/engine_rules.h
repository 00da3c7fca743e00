/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_DECIDE_ENGINE_RULES_H
#define TARDIGREY_DECIDE_ENGINE_RULES_H

#include "base/networks.h"
#include "decide/auto_whitelist.h"
#include "decide/correspondent.h"
#include "decide/greylist.h"
#include "decide/key.h"
#include "lists/list_verdict.h"
#include "mail/client_class.h"
#include "mail/verdict.h"

/*
 * engine_rules: the options that decide about mail. The members have the names
 * of the options in tardigrey.conf(5).
 */

enum on_failure { ON_FAILURE_PASS, ON_FAILURE_TEMPFAIL, ON_FAILURE_CLOSE };

/* When to greylist the null sender: at RCPT, at DATA (so that callback probes
 * pass), or never. */
enum null_sender { NULL_SENDER_RCPT, NULL_SENDER_DATA, NULL_SENDER_PASS };

/* What to do if Postfix sends stress=yes: nothing special, or let all mail
 * pass. */
enum stress { STRESS_IGNORE, STRESS_PASS };

struct engine_rules {
	struct greylist_rules greylist; /* its delay_s is for named clients */
	int64_t delay_suspicious_s;     /* a shorter one than delay is delay */
	enum greylist_clients greylist_clients;
	struct key_rules keys;
	struct networks own_networks;
	struct correspondent_rules correspondents;
	unsigned auto_whitelist_after; /* proofs; 0: never */
	int64_t auto_whitelist_spacing_s;
	unsigned spf_pass_at_once; /* proofs; 0: never */
	unsigned once_per_message; /* yes or no */
	enum null_sender null_sender;
	enum stress stress;
	unsigned header;        /* 1: a message that waited gets a header */
	int64_t shadow_until_s; /* mode; 0: enforce, INT64_MAX: shadow */
	enum on_failure on_failure;
};

/* True if no mail is deferred at this time. */
static inline bool
engine_rules_is_shadow(const struct engine_rules *rules, int64_t now_s)
{
	return now_s < rules->shadow_until_s;
}

/* What a request gets when the store fails (on_failure), unless it is only
 * watched. */
enum action engine_rules_failure_action(const struct engine_rules *rules);

/* The delay for a client of this class, unless the recipient has its own. */
static inline int64_t
engine_rules_delay_s(const struct engine_rules *rules,
    enum client_class client_class)
{
	return client_class == CLASS_NAMED ||
		rules->delay_suspicious_s < rules->greylist.delay_s
	    ? rules->greylist.delay_s
	    : rules->delay_suspicious_s;
}

/* The rules of automatic whitelisting. */
static inline struct auto_whitelist_rules
engine_rules_auto_whitelist(const struct engine_rules *rules)
{
	return (struct auto_whitelist_rules){rules->auto_whitelist_after,
	    rules->auto_whitelist_spacing_s, rules->greylist.keep_s};
}

#endif
