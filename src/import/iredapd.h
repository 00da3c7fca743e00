/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_IMPORT_IREDAPD_H
#define TARDIGREY_IMPORT_IREDAPD_H

#include "import/sql_program.h"

/*
 * iredapd: the records of iRedAPD, the policy server of iRedMail. Its tables:
 *
 *   greylisting_tracking     client_address, sender, recipient, init_time,
 *                            record_expired, passed: a triplet. A client with
 *                            a triplet that has passed passes with any mail.
 *   greylisting_whitelists   account, sender: mail that is not greylisted
 *   greylisting_whitelist_domain_spf
 *                            the same; since 2.1, for the networks of whole
 *                            domains, which a program of iRedAPD looks up
 *   greylisting              account, sender, active: mail that is greylisted,
 *                            or not
 *
 * An account is a recipient: an address, @domain, @.domain with its subdomains,
 * or "@." for all. A sender is one of these, or an address or a network of a
 * client. A rule for both a recipient and a sender has no equal here.
 */

extern const struct sql_program iredapd_program;

#endif
