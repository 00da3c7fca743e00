/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_backup: tardigrey backup. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_open.h"
#include "system/privilege.h"
#include "tools/backup_folder.h"
#include "tools/ctl.h"
#include "tools/progress.h"
#include "tools/report.h"

static void
show_percent(int percent)
{
	progress_show("%d percent copied", percent);
}

/* Make the path absolute, so that the store does not depend on the current
 * directory. */
static int
make_absolute(const char *file, char out[PATH_MAX])
{
	char folder[PATH_MAX] = "";
	int n;

	if (file[0] != '/' && getcwd(folder, sizeof(folder)) == NULL) {
		complain("the current directory does not exist any more; give "
			 "an absolute path");
		return -1;
	}
	n = snprintf(out, PATH_MAX, "%s%s%s", folder,
	    folder[0] != '\0' ? "/" : "", file);
	if (n < 0 || n >= PATH_MAX) {
		complain("%s: the path is too long", file);
		return -1;
	}
	return 0;
}

/* ---- Replacing an older copy ---- */

#define SQLITE_HEADER "SQLite format 3"

static bool
is_database(const char *file)
{
	char header[sizeof(SQLITE_HEADER)] = "";
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = fd >= 0 ? read(fd, header, sizeof(header)) : -1;

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)sizeof(header) &&
	    memcmp(header, SQLITE_HEADER, sizeof(header)) == 0;
}

/* True if the file is one of the database files that the daemon uses. */
static bool
is_in_use(const struct ctl *ctl, const struct stat *file)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	const char *where = strchr(ctl->config.database, ':');
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; where != NULL && i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", where + 1, suffixes[i]);
		if (stat(path, &st) == 0 && st.st_dev == file->st_dev &&
		    st.st_ino == file->st_ino)
			return true;
	}
	return false;
}

/* True if a program has worked on the older copy as a database. SQLite would
 * copy the old write-ahead log into the new file. */
static bool
has_log(const char *file)
{
	char path[PATH_MAX + sizeof("-wal")];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", file);
	return lstat(path, &st) == 0 && st.st_size > 0;
}

static int
check_replaced(const struct ctl *ctl, const char *file)
{
	const char *what = NULL;
	struct stat st;

	if (lstat(file, &st) != 0)
		return errno == ENOENT ? CTL_DONE : CTL_REFUSED;
	if (!S_ISREG(st.st_mode))
		what = "no regular file";
	else if (is_in_use(ctl, &st))
		what = "a file of the database";
	else if (!is_database(file))
		what = "no SQLite database";
	else if (has_log(file))
		what = "a database in use, with a write-ahead log";
	if (what == NULL)
		return CTL_DONE;
	complain("%s is %s; choose another name", file, what);
	return CTL_REFUSED;
}

/* Write the new copy in the same directory, then rename it. */
static int
replace(struct ctl *ctl, struct store *store, const char *file)
{
	char new_file[PATH_MAX];
	struct err err;
	int n = snprintf(new_file, sizeof(new_file), "%s.new", file);

	if (check_replaced(ctl, file) != CTL_DONE)
		return CTL_REFUSED;
	if (n < 0 || n >= PATH_MAX) {
		complain("%s: the path is too long", file);
		return CTL_REFUSED;
	}
	/* A command that was killed between copying and renaming left it. */
	if (is_database(new_file))
		unlink(new_file);
	if (store->ops->backup(store, new_file, show_percent, &err) !=
	    STORE_OK) {
		complain("%s", err.text);
		return CTL_REFUSED;
	}
	if (rename(new_file, file) == 0)
		return CTL_DONE;
	complain("%s: cannot replace the file: %s", file, strerror(errno));
	unlink(new_file);
	return CTL_REFUSED;
}

static int
copy(struct store *store, const char *file)
{
	struct err err;

	if (store->ops->backup(store, file, show_percent, &err) == STORE_OK)
		return CTL_DONE;
	complain("%s", err.text);
	return CTL_REFUSED;
}

static void
report(const struct ctl *ctl, const char *file)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "backup", file);
	report_line(&report, "copied the database to %s", file);
	report_end(&report);
}

/* ---- Copying ---- */

static int
copy_to(struct ctl *ctl, const char *file, bool replaces)
{
	struct store *store = ctl_open_store(ctl);
	int status;

	if (store == NULL)
		return CTL_REFUSED;
	status = replaces ? replace(ctl, store, file) : copy(store, file);
	progress_end();
	store_close(store);
	return status;
}

/* Copy in a child process, because ctl_open_store() gives up root. */
static int
copy_in_child(struct ctl *ctl, const char *file)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		exit(copy_to(ctl, file, true));
	if (pid > 0 && waitpid(pid, &status, 0) == pid)
		return WIFEXITED(status) ? WEXITSTATUS(status) : CTL_REFUSED;
	complain("cannot fork: %s", strerror(errno));
	return CTL_REFUSED;
}

static int
copy_as_root(struct ctl *ctl, const struct privilege *privilege,
    const char *file, bool replaces)
{
	struct backup_folder folder;
	int status;

	if (replaces && check_replaced(ctl, file) != CTL_DONE)
		return CTL_REFUSED;
	if (!replaces && access(file, F_OK) == 0) {
		complain("%s exists already; choose another name", file);
		return CTL_REFUSED;
	}
	if (backup_folder_make(&folder, file, privilege->uid, privilege->gid) !=
	    0)
		return CTL_REFUSED;
	status = copy_in_child(ctl, folder.copy);
	if (status == CTL_DONE &&
	    backup_folder_take(&folder, file, replaces) != 0)
		status = CTL_REFUSED;
	backup_folder_remove(&folder);
	return status;
}

int
ctl_backup(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	bool replaces = ctl_value(arguments, "replace") != NULL;
	struct privilege privilege;
	char file[PATH_MAX];
	struct err err;
	int status;

	if (make_absolute(arguments->items[0], file) != 0)
		return CTL_REFUSED;
	if (privilege_find(ctl->config.user, &privilege, &err) != 0) {
		complain("%s", err.text);
		return CTL_REFUSED;
	}
	status = privilege.needed
	    ? copy_as_root(ctl, &privilege, file, replaces)
	    : copy_to(ctl, file, replaces);
	if (status == CTL_DONE)
		report(ctl, file);
	return status;
}
