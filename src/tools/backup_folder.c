/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * The directory of the file may belong to another account, which may put
 * anything in the place of the folder. So check that the folder is a directory,
 * check its owner, and use it by its descriptor.
 */
#include "tools/backup_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/complain.h"

#define COPY "copy"

static int
name(struct backup_folder *folder, const char *file)
{
	int path_n = snprintf(folder->path, PATH_MAX, "%s.part", file);
	int n = snprintf(folder->copy, PATH_MAX, "%s.part/" COPY, file);

	if (path_n > 0 && n > 0 && n < PATH_MAX)
		return 0;
	complain("%s: the path is too long", file);
	return -1;
}

static bool
is_empty(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;
	int n = 0;

	if (directory == NULL) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	while ((entry = readdir(directory)) != NULL)
		n += strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0;
	closedir(directory);
	return n == 0;
}

/* The account may have made the folder. If root has made it, it must be empty:
 * the account could give another directory of root this name. */
static bool
may_be_given(int fd, uid_t uid)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	return st.st_uid == uid || (st.st_uid == 0 && is_empty(fd));
}

static int
give(struct backup_folder *folder, uid_t uid, gid_t gid)
{
	if (!may_be_given(folder->fd, uid)) {
		complain("%s exists already; choose another name",
		    folder->path);
		return -1;
	}
	if (fchmod(folder->fd, 0700) == 0 && fchown(folder->fd, uid, gid) == 0)
		return 0;
	complain("%s: cannot give it to the account of the daemon: %s",
	    folder->path, strerror(errno));
	return -1;
}

int
backup_folder_make(struct backup_folder *folder, const char *file, uid_t uid,
    gid_t gid)
{
	if (name(folder, file) != 0)
		return -1;
	if (mkdir(folder->path, 0700) != 0 && errno != EEXIST) {
		complain("%s: cannot create the directory: %s", folder->path,
		    strerror(errno));
		return -1;
	}
	folder->fd =
	    open(folder->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder->fd < 0) {
		complain("%s: cannot open the directory: %s", folder->path,
		    strerror(errno));
		return -1;
	}
	if (give(folder, uid, gid) == 0)
		return 0;
	close(folder->fd);
	return -1;
}

/* The account may have put anything into its folder. */
static bool
is_plain_file(int fd)
{
	struct stat st;

	return fstatat(fd, COPY, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_nlink == 1;
}

int
backup_folder_take(struct backup_folder *folder, const char *file, int replaces)
{
	int rc;

	if (fchown(folder->fd, 0, 0) != 0 || !is_plain_file(folder->fd)) {
		complain("%s: not the copy that the backup wrote; "
			 "run the command again",
		    folder->copy);
		return -1;
	}
	rc = replaces ? renameat(folder->fd, COPY, AT_FDCWD, file)
		      : linkat(folder->fd, COPY, AT_FDCWD, file, 0);
	if (rc != 0 && errno == EEXIST)
		complain("%s exists already; choose another name", file);
	else if (rc != 0)
		complain("%s: cannot create the file: %s", file,
		    strerror(errno));
	return rc;
}

void
backup_folder_remove(struct backup_folder *folder)
{
	unlinkat(folder->fd, COPY, 0);
	(void)!fchown(folder->fd, 0, 0);
	rmdir(folder->path);
	close(folder->fd);
}
