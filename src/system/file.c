/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/file_rules.h"

#define GROWTH (1 << 16)

/* O_NONBLOCK, so that opening a FIFO does not wait for a writer. */
static int
open_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && errno == EACCES && file_rules_hide(path)) {
		err_set(err,
		    "%s: cannot read: the sandbox allows only the folder of "
		    "tardigrey.conf and the folders of the list files that it "
		    "named when tardigreyd started; restart tardigreyd, or "
		    "move the file to one of these folders",
		    path);
	} else if (fd < 0 || fstat(fd, &st) != 0) {
		err_set(err, "%s: cannot read: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
		err_set(err, "%s: cannot read: not a regular file", path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Read up to the end of the file, or until *n is at least octets_max.
 * Reallocates *text, and keeps room for a NUL after the octets. */
static int
read_all(int fd, size_t octets_max, char **text, size_t *n)
{
	size_t room = 0;
	ssize_t some_n;

	do {
		if (*n == room) {
			char *larger = realloc(*text, room + room + GROWTH + 1);

			if (larger == NULL)
				return -1;
			*text = larger;
			room += room + GROWTH;
		}
		some_n = read(fd, *text + *n, room - *n);
		if (some_n < 0 && errno != EINTR)
			return -1;
		if (some_n > 0)
			*n += (size_t)some_n;
	} while (some_n != 0 && *n < octets_max);
	return 0;
}

char *
file_read(const char *path, size_t octets_max, size_t *n_out, struct err *err)
{
	int fd = open_file(path, err);
	char *text = NULL;
	size_t n = 0;
	int rc;

	if (fd < 0)
		return NULL;
	rc = read_all(fd, octets_max, &text, &n);
	if (rc != 0)
		err_set(err, "%s: cannot read: %s", path, strerror(errno));
	else if (n >= octets_max)
		rc = err_set(err,
		    "%s: the file is too long (at most %zu octets)", path,
		    octets_max - 1);
	close(fd);
	if (rc != 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	*n_out = n;
	return text;
}
