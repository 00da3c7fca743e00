/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/config_trial.h"

#include <grp.h>

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
check_sockets(const struct config *config, struct err *err)
{
	for (size_t i = 0; i < config->listen.n; i++) {
		const struct endpoint *endpoint = &config->listen.items[i];

		if (endpoint->kind == ENDPOINT_UNIX &&
		    socket_directory_check(endpoint->path, err) != 0)
			return name_option(config, "listen", err);
	}
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
	struct list *files;

	if (config_file_load(path, overrides->items, overrides->n, &again,
		err) != 0 ||
	    list_files_load(config, ignore, &files, err) != 0)
		return -1;
	list_free(files);
	return 0;
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
		return 0;
	if (privilege_drop(&privilege, err) != 0)
		return -1;
	if (read_again(path, overrides, config, &why) == 0)
		return 0;
	return err_set(err, "%s (read as the account %s, as the daemon does)",
	    why.text, config->user);
}
