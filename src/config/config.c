/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "config/config.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"

#define AT(member) offsetof(struct config, member)

#define DAY_S 86400

/* clang-format off */
static const struct option_row rows[CONFIG_OPTIONS] = {
	{ .name = "listen", .type = OPTION_ENDPOINTS, .offset = AT(listen),
	  .fallback = "inet:127.0.0.1:10023, unix:/run/tardigrey/policy.sock",
	  .needs_restart = true,
	  .help = "Where to wait for mail servers: unix:/PATH, inet:HOST:PORT, several." },
	{ .name = "socket_mode", .type = OPTION_OCTAL, .offset = AT(socket_mode),
	  .fallback = "0666", .min = 0, .max = 0777, .needs_restart = true,
	  .help = "Permissions of unix sockets." },
	{ .name = "socket_group", .type = OPTION_TEXT, .offset = AT(socket_group),
	  .fallback = "", .max = CONFIG_NAME_SIZE, .needs_restart = true,
	  .help = "Group of unix sockets; empty leaves the daemon's own." },
	{ .name = "user", .type = OPTION_TEXT, .offset = AT(user),
	  .fallback = "tardigrey", .min = 1, .max = CONFIG_NAME_SIZE,
	  .needs_restart = true,
	  .help = "Account to become when started as root." },
	{ .name = "database", .type = OPTION_TEXT, .offset = AT(database),
	  .fallback = "sqlite:/var/lib/tardigrey/tardigrey.db", .min = 1,
	  .max = CONFIG_VALUE_SIZE, .needs_restart = true,
	  .help = "What remembers the triplets: sqlite:/PATH, or memory: for a trial." },
	{ .name = "delay", .type = OPTION_SECONDS, .offset = AT(rules.greylist.delay_s),
	  .fallback = "3m", .min = 0, .max = DAY_S,
	  .help = "How long a new triplet waits before a retry passes." },
	{ .name = "retry_window", .type = OPTION_SECONDS,
	  .offset = AT(rules.greylist.retry_window_s),
	  .fallback = "1d", .min = 1, .max = 30 * DAY_S,
	  .help = "A retry after this counts as new." },
	{ .name = "keep", .type = OPTION_SECONDS, .offset = AT(rules.greylist.keep_s),
	  .fallback = "35d", .min = 1, .max = 3650LL * DAY_S,
	  .help = "How long a triplet that passed is remembered after its last use." },
	{ .name = "ipv4_prefix", .type = OPTION_NUMBER,
	  .offset = AT(rules.keys.ipv4_prefix_bits),
	  .fallback = "24", .min = 8, .max = 32,
	  .help = "IPv4 clients within this prefix are one client." },
	{ .name = "ipv6_prefix", .type = OPTION_NUMBER,
	  .offset = AT(rules.keys.ipv6_prefix_bits),
	  .fallback = "64", .min = 16, .max = 128,
	  .help = "IPv6 clients within this prefix are one client." },
	{ .name = "pools", .type = OPTION_CHOICE, .offset = AT(rules.keys.pools),
	  .fallback = "yes", .choices = { "no", "yes" },
	  .help = "Whether hosts of one domain, by confirmed name, are one client too." },
	{ .name = "trust_client_name", .type = OPTION_CHOICE,
	  .offset = AT(trust_client_name),
	  .fallback = "no", .choices = { "no", "yes" },
	  .help = "Whether client_name is confirmed without reverse_client_name beside it." },
	{ .name = "normalise_sender", .type = OPTION_WORDS,
	  .offset = AT(rules.keys.sender),
	  .fallback = "extension batv srs verp",
	  .choices = { "extension", "batv", "srs", "verp" },
	  .help = "Which changing parts of a sender do not count; \"none\" of them." },
	{ .name = "auto_whitelist_after", .type = OPTION_NUMBER,
	  .offset = AT(rules.auto_whitelist_after),
	  .fallback = "2", .min = 0, .max = 1000,
	  .help = "A client passes at once after so many triplets that retried; 0: never." },
	{ .name = "once_per_message", .type = OPTION_CHOICE,
	  .offset = AT(rules.once_per_message),
	  .fallback = "yes", .choices = { "no", "yes" },
	  .help = "Whether a message passes for all recipients once it did for one." },
	{ .name = "null_sender", .type = OPTION_CHOICE,
	  .offset = AT(rules.null_sender),
	  .fallback = "rcpt", .choices = { "rcpt", "data", "pass" },
	  .help = "When bounces and callback probes are greylisted, or that they pass." },
	{ .name = "stress", .type = OPTION_CHOICE, .offset = AT(rules.stress),
	  .fallback = "ignore", .choices = { "ignore", "pass" },
	  .help = "What becomes of mail while Postfix says that it is overloaded." },
	{ .name = "header", .type = OPTION_CHOICE, .offset = AT(rules.header),
	  .fallback = "yes", .choices = { "no", "yes" },
	  .help = "Whether a message that waited gets a header that says so." },
	{ .name = "mode", .type = OPTION_CHOICE, .offset = AT(rules.mode),
	  .fallback = "enforce", .choices = { "enforce", "shadow" },
	  .help = "shadow answers DUNNO, and logs and stores what enforce would have done." },
	{ .name = "on_failure", .type = OPTION_CHOICE, .offset = AT(rules.on_failure),
	  .fallback = "pass", .choices = { "pass", "tempfail", "close" },
	  .help = "What a client gets when the database cannot answer." },
	{ .name = "store_timeout", .type = OPTION_MILLISECONDS,
	  .offset = AT(store.timeout_ms),
	  .fallback = "250ms", .min = 1, .max = 10000,
	  .help = "How long a request may wait for a busy database." },
	{ .name = "reply", .type = OPTION_REPLY, .offset = AT(reply),
	  .fallback = "DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in %s seconds (reference %i)",
	  .help = "What a greylisted client is told: ACTION 4.Y.Z TEXT; %s seconds, %i reference, %r domain." },
	{ .name = "whitelist_clients", .type = OPTION_FILES, .offset = AT(whitelist_clients),
	  .fallback = "", .sample = "whitelist_clients",
	  .help = "Files of clients that pass at once." },
	{ .name = "whitelist_senders", .type = OPTION_FILES, .offset = AT(whitelist_senders),
	  .fallback = "",
	  .help = "Files of senders that pass at once." },
	{ .name = "whitelist_recipients", .type = OPTION_FILES, .offset = AT(whitelist_recipients),
	  .fallback = "", .sample = "whitelist_recipients",
	  .help = "Files of recipients, and how each is greylisted." },
	{ .name = "greylist_clients", .type = OPTION_FILES, .offset = AT(greylist_clients),
	  .fallback = "",
	  .help = "Files of clients that are always greylisted." },
	{ .name = "greylist_senders", .type = OPTION_FILES, .offset = AT(greylist_senders),
	  .fallback = "",
	  .help = "Files of senders that are always greylisted." },
	{ .name = "greylist_recipients", .type = OPTION_CHOICE,
	  .offset = AT(greylist_recipients),
	  .fallback = "all", .choices = { "all", "listed" },
	  .help = "Whether recipients that no list names are greylisted." },
	{ .name = "durability", .type = OPTION_CHOICE, .offset = AT(store.durability),
	  .fallback = "normal", .choices = { "normal", "full", "off" },
	  .needs_restart = true,
	  .help = "What an answer survives: normal a killed process, full a power cut too." },
	{ .name = "max_rows", .type = OPTION_NUMBER, .offset = AT(max_rows),
	  .fallback = "4M", .min = 1000, .max = 1000000000,
	  .help = "How many triplets may be waiting; then the oldest are forgotten." },
	{ .name = "max_waiting_per_client", .type = OPTION_NUMBER,
	  .offset = AT(max_waiting_per_client),
	  .fallback = "20k", .min = 100, .max = 1000000000,
	  .help = "How many of them may be of one client: a network, or a pool." },
	{ .name = "on_corruption", .type = OPTION_CHOICE,
	  .offset = AT(store.on_corruption),
	  .fallback = "replace", .choices = { "replace", "refuse" },
	  .help = "Whether a damaged database is set aside and a new one begun." },
	{ .name = "log", .type = OPTION_CHOICE, .offset = AT(log),
	  .fallback = "syslog", .choices = { "syslog", "stderr" },
	  .needs_restart = true,
	  .help = "Where the log goes: syslog (facility mail) or stderr." },
	{ .name = "pid_file", .type = OPTION_TEXT, .offset = AT(pid_file),
	  .fallback = "", .max = CONFIG_VALUE_SIZE, .needs_restart = true,
	  .help = "File to write the process number to; empty writes none." },
};
/* clang-format on */

