/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/berkeley_db.h"

#ifdef HAVE_BERKELEY_DB

#include <db.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/file_rules.h"
#include "system/privilege.h"

/* The longest name of a file in the folder: "postgrey_clients.db". */
#define NAME_SIZE 64

/* ---- The copy ---- */

/* A folder in /tmp. Root makes it and gives it to the account of the child,
 * which may then put anything in its place. So use it by its descriptor. */
struct scratch {
	char path[sizeof("/tmp/tardigrey-import.XXXXXX")];
	int fd; /* owned */
	const struct privilege *privilege;
};

static int
make_scratch(struct scratch *scratch, const struct privilege *privilege)
{
	strcpy(scratch->path, "/tmp/tardigrey-import.XXXXXX");
	scratch->privilege = privilege;
	if (mkdtemp(scratch->path) == NULL)
		return -1;
	scratch->fd = open(scratch->path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (scratch->fd >= 0)
		return 0;
	rmdir(scratch->path);
	return -1;
}

static void
remove_scratch(const struct scratch *scratch)
{
	DIR *directory = fdopendir(scratch->fd);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		unlinkat(scratch->fd, entry->d_name, 0);
	if (directory != NULL)
		closedir(directory);
	else
		close(scratch->fd);
	rmdir(scratch->path);
}

/* Give a file, or the folder, to the account of the child. */
static int
give(const struct scratch *scratch, int fd)
{
	const struct privilege *privilege = scratch->privilege;

	return privilege->needed ? fchown(fd, privilege->uid, privilege->gid)
				 : 0;
}

/* Copy in blocks that hold whole pages: a page is never half old, half new. */
static int
copy_octets(int from, int to)
{
	static char block[1 << 20];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0)
		if (write(to, block, (size_t)n) != n)
			return -1;
	return n < 0 ? -1 : 0;
}

/* Open a file, but not a symbolic link, a device or a pipe. */
static int
open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static int
copy_file(const char *folder, const struct scratch *scratch, const char *name,
    struct err *err)
{
	char from_path[PATH_MAX];
	int from, to, rc;

	snprintf(from_path, sizeof(from_path), "%s/%s", folder, name);
	from = open_regular(from_path);
	if (from < 0)
		return errno == ENOENT ? 0
				       : err_set(err, "cannot read %s: %s",
					     from_path, strerror(errno));
	to = openat(scratch->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	rc = to < 0 || copy_octets(from, to) != 0 ? -1 : give(scratch, to);
	if (rc != 0)
		err_set(err, "cannot copy %s to %s: %s", from_path,
		    scratch->path, strerror(errno));
	close(from);
	if (to >= 0)
		close(to);
	return rc;
}

static bool
is_log(const char *name)
{
	return strncmp(name, "log.", 4) == 0 && strlen(name) < NAME_SIZE;
}

/* Copy the logs after the data: they then hold every change that the copy of
 * the data lacks. */
static int
copy_logs(const char *folder, const struct scratch *scratch, struct err *err)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	int rc = 0;

	if (directory == NULL)
		return err_set(err, "cannot read %s: %s", folder,
		    strerror(errno));
	while (rc == 0 && (entry = readdir(directory)) != NULL)
		if (is_log(entry->d_name))
			rc = copy_file(folder, scratch, entry->d_name, err);
	closedir(directory);
	return rc;
}

static int
recover(const char *scratch, struct err *err)
{
	DB_ENV *env;
	int rc = db_env_create(&env, 0);

	if (rc == 0) {
		rc = env->open(env, scratch,
		    DB_CREATE | DB_PRIVATE | DB_INIT_MPOOL | DB_INIT_LOG |
			DB_INIT_TXN | DB_RECOVER_FATAL,
		    0600);
		env->close(env, 0);
	}
	return rc == 0 ? 0
		       : err_set(err, "Berkeley DB cannot recover a copy: %s",
			     db_strerror(rc));
}

/* ---- The dump ---- */

static void
write_item(FILE *out, const DBT *item)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *octets = item->data;

	fputc(' ', out);
	for (u_int32_t i = 0; i < item->size; i++) {
		fputc(digits[octets[i] >> 4], out);
		fputc(digits[octets[i] & 15], out);
	}
	fputc('\n', out);
}

static int
dump_records(DB *file, FILE *out)
{
	DBT key = {0}, value = {0};
	DBC *cursor;
	int rc = file->cursor(file, NULL, &cursor, 0);

	if (rc != 0)
		return rc;
	fputs("format=bytevalue\nHEADER=END\n", out);
	while ((rc = cursor->get(cursor, &key, &value, DB_NEXT)) == 0) {
		write_item(out, &key);
		write_item(out, &value);
	}
	fputs("DATA=END\n", out);
	cursor->close(cursor);
	return rc == DB_NOTFOUND ? 0 : rc;
}

