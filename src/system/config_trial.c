/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/config_trial.h"

#include <grp.h>
#include <string.h>

#include "store/store_open.h"
#include "system/config_file.h"
#include "system/list_files.h"
#include "system/privilege.h"
#include "system/socket_directory.h"

/* Put "FILE:LINE: NAME: " in front of the sentence. */
static int
name_option(const struct config *config, const char *name, struct err *err)
{
	const char *origin = config_given(config, name)->origin;

	return err_prefix(err, "%s: %s", origin[0] != '\0' ? origin : "default",
	    name);
}

static int
check_endpoints(const struct config *config, const char *name,
    const struct endpoint_list *endpoints, struct err *err)
{
	for (size_t i = 0; i < endpoints->n; i++) {
		const struct endpoint *endpoint = &endpoints->items[i];

		if (endpoint->kind == ENDPOINT_UNIX &&
		    socket_directory_check(endpoint->path, err) != 0)
			return name_option(config, name, err);
	}
	return 0;
}

static int
check_sockets(const struct config *config, struct err *err)
{
	if (check_endpoints(config, "listen", &config->listen, err) != 0 ||
	    check_endpoints(config, "http", &config->http, err) != 0)
		return -1;
	if (config->lookup[0] != '\0' &&
	    socket_directory_check(config->lookup, err) != 0)
		return name_option(config, "lookup", err);
	if (config->socket_group[0] == '\0' ||
	    getgrnam(config->socket_group) != NULL)
		return 0;
	err_set(err,
	    "the group \"%s\" does not exist; create it (groupadd --system "
	    "%s), or name another one",
	    config->socket_group, config->socket_group);
	return name_option(config, "socket_group", err);
}

/* The first reading of the files has already given the warnings. */
static void
ignore(const char *text)
{
	(void)text;
}

static int
read_again(const char *path, const struct overrides *overrides,
    const struct config *config, struct err *err)
{
	static struct config again; /* large */
	struct list *files = NULL;

	if (config_file_load(path, overrides->items, overrides->n, &again,
		err) != 0 ||
	    list_files_load(config, ignore, &files, err) != 0)
		return -1;
	list_free(files);
	return 0;
}

/* The sentence begins with the name of an option. */
static int
check_database_files(const struct config *config, struct err *err)
{
	static const char *const names[] = {"database_tls_ca_file",
	    "database_tls_cert_file", "database_tls_key_file"};

	if (store_uri_check_files(config->database, &config->store, err) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(err->text, names[i], strlen(names[i])) == 0)
			return err_prefix(err, "%s",
			    config_given(config, names[i])->origin);
	return -1;
}

/* What the daemon reads as its account. */
static int
check_as_account(const char *path, const struct overrides *overrides,
    const struct config *config, struct err *err)
{
	return read_again(path, overrides, config, err) == 0
	    ? check_database_files(config, err)
	    : -1;
}

int
config_trial(const char *path, const struct overrides *overrides,
    const struct config *config, struct err *err)
{
	struct privilege privilege;
	struct err why;

	if (privilege_find(config->user, &privilege, err) != 0)
		return name_option(config, "user", err);
	if (check_sockets(config, err) != 0)
		return -1;
	if (!privilege.needed)
		return check_database_files(config, err);
	if (privilege_drop(&privilege, err) != 0)
		return -1;
	if (check_as_account(path, overrides, config, &why) == 0)
		return 0;
	return err_set(err, "%s (read as the account %s, as the daemon does)",
	    why.text, config->user);
}

/* An administrator may believe that the connections are encrypted. A database
 * without a server needs no warning: "tardigrey copy" may use the options to
 * move to one. */
void
config_trial_warn(const struct config *config, list_warn_fn *report)
{
	static const char *const names[] = {
	    "database_tls_ca_file", "database_tls_cert_file"};
	struct err text;

	if (!store_uri_is_remote(config->database) ||
	    store_uri_has_tls(config->database))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct config_given *given =
		    config_given(config, names[i]);

		if (given->text[0] == '\0')
			continue;
		err_set(&text,
		    "%s: %s: not used: the connections to the database have "
		    "no TLS (rediss:// has it)",
		    given->origin, names[i]);
		report(text.text);
	}
}