const struct option_row *
config_row(size_t i)
{
	return &rows[i];
}

static int64_t *
number_at(struct config *config, const struct option_row *row)
{
	return (int64_t *)((char *)config + row->offset);
}

/* Numbers and choices; an enum without negative values is an unsigned. */
static unsigned *
unsigned_at(struct config *config, const struct option_row *row)
{
	return (unsigned *)((char *)config + row->offset);
}

static_assert(sizeof(enum mode) == sizeof(unsigned), "see unsigned_at");

static struct config_files *
files_at(struct config *config, const struct option_row *row)
{
	return (struct config_files *)((char *)config + row->offset);
}

/* ---- One value ---- */

static int
set_text(struct config *config, const struct option_row *row, const char *value,
    struct err *err)
{
	size_t n = strlen(value);

	if (n < (size_t)row->min)
		return err_set(err, "expected a value that is not empty");
	if (n >= (size_t)row->max)
		return err_set(err, "expected at most %" PRId64 " octets",
		    row->max - 1);
	memcpy((char *)config + row->offset, value, n + 1);
	return 0;
}

static int
set_duration(struct config *config, const struct option_row *row,
    const char *value, int64_t unit_ms, struct err *err)
{
	char min[DURATION_TEXT_SIZE], max[DURATION_TEXT_SIZE];
	int64_t ms;

	if (duration_parse(value, &ms) != 0 || ms % unit_ms != 0 ||
	    ms / unit_ms < row->min || ms / unit_ms > row->max) {
		duration_format(row->min * unit_ms, min);
		duration_format(row->max * unit_ms, max);
		return err_set(err,
		    "expected a time from %s to %s such as %s (units %ss m h d "
		    "w), got \"%s\"",
		    min, max, row->fallback, unit_ms == 1 ? "ms " : "", value);
	}
	*number_at(config, row) = ms / unit_ms;
	return 0;
}