static int
dump_file(const char *path, const char *name, FILE *out, struct err *err)
{
	DB *file;
	int rc = db_create(&file, NULL, 0);

	if (rc == 0) {
		rc = file->open(file, NULL, path, NULL, DB_UNKNOWN, DB_RDONLY,
		    0);
		if (rc == 0)
			rc = dump_records(file, out);
		file->close(file, 0);
	}
	return rc == 0
	    ? 0
	    : err_set(err, "Berkeley DB cannot read a copy of %s: %s", name,
		  db_strerror(rc));
}

static int
dump_files(const char *scratch, const char *const *names, unsigned n, FILE *out,
    struct err *err)
{
	char path[PATH_MAX];
	unsigned found_n = 0;

	for (unsigned i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", scratch, names[i]);
		if (access(path, F_OK) != 0)
			continue;
		if (dump_file(path, names[i], out, err) != 0)
			return -1;
		found_n++;
	}
	if (found_n == 0)
		return err_set(err, "has no %s", names[0]);
	return fflush(out) == 0
	    ? 0
	    : err_set(err, "cannot write to /tmp: %s", strerror(errno));
}

/* ---- The child ---- */

/* Without Landlock, the child still has only the rights of its account. */
static void
limit_files(const char *scratch)
{
	struct file_rules rules;
	struct err ignored;

	if (file_rules_begin(&rules, &ignored) != 0)
		return;
	if (file_rules_allow(&rules, scratch, FOLDER_WRITE, &ignored) == 0)
		file_rules_enforce(&rules, &ignored);
	file_rules_end(&rules);
}

/* Write the dump to "out", or the reason of a failure. */
static _Noreturn void
run_child(const struct privilege *privilege, const char *scratch,
    const char *const *names, unsigned n, FILE *out)
{
	struct err err;

	if (privilege_drop(privilege, &err) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		limit_files(scratch);
		if (recover(scratch, &err) == 0 &&
		    dump_files(scratch, names, n, out, &err) == 0)
			_exit(0);
	}
	rewind(out);
	fputs(err.text, out);
	fflush(out);
	_exit(1);
}

static int
wait_for_child(pid_t child, FILE *out, struct err *err)
{
	char text[ERR_SIZE] = "the program that reads it has crashed";
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(err, "cannot wait for a process: %s",
			    strerror(errno));
	rewind(out);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && fgets(text, sizeof(text), out) == NULL)
		text[0] = '\0';
	return err_set(err, "%s", text);
}

static int
dump_in_child(const struct privilege *privilege, const char *scratch,
    const char *const *names, unsigned n, FILE *out, struct err *err)
{
	pid_t child = fork();

	if (child < 0)
		return err_set(err, "cannot start a process: %s",
		    strerror(errno));
	if (child == 0)
		run_child(privilege, scratch, names, n, out);
	return wait_for_child(child, out, err);
}

/* ---- All ---- */

/* Copy the files, and give them and then the folder to the account. */
static int
copy_folder(const char *folder, const struct scratch *scratch,
    const char *const *names, unsigned n, struct err *err)
{
	for (unsigned i = 0; i < n; i++)
		if (copy_file(folder, scratch, names[i], err) != 0)
			return -1;
	if (copy_logs(folder, scratch, err) != 0)
		return -1;
	if (give(scratch, scratch->fd) == 0)
		return 0;
	return err_set(err, "cannot give %s to the account: %s", scratch->path,
	    strerror(errno));
}

static int
dump_folder(const char *folder, const char *const *names, unsigned n,
    const char *user, FILE *out, struct err *err)
{
	struct privilege privilege;
	struct scratch scratch;
	int rc;

	if (privilege_find(user, &privilege, err) != 0)
		return -1;
	if (make_scratch(&scratch, &privilege) != 0)
		return err_set(err, "cannot make a folder in /tmp: %s",
		    strerror(errno));
	rc = copy_folder(folder, &scratch, names, n, err);
	if (rc == 0 &&
	    dump_in_child(&privilege, scratch.path, names, n, out, err) != 0)
		rc = err_prefix(err, "%s", folder);
	remove_scratch(&scratch);
	return rc;
}

FILE *
berkeley_db_dump(const char *folder, const char *const *names, unsigned n,
    const char *user, struct err *err)
{
	FILE *out = tmpfile();

	if (out == NULL) {
		err_set(err, "cannot make a file in /tmp: %s", strerror(errno));
		return NULL;
	}
	if (dump_folder(folder, names, n, user, out, err) == 0)
		return out;
	fclose(out);
	return NULL;
}

#else

FILE *
berkeley_db_dump(const char *folder, const char *const *names, unsigned n,
    const char *user, struct err *err)
{
	(void)n;
	(void)user;
	err_set(err,
	    "%s: this program was built without Berkeley DB; run "
	    "\"db_dump -p -h %s %s\" and give its output in place of the "
	    "folder",
	    folder, folder, names[0]);
	return NULL;
}

#endif
