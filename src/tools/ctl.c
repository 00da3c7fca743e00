/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/ctl.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config_file.h"
#include "system/descriptors.h"
#include "system/privilege.h"
#include "store/store_open.h"

/* Find the login name of the user, or the user id. Call this before the program
 * changes its account. */
static void
find_author(char out[STORE_AUTHOR_SIZE])
{
	const char *sudo_user = getenv("SUDO_USER");
	const struct passwd *account;

	if (sudo_user != NULL && sudo_user[0] != '\0')
		snprintf(out, STORE_AUTHOR_SIZE, "%s", sudo_user);
	else if ((account = getpwuid(getuid())) != NULL)
		snprintf(out, STORE_AUTHOR_SIZE, "%s", account->pw_name);
	else
		snprintf(out, STORE_AUTHOR_SIZE, "%lu",
		    (unsigned long)getuid());
}

/* Only the daemon creates the local databases. */
static struct store *
open_fallback(const struct ctl *ctl, struct err *err)
{
	const char *uri = ctl->config.database_fallback;
	const char *path = store_uri_path(uri);
	struct store *store = NULL;

	if (path != NULL && access(path, F_OK) == 0)
		store = store_open_only_fallback(uri, &ctl->config.store, err);
	if (store != NULL)
		complain("%s; this is from database_fallback: it knows the "
			 "mail of this host, and no list entries",
		    err->text);
	return store;
}

static struct store *
open_store(struct ctl *ctl, enum store_use use, bool only_reads)
{
	struct privilege privilege;
	struct store *store = NULL;
	struct err err;

	if (store_uri_is_private(ctl->config.database)) {
		complain("database = %s exists only inside the daemon; no "
			 "other process can use it",
		    ctl->config.database);
		return NULL;
	}
	/* Files that root creates could not be written by the daemon. */
	if (privilege_find(ctl->config.user, &privilege, &err) == 0 &&
	    privilege_drop(&privilege, &err) == 0) {
		umask(077);
		ctl->config.store.use = use;
		store =
		    store_open(ctl->config.database, &ctl->config.store, &err);
	}
	if (store == NULL && only_reads)
		store = open_fallback(ctl, &err);
	if (store == NULL)
		complain("%s", err.text);
	return store;
}

struct store *
ctl_open_store(struct ctl *ctl)
{
	return open_store(ctl, STORE_VISIT, false);
}

struct store *
ctl_open_store_to_read(struct ctl *ctl)
{
	return open_store(ctl, STORE_VISIT, true);
}

struct store *
ctl_open_store_to_fill(struct ctl *ctl)
{
	return open_store(ctl, STORE_FILL, false);
}

/* A command is done only if its output is written. */
static int
finish(int status)
{
	if (output_finish() == 0)
		return status;
	complain("cannot write all of standard output");
	return CTL_REFUSED;
}

int
main(int argc, char **argv)
{
	static struct ctl ctl; /* large */
	static struct ctl_arguments arguments = {.config_file = CONFIG_FILE};
	static char name[] = "tardigrey"; /* in getopt's complaints */
	struct err err;

	argv[0] = name;
	descriptors_fill_standard();
	signal(SIGCHLD, SIG_DFL); /* the caller may ignore it: we wait */
	signal(SIGPIPE, SIG_DFL); /* end when head(1) has read enough */
	ctl_parse_arguments(argc, argv, &arguments);
	find_author(ctl.author);
	ctl.config_file = arguments.config_file;
	ctl.form = arguments.json ? OUTPUT_JSON : output_form_of_stdout();
	if (config_file_load(ctl.config_file, arguments.overrides.items,
		arguments.overrides.n, &ctl.config, &err) != 0) {
		complain_line("%s", err.text);
		return CTL_USAGE;
	}
	return finish(arguments.command->run(&ctl, &arguments));
}