/* What k, M or G behind a number makes of it; 0 for anything else. */
static int64_t
multiple(const char *unit)
{
	if (unit[0] != '\0' && unit[1] != '\0')
		return 0;
	switch (unit[0]) {
	case '\0':
		return 1;
	case 'k':
		return 1000;
	case 'M':
		return 1000000;
	case 'G':
		return 1000000000;
	}
	return 0;
}

static int
set_number(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	size_t digits_n = strspn(value, "0123456789");
	int64_t number = strtoll(value, NULL, 10);
	int64_t unit = multiple(value + digits_n);

	if (digits_n > 0 && digits_n <= 18 && number <= row->max)
		number *= unit; /* the bounds of all options fit twice */
	if (digits_n == 0 || digits_n > 18 || unit == 0 || number < row->min ||
	    number > row->max)
		return err_set(err,
		    "expected a number from %" PRId64 " to %" PRId64
		    ", got \"%s\"",
		    row->min, row->max, value);
	*unsigned_at(config, row) = (unsigned)number;
	return 0;
}

static int
set_octal(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	size_t digits_n = strspn(value, "01234567");
	int64_t number = strtoll(value, NULL, 8);

	if (digits_n == 0 || digits_n > 6 || value[digits_n] != '\0' ||
	    number < row->min || number > row->max)
		return err_set(err,
		    "expected an octal mode from %04" PRIo64 " to %04" PRIo64
		    ", got \"%s\"",
		    (uint64_t)row->min, (uint64_t)row->max, value);
	*unsigned_at(config, row) = (unsigned)number;
	return 0;
}

static int
set_choice(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	char words[CONFIG_VALUE_SIZE] = "";
	size_t n = 0;

	for (unsigned i = 0; row->choices[i] != NULL; i++) {
		if (strcmp(row->choices[i], value) == 0) {
			*unsigned_at(config, row) = i;
			return 0;
		}
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s",
		    i == 0 ? "" : " or ", row->choices[i]);
	}
	return err_set(err, "expected %s, got \"%s\"", words, value);
}

#define SEPARATORS ", \t"

/* The bit of the choice that the first n octets name, or 0. */
static unsigned
choice_bit(const struct option_row *row, const char *word, size_t n)
{
	for (unsigned i = 0; row->choices[i] != NULL; i++)
		if (strlen(row->choices[i]) == n &&
		    strncmp(row->choices[i], word, n) == 0)
			return 1U << i;
	return 0;
}

