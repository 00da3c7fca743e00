/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "config/config.h"

#include <assert.h>
#include <string.h>

#include "base/uri.h"

/* OPTION_CHOICE stores an unsigned in a member of an enum type. */
static_assert(sizeof(enum on_failure) == sizeof(unsigned),
    "an enum is an unsigned");

/* Store the value, for showing it, and its origin. Cut a long origin at the
 * front: the line number is at the end. */
static void
set_given(struct config_given *given, const char *value, const char *origin)
{
	size_t n = strlen(origin);

	if (n >= sizeof(given->origin))
		origin += n - (sizeof(given->origin) - 1);
	uri_mask_password(value, given->text, sizeof(given->text));
	strcpy(given->origin, origin);
}

int
config_set(struct config *config, const char *name, const char *value,
    const char *origin, struct err *err)
{
	size_t i = config_row_find(name);
	const struct option_row *row = config_row(i);

	if (i == CONFIG_OPTIONS)
		return err_set(err,
		    "%s: unknown option \"%s\" (tardigreyd --help lists all "
		    "options)",
		    origin, name);
	if (strlen(value) >= CONFIG_VALUE_SIZE)
		err_set(err, "the value is too long (write at most %d octets)",
		    CONFIG_VALUE_SIZE - 1);
	else if (option_value_set(row, value, (char *)config + row->offset,
		     err) == 0) {
		set_given(&config->given[i], value, origin);
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
		config_set(config, config_row(i)->name, config_row(i)->fallback,
		    "", &err);
}

const struct config_given *
config_given(const struct config *config, const char *name)
{
	return &config->given[config_row_find(name)];
}

/* ---- Checks after all options are set ---- */

/* Check that option "longer" is longer than option "shorter". difference_s is
 * the first minus the second. equal_is_fine: equal values are allowed. The
 * error names the line of an option that is not at its default. */
static int
check_order(const struct config *config, const char *longer,
    const char *shorter, bool equal_is_fine, int64_t difference_s,
    struct err *err)
{
	const struct config_given *a = config_given(config, longer);
	const struct config_given *b = config_given(config, shorter);

	if (difference_s > 0 || (difference_s == 0 && equal_is_fine))
		return 0;
	err_set(err, "%s (%s) must be %s %s (%s)", longer, a->text,
	    equal_is_fine ? "at least" : "longer than", shorter, b->text);
	if (a->origin[0] != '\0' || b->origin[0] != '\0')
		err_prefix(err, "%s",
		    a->origin[0] != '\0' ? a->origin : b->origin);
	return -1;
}

int64_t
config_delay_max_s(const struct config *config)
{
	return config->rules.greylist.retry_window_s - 1;
}

/* An empty database with its log would soon reach a lower limit. */
#define DATABASE_SIZE_MIN 10000000

static bool
is_loopback(const struct endpoint *endpoint)
{
	struct netaddr address;

	if (endpoint->kind == ENDPOINT_UNIX ||
	    strcmp(endpoint->host, "localhost") == 0)
		return true;
	return netaddr_parse(endpoint->host, &address) == 0 &&
	    netaddr_is_loopback(&address);
}

/* The page shows mail addresses. Nobody must publish it by mistake. */
static int
check_http(const struct config *config, struct err *err)
{
	char text[ENDPOINT_TEXT_SIZE];

	for (size_t i = 0; i < config->http.n; i++) {
		if (is_loopback(&config->http.items[i]) ||
		    config->http_allow.n > 0)
			continue;
		endpoint_text(&config->http.items[i], text);
		return err_set(err,
		    "%s: http: other hosts can connect to %s (write "
		    "inet:127.0.0.1:%s, or name the networks of the clients in "
		    "http_allow)",
		    config_given(config, "http")->origin, text,
		    config->http.items[i].port);
	}
	return 0;
}

static int
check_path(const struct config *config, const char *name, const char *path,
    struct err *err)
{
	if (path[0] == '\0' || path[0] == '/')
		return 0;
	return err_set(err, "%s: %s: not an absolute path: \"%s\"",
	    config_given(config, name)->origin, name, path);
}

static int
check_paths(const struct config *config, struct err *err)
{
	const struct {
		const char *name, *path;
	} paths[] = {
	    {"pid_file", config->pid_file},
	    {"database_password_file", config->database_password_file},
	    {"database_tls_ca_file", config->store.tls.ca_file},
	    {"database_tls_cert_file", config->store.tls.cert_file},
	    {"database_tls_key_file", config->store.tls.key_file},
	    {"lookup", config->lookup},
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (check_path(config, paths[i].name, paths[i].path, err) != 0)
			return -1;
	return 0;
}

/* One is useless without the other. */
static int
check_certificate(const struct config *config, struct err *err)
{
	static const char *const names[] = {
	    "database_tls_cert_file", "database_tls_key_file"};
	bool has_cert = config->store.tls.cert_file[0] != '\0';
	bool has_key = config->store.tls.key_file[0] != '\0';

	if (has_cert == has_key)
		return 0;
	return err_set(err, "%s: %s: needs %s too",
	    config_given(config, names[has_key])->origin, names[has_key],
	    names[has_cert]);
}

int
config_check(const struct config *config, struct err *err)
{
	const struct greylist_rules *rules = &config->rules.greylist;

	if (check_order(config, "retry_window", "delay", false,
		rules->retry_window_s - rules->delay_s, err) != 0)
		return -1;
	if (check_order(config, "retry_window", "delay_suspicious", false,
		rules->retry_window_s - config->rules.delay_suspicious_s,
		err) != 0)
		return -1;
	if (check_order(config, "keep", "retry_window", true,
		rules->keep_s - rules->retry_window_s, err) != 0)
		return -1;
	if (config->store.max_octets > 0 &&
	    config->store.max_octets < DATABASE_SIZE_MIN)
		return err_set(err,
		    "%s: max_database_size: too small: \"%s\" (write 0 for no "
		    "limit, or at least 10M)",
		    config_given(config, "max_database_size")->origin,
		    config_given(config, "max_database_size")->text);
	if (check_paths(config, err) != 0 ||
	    check_certificate(config, err) != 0)
		return -1;
	return check_http(config, err);
}
