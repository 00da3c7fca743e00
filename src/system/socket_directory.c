/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/socket_directory.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int
socket_directory_check(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX] = "/";
	struct stat st;

	if (slash != NULL && slash > path)
		snprintf(directory, sizeof(directory), "%.*s",
		    (int)(slash - path), path);
	if (stat(directory, &st) != 0 || (st.st_mode & S_IWOTH) == 0)
		return 0;
	return err_set(err,
	    "%s is writable by everybody; choose another directory, such as "
	    "/run/tardigrey, or change its mode (chmod o-w)",
	    directory);
}