/* Words of the choices, as bits, or "none". */
static int
set_words(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	const char *rest = value + strspn(value, SEPARATORS);
	bool is_none = strcmp(value, "none") == 0;
	unsigned bits = 0;

	while (*rest != '\0' && !is_none) {
		size_t n = strcspn(rest, SEPARATORS);
		unsigned bit = choice_bit(row, rest, n);

		if (bit == 0)
			return err_set(err,
			    "expected none, or some of: %s; got \"%.*s\"",
			    row->fallback, (int)n, rest);
		bits |= bit;
		rest += n + strspn(rest + n, SEPARATORS);
	}
	if (bits == 0 && !is_none)
		return err_set(err, "expected none, or some of: %s",
		    row->fallback);
	*unsigned_at(config, row) = bits;
	return 0;
}

static int
set_endpoints(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	struct endpoint_list list;

	if (endpoint_list_parse(value, &list, err) != 0)
		return -1;
	memcpy((char *)config + row->offset, &list, sizeof(list));
	return 0;
}

static int
set_reply(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	return reply_template_parse(value,
	    (struct reply_template *)((char *)config + row->offset), err);
}

/* Names separated by commas or blanks; each is kept with a NUL. */
static int
set_files(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	struct config_files files = {.n = 0};
	char *to = files.text;

	for (value += strspn(value, SEPARATORS); *value != '\0';
	     value += strspn(value, SEPARATORS)) {
		size_t n = strcspn(value, SEPARATORS);

		if (*value != '/')
			return err_set(err,
			    "expected absolute names of files, got \"%.*s\"",
			    (int)n, value);
		if (files.n++ == CONFIG_FILES_MAX)
			return err_set(err, "expected at most %d files",
			    CONFIG_FILES_MAX);
		memcpy(to, value, n);
		to += n + 1;
		value += n;
	}
	*files_at(config, row) = files;
	return 0;
}

const char *
config_files_item(const struct config_files *files, size_t i)
{
	const char *name = files->text;

	while (i-- > 0)
		name += strlen(name) + 1;
	return name;
}

static int
set_value(struct config *config, const struct option_row *row,
    const char *value, struct err *err)
{
	switch (row->type) {
	case OPTION_TEXT:
		return set_text(config, row, value, err);
	case OPTION_SECONDS:
		return set_duration(config, row, value, 1000, err);
	case OPTION_MILLISECONDS:
		return set_duration(config, row, value, 1, err);
	case OPTION_NUMBER:
		return set_number(config, row, value, err);
	case OPTION_OCTAL:
		return set_octal(config, row, value, err);
	case OPTION_CHOICE:
		return set_choice(config, row, value, err);
	case OPTION_WORDS:
		return set_words(config, row, value, err);
	case OPTION_ENDPOINTS:
		return set_endpoints(config, row, value, err);
	case OPTION_REPLY:
		return set_reply(config, row, value, err);
	case OPTION_FILES:
		return set_files(config, row, value, err);
	}
	return err_set(err, "unknown type of option");
}

static size_t
row_find(const char *name)
{
	size_t i = 0;

	while (i < CONFIG_OPTIONS && strcmp(rows[i].name, name) != 0)
		i++;
	return i;
}

/* Keep the end of a long origin: the line number is there. */
static void
remember(struct config_given *given, const char *value, const char *origin)
{
	size_t n = strlen(origin);

	if (n >= sizeof(given->origin))
		origin += n - (sizeof(given->origin) - 1);
	strcpy(given->text, value);
	strcpy(given->origin, origin);
}

int
config_set(struct config *config, const char *name, const char *value,
    const char *origin, struct err *err)
{
	size_t i = row_find(name);

	if (i == CONFIG_OPTIONS) {
		err_set(err,
		    "unknown option \"%s\"; tardigreyd --help lists "
		    "the options",
		    name);
		return err_prefix(err, "%s", origin);
	}
	if (strlen(value) >= CONFIG_VALUE_SIZE)
		err_set(err, "expected at most %d octets",
		    CONFIG_VALUE_SIZE - 1);
	else if (set_value(config, &rows[i], value, err) == 0) {
		remember(&config->given[i], value, origin);
		return 0;
	}
	return err_prefix(err, "%s: %s", origin, name);
}

void
config_defaults(struct config *config)
{
	struct err err;

	memset(config, 0, sizeof(*config));
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		config_set(config, rows[i].name, rows[i].fallback, "", &err);
}

/* ---- A file ---- */

#define BLANK " \t"

