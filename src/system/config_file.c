/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/uri.h"
#include "system/file.h"
#include "store/store_open.h"

#define FILE_MAX (1 << 20) /* octets */

static int
apply_override(struct config *config, const char *override, struct err *err)
{
	char name[CONFIG_NAME_SIZE], masked[CONFIG_VALUE_SIZE];
	const char *equals = strchr(override, '=');

	snprintf(name, sizeof(name), "%.*s", (int)(equals - override),
	    override);
	if (uri_mask_password(equals + 1, masked, sizeof(masked)))
		return err_set(err,
		    "-o: %s: other users can see a password on the command "
		    "line; write it into the file that "
		    "database_password_file names",
		    name);
	return config_set(config, name, equals + 1, "-o", err);
}

/* For the first start after the installation. Returns -1. */
static int
explain_missing(const char *path, struct err *err)
{
	struct err why = *err;

	if (strcmp(path, CONFIG_FILE) != 0 || access(path, F_OK) == 0 ||
	    errno != ENOENT)
		return -1;
	return err_set(err,
	    "%s; an empty file is enough, and " DOCDIR
	    "/tardigrey.conf is a sample",
	    why.text);
}

/* The password is the first line. */
static int
read_password(struct config *config, struct err *err)
{
	size_t n;
	char *text;
	int rc = 0;

	if (config->database_password_file[0] == '\0')
		return 0;
	text = file_read(config->database_password_file, FILE_MAX, &n, err);
	if (text == NULL)
		return err_prefix(err, "%s: database_password_file",
		    config_given(config, "database_password_file")->origin);
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\n')
			n = i;
	if (n == 0 || n >= sizeof(config->store.password) ||
	    memchr(text, '\0', n) != NULL)
		rc = err_set(err,
		    "%s: the first line is no password (write 1 to %zu octets)",
		    config->database_password_file,
		    sizeof(config->store.password) - 1);
	else
		memcpy(config->store.password, text, n);
	free(text);
	return rc;
}

/* Only a file of this host is there while the network is not. */
static int
check_fallback(const struct config *config, struct err *err)
{
	if (store_uri_check(config->database_fallback, err) != 0)
		return -1;
	if (store_uri_path(config->database_fallback) == NULL)
		return err_set(err, "not a file: \"%s\" (write sqlite:/PATH)",
		    config->database_fallback);
	if (!store_uri_is_remote(config->database))
		return err_set(err,
		    "database is not a server, so it needs no fallback (leave "
		    "one of the two out)");
	return 0;
}

int
config_file_load(const char *path, const char *const *overrides,
    size_t overrides_n, struct config *config, struct err *err)
{
	size_t n;
	char *text = file_read(path, FILE_MAX, &n, err);
	int rc;

	if (text == NULL)
		return explain_missing(path, err);
	config_defaults(config);
	rc = config_parse(config, text, n, path, err);
	free(text);
	for (size_t i = 0; rc == 0 && i < overrides_n; i++)
		rc = apply_override(config, overrides[i], err);
	if (rc == 0)
		rc = config_check(config, err);
	if (rc == 0 && store_uri_check(config->database, err) != 0)
		rc = err_prefix(err, "%s: database",
		    config_given(config, "database")->origin);
	if (rc == 0 && config->database_fallback[0] != '\0' &&
	    check_fallback(config, err) != 0)
		rc = err_prefix(err, "%s: database_fallback",
		    config_given(config, "database_fallback")->origin);
	return rc == 0 ? read_password(config, err) : rc;
}
