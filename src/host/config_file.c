/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "host/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_open.h"

#define FILE_MAX (1 << 20) /* octets */

/* Read a whole file. Returns its octets (the caller frees them) or NULL. */
static char *
read_file(const char *path, size_t *n_out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *text = NULL;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) != 0) {
		err_set(err, "%s: expected a file that can be read: %s", path,
		    strerror(errno));
	} else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
		err_set(err, "%s: expected a file", path);
	} else if ((text = malloc(FILE_MAX)) == NULL) {
		err_set(err, "%s: out of memory", path);
	} else if ((n = read(fd, text, FILE_MAX)) < 0) {
		err_set(err, "%s: %s", path, strerror(errno));
	} else if (n == FILE_MAX) {
		err_set(err, "%s: expected a file of less than %d octets", path,
		    FILE_MAX);
		n = -1;
	}
	if (fd >= 0)
		close(fd);
	if (n < 0) {
		free(text);
		return NULL;
	}
	*n_out = (size_t)n;
	return text;
}

static int
apply_override(struct config *config, const char *override, struct err *err)
{
	char name[CONFIG_NAME_SIZE];
	const char *equals = strchr(override, '=');

	snprintf(name, sizeof(name), "%.*s", (int)(equals - override),
	    override);
	return config_set(config, name, equals + 1, "-o", err);
}

int
config_file_load(const char *path, const char *const *overrides,
    size_t overrides_n, struct config *config, struct err *err)
{
	size_t n;
	char *text = read_file(path, &n, err);
	int rc;

	if (text == NULL)
		return -1;
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
	return rc;
}