/* Cut blanks off both ends, in place. */
static char *
trim(char *text)
{
	size_t n;

	text += strspn(text, BLANK);
	n = strlen(text);
	while (n > 0 && strchr(BLANK, text[n - 1]) != NULL)
		n--;
	text[n] = '\0';
	return text;
}

static bool
has_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			return true;
	return false;
}

/* A file on its way through config_parse(). */
struct file {
	const char *name;
	unsigned line_n;
	unsigned set_at[CONFIG_OPTIONS]; /* line that set the option, or 0 */
	char origin[CONFIG_ORIGIN_SIZE + 4096]; /* "FILE:LINE" */
};

static int
check_set_once(struct file *file, const char *name, struct err *err)
{
	size_t i = row_find(name);

	if (i == CONFIG_OPTIONS)
		return 0; /* config_set() has the words for it */
	if (file->set_at[i] != 0)
		return err_set(err, "%s: %s: already set at %s:%u",
		    file->origin, name, file->name, file->set_at[i]);
	file->set_at[i] = file->line_n;
	return 0;
}

static int
parse_line(struct config *config, struct file *file, char *line,
    struct err *err)
{
	char *name = trim(line), *equals, *value;

	if (*name == '\0' || *name == '#')
		return 0;
	equals = strchr(name, '=');
	if (equals == NULL || equals == name)
		return err_set(err,
		    "%s: expected name = value, a comment that starts with "
		    "#, or an empty line",
		    file->origin);
	*equals = '\0';
	value = trim(equals + 1);
	name = trim(name);
	if (check_set_once(file, name, err) != 0)
		return -1;
	return config_set(config, name, value, file->origin, err);
}

/* Copy a line out of the text, without the carriage return of other systems,
 * and refuse what cannot be one. */
static int
take_line(const struct file *file, const char *text, size_t n, char *line,
    size_t line_size, struct err *err)
{
	if (n > 0 && text[n - 1] == '\r')
		n--;
	if (n >= line_size)
		return err_set(err, "%s: expected a line of at most %zu octets",
		    file->origin, line_size - 1);
	if (has_control(text, n))
		return err_set(err,
		    "%s: expected text, found a control character",
		    file->origin);
	memcpy(line, text, n);
	line[n] = '\0';
	return 0;
}

int
config_parse(struct config *config, const char *text, size_t text_n,
    const char *file_name, struct err *err)
{
	struct file file = {.name = file_name};
	char line[CONFIG_VALUE_SIZE + 256];
	const char *end = text + text_n;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline != NULL ? newline : end) - text);

		file.line_n++;
		snprintf(file.origin, sizeof(file.origin), "%s:%u", file.name,
		    file.line_n);
		if (take_line(&file, text, n, line, sizeof(line), err) != 0 ||
		    parse_line(config, &file, line, err) != 0)
			return -1;
		text += n + (newline != NULL ? 1 : 0);
	}
	return 0;
}

/* ---- All together ---- */

const struct config_given *
config_given(const struct config *config, const char *name)
{
	return &config->given[row_find(name)];
}

/* "longer" must not be shorter than "shorter"; blame what was written down. */
static int
check_order(const struct config *config, const char *longer,
    const char *shorter, bool equal_is_fine, int64_t difference_s,
    struct err *err)
{
	const struct config_given *a = config_given(config, longer);
	const struct config_given *b = config_given(config, shorter);

	if (difference_s > 0 || (difference_s == 0 && equal_is_fine))
		return 0;
	err_set(err, "expected %s (%s) to be %s %s (%s)", longer, a->text,
	    equal_is_fine ? "at least" : "longer than", shorter, b->text);
	if (a->origin[0] != '\0' || b->origin[0] != '\0')
		err_prefix(err, "%s",
		    a->origin[0] != '\0' ? a->origin : b->origin);
	return -1;
}

int
config_check(const struct config *config, struct err *err)
{
	const struct greylist_rules *rules = &config->rules.greylist;

	if (check_order(config, "retry_window", "delay", false,
		rules->retry_window_s - rules->delay_s, err) != 0)
		return -1;
	if (check_order(config, "keep", "retry_window", true,
		rules->keep_s - rules->retry_window_s, err) != 0)
		return -1;
	if (config->pid_file[0] != '\0' && config->pid_file[0] != '/')
		return err_set(err,
		    "%s: pid_file: expected an absolute path, got \"%s\"",
		    config_given(config, "pid_file")->origin, config->pid_file);
	return 0;
}
