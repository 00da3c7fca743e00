/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include <string.h>

#include "config/config.h"

/* The option table: each row is one option. If you add or change a row, see
 * HACKING.md for the other files to change. */

#define AT(member) offsetof(struct config, member)

#define DAY_S 86400

/* clang-format off */
static const struct option_row rows[CONFIG_OPTIONS] = {
	{ .name = "listen", .type = OPTION_ENDPOINTS, .offset = AT(listen),
	  .fallback = "inet:127.0.0.1:10023, unix:/run/tardigrey/policy.sock",
	  .needs_restart = true,
	  .help = "Sockets for mail servers: unix:/PATH or inet:HOST:PORT, one or more." },
	{ .name = "socket_mode", .type = OPTION_OCTAL, .offset = AT(socket_mode),
	  .fallback = "0666", .min = 0, .max = 0777, .needs_restart = true,
	  .help = "Permissions of the unix sockets, in octal." },
	{ .name = "socket_group", .type = OPTION_TEXT, .offset = AT(socket_group),
	  .fallback = "", .max = CONFIG_NAME_SIZE, .needs_restart = true,
	  .help = "Group of the unix sockets. Empty: the group of the daemon." },
	{ .name = "user", .type = OPTION_TEXT, .offset = AT(user),
	  .fallback = "tardigrey", .min = 1, .max = CONFIG_NAME_SIZE,
	  .needs_restart = true,
	  .help = "Account that the daemon runs as when root starts it." },
	{ .name = "database", .type = OPTION_TEXT, .offset = AT(database),
	  .fallback = "sqlite:/var/lib/tardigrey/tardigrey.db", .min = 1,
	  .max = CONFIG_VALUE_SIZE, .needs_restart = true,
	  .help = "Database URI: sqlite:/PATH (with systemd see ReadWritePaths in the manual)." },
	{ .name = "delay", .type = OPTION_SECONDS, .offset = AT(rules.greylist.delay_s),
	  .fallback = "3m", .min = 0, .max = DAY_S,
	  .help = "How long a new triplet is deferred before a retry passes." },
	{ .name = "retry_window", .type = OPTION_SECONDS,
	  .offset = AT(rules.greylist.retry_window_s),
	  .fallback = "1d", .min = 1, .max = 30 * DAY_S,
	  .help = "A retry later than this counts as a first attempt." },
	{ .name = "keep", .type = OPTION_SECONDS, .offset = AT(rules.greylist.keep_s),
	  .fallback = "35d", .min = 1, .max = 3650LL * DAY_S,
	  .help = "How long a passed triplet stays known after its last use." },
	{ .name = "ipv4_prefix", .type = OPTION_NUMBER,
	  .offset = AT(rules.keys.ipv4_prefix_bits),
	  .fallback = "24", .min = 8, .max = 32,
	  .help = "IPv4 clients that share this many leading bits are one network." },
	{ .name = "ipv6_prefix", .type = OPTION_NUMBER,
	  .offset = AT(rules.keys.ipv6_prefix_bits),
	  .fallback = "64", .min = 16, .max = 128,
	  .help = "IPv6 clients that share this many leading bits are one network." },
	{ .name = "pools", .type = OPTION_CHOICE, .offset = AT(rules.keys.pools),
	  .fallback = "yes", .choices = { "no", "yes" },
	  .help = "Recognise a client also by the domain of its confirmed host name." },
	{ .name = "trust_client_name", .type = OPTION_CHOICE,
	  .offset = AT(trust_client_name),
	  .fallback = "no", .choices = { "no", "yes" },
	  .help = "Treat client_name as confirmed without reverse_client_name." },
	{ .name = "normalise_sender", .type = OPTION_WORDS,
	  .offset = AT(rules.keys.sender),
	  .fallback = "extension batv srs verp",
	  .choices = { "extension", "batv", "srs", "verp" },
	  .help = "Changing parts of a sender address to ignore, or none." },
	{ .name = "auto_whitelist_after", .type = OPTION_NUMBER,
	  .offset = AT(rules.auto_whitelist_after),
	  .fallback = "2", .min = 0, .max = 1000,
	  .help = "Auto-whitelist a client after this many counted retries; 0: never." },
	{ .name = "auto_whitelist_spacing", .type = OPTION_SECONDS,
	  .offset = AT(rules.auto_whitelist_spacing_s),
	  .fallback = "10m", .min = 0, .max = DAY_S,
	  .help = "Count a retry only if its first attempt is this far from the first one counted." },
	{ .name = "once_per_message", .type = OPTION_CHOICE,
	  .offset = AT(rules.once_per_message),
	  .fallback = "yes", .choices = { "no", "yes" },
	  .help = "After a message passed for one recipient, pass it for all." },
	{ .name = "null_sender", .type = OPTION_CHOICE,
	  .offset = AT(rules.null_sender),
	  .fallback = "rcpt", .choices = { "rcpt", "data", "pass" },
	  .help = "When to greylist bounces and callback probes: at RCPT, at DATA, or never." },
	{ .name = "stress", .type = OPTION_CHOICE, .offset = AT(rules.stress),
	  .fallback = "ignore", .choices = { "ignore", "pass" },
	  .help = "While Postfix is overloaded: greylist (ignore) or pass all mail (pass)." },
	{ .name = "own_networks", .type = OPTION_NETWORKS,
	  .offset = AT(rules.own_networks), .fallback = "127.0.0.0/8 ::1",
	  .help = "Your own networks. Their mail is never greylisted." },
	{ .name = "header", .type = OPTION_CHOICE, .offset = AT(rules.header),
	  .fallback = "yes", .choices = { "no", "yes" },
	  .help = "Add an X-Greylist header to messages that were delayed." },
	{ .name = "mode", .type = OPTION_CHOICE, .offset = AT(rules.mode),
	  .fallback = "enforce", .choices = { "enforce", "shadow" },
	  .help = "enforce: defer mail. shadow: only log what would be deferred." },
	{ .name = "on_failure", .type = OPTION_CHOICE, .offset = AT(rules.on_failure),
	  .fallback = "pass", .choices = { "pass", "tempfail", "close" },
	  .help = "What to answer when the database fails." },
	{ .name = "store_timeout", .type = OPTION_MILLISECONDS,
	  .offset = AT(store.timeout_ms),
	  .fallback = "250ms", .min = 1, .max = 10000,
	  .help = "Longest time a request waits for a busy database." },
	{ .name = "reply", .type = OPTION_REPLY, .offset = AT(reply),
	  .fallback = "DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in %s seconds (reference %i)",
	  .help = "Reply to a deferred client: ACTION 4.Y.Z TEXT, with %s, %i, %r, %%." },
	{ .name = "whitelist_clients", .type = OPTION_FILES, .offset = AT(whitelist_clients),
	  .fallback = "", .sample = "whitelist_clients",
	  .help = "List files of clients that pass at once." },
	{ .name = "whitelist_senders", .type = OPTION_FILES, .offset = AT(whitelist_senders),
	  .fallback = "",
	  .help = "List files of senders that pass at once." },
	{ .name = "whitelist_recipients", .type = OPTION_FILES, .offset = AT(whitelist_recipients),
	  .fallback = "", .sample = "whitelist_recipients",
	  .help = "List files of recipients that are greylisted differently or never." },
	{ .name = "greylist_clients", .type = OPTION_FILES, .offset = AT(greylist_clients),
	  .fallback = "",
	  .help = "List files of clients that are always greylisted." },
	{ .name = "greylist_senders", .type = OPTION_FILES, .offset = AT(greylist_senders),
	  .fallback = "",
	  .help = "List files of senders that are always greylisted." },
	{ .name = "greylist_recipients", .type = OPTION_CHOICE,
	  .offset = AT(greylist_recipients),
	  .fallback = "all", .choices = { "all", "listed" },
	  .help = "Greylist all recipients, or only those that a list names." },
	{ .name = "durability", .type = OPTION_CHOICE, .offset = AT(store.durability),
	  .fallback = "normal", .choices = { "normal", "full", "off" },
	  .needs_restart = true,
	  .help = "normal: a killed daemon loses no answer. full: a power cut loses none." },
	{ .name = "max_waiting", .type = OPTION_NUMBER, .offset = AT(store.max_waiting),
	  .fallback = "4M", .min = 1000, .max = 1000000000,
	  .help = "Most waiting triplets that were never retried. Above it, some are evicted." },
	{ .name = "max_waiting_per_address", .type = OPTION_NUMBER,
	  .offset = AT(store.max_waiting_per_address),
	  .fallback = "2k", .min = 100, .max = 1000000000,
	  .help = "Most such triplets of one client address." },
	{ .name = "max_database_size", .type = OPTION_SIZE,
	  .offset = AT(store.max_octets),
	  .fallback = "0", .min = 0, .max = 1000000000000000,
	  .help = "Octets of the database files at which no new triplets are stored; 0: no limit." },
	{ .name = "record_cache", .type = OPTION_SIZE,
	  .offset = AT(store.record_cache_octets),
	  .fallback = "8M", .min = 0, .max = 1000000000,
	  .help = "Octets of memory for records that were read lately; 0: none." },
	{ .name = "on_corruption", .type = OPTION_CHOICE,
	  .offset = AT(store.on_corruption),
	  .fallback = "replace", .choices = { "replace", "refuse" },
	  .help = "Replace a damaged database with a new one, or refuse to use it." },
	{ .name = "log", .type = OPTION_CHOICE, .offset = AT(log),
	  .fallback = "syslog", .choices = { "syslog", "stderr" },
	  .needs_restart = true,
	  .help = "Where to log: syslog (facility mail) or stderr." },
	{ .name = "pid_file", .type = OPTION_TEXT, .offset = AT(pid_file),
	  .fallback = "", .max = CONFIG_VALUE_SIZE, .needs_restart = true,
	  .help = "File for the process ID of the daemon. Empty: none." },
};
/* clang-format on */

const struct option_row *
config_row(size_t i)
{
	return &rows[i];
}

size_t
config_row_find(const char *name)
{
	size_t i = 0;

	while (i < CONFIG_OPTIONS && strcmp(rows[i].name, name) != 0)
		i++;
	return i;
}
