/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/berkeley_db.h"

#ifdef HAVE_BERKELEY_DB

#include <db.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/memory.h"

/* The longest name of a file in the folder: "postgrey_clients.db". */
#define NAME_SIZE 64

struct berkeley_db {
	DB *files[BERKELEY_DB_FILES];
	DBC *cursors[BERKELEY_DB_FILES];
	unsigned n, at;
	char *key, *value; /* owned copies of the last record */
};

/* ---- The copy ---- */

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

static int
copy_file(const char *folder, const char *scratch, const char *name,
    struct err *err)
{
	char from_path[PATH_MAX], to_path[PATH_MAX];
	int from, to, rc;

	snprintf(from_path, sizeof(from_path), "%s/%s", folder, name);
	snprintf(to_path, sizeof(to_path), "%s/%s", scratch, name);
	from = open(from_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (from < 0)
		return errno == ENOENT ? 0
				       : err_set(err, "cannot read %s: %s",
					     from_path, strerror(errno));
	to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	rc = to < 0 ? -1 : copy_octets(from, to);
	if (rc != 0)
		err_set(err, "cannot copy %s to %s: %s", from_path, to_path,
		    strerror(errno));
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
copy_logs(const char *folder, const char *scratch, struct err *err)
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

static void
remove_folder(const char *scratch)
{
	DIR *directory = opendir(scratch);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory != NULL)
		closedir(directory);
	rmdir(scratch);
}

/* ---- Opening ---- */

static int
open_file(struct berkeley_db *db, const char *path, const char *name,
    struct err *err)
{
	DB *file;
	DBC *cursor;
	int rc = db_create(&file, NULL, 0);

	if (rc == 0)
		rc = file->open(file, NULL, path, NULL, DB_UNKNOWN, DB_RDONLY,
		    0);
	if (rc == 0)
		rc = file->cursor(file, NULL, &cursor, 0);
	if (rc != 0)
		return err_set(err, "Berkeley DB cannot open a copy of %s: %s",
		    name, db_strerror(rc));
	db->files[db->n] = file;
	db->cursors[db->n++] = cursor;
	return 0;
}

static int
open_copies(struct berkeley_db *db, const char *scratch,
    const char *const *names, unsigned n, struct err *err)
{
	char path[PATH_MAX];

	for (unsigned i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", scratch, names[i]);
		if (access(path, F_OK) == 0 &&
		    open_file(db, path, names[i], err) != 0)
			return -1;
	}
	return db->n > 0 ? 0 : err_set(err, "has no %s", names[0]);
}

static int
open_folder(struct berkeley_db *db, const char *folder, const char *scratch,
    const char *const *names, unsigned n, struct err *err)
{
	for (unsigned i = 0; i < n; i++)
		if (copy_file(folder, scratch, names[i], err) != 0)
			return -1;
	if (copy_logs(folder, scratch, err) != 0 || recover(scratch, err) != 0)
		return -1;
	return open_copies(db, scratch, names, n, err);
}

struct berkeley_db *
berkeley_db_open(const char *folder, const char *const *names, unsigned n,
    struct err *err)
{
	char scratch[] = "/tmp/tardigrey-import.XXXXXX";
	struct berkeley_db *db;
	int rc;

	if (mkdtemp(scratch) == NULL) {
		err_set(err, "cannot make a folder in /tmp: %s",
		    strerror(errno));
		return NULL;
	}
	db = memory_alloc(1, sizeof(*db));
	rc = open_folder(db, folder, scratch, names, n, err);
	remove_folder(scratch);
	if (rc == 0)
		return db;
	err_prefix(err, "%s", folder);
	berkeley_db_close(db);
	return NULL;
}

/* ---- Reading ---- */

static char *
copy_text(const DBT *item)
{
	char *text = memory_alloc(item->size + 1, 1);

	memcpy(text, item->data, item->size);
	return text;
}

int
berkeley_db_next(struct berkeley_db *db, const char **key, const char **value,
    struct err *err)
{
	DBT key_item = {0}, value_item = {0};
	int rc = DB_NOTFOUND;

	for (; db->at < db->n; db->at++) {
		DBC *cursor = db->cursors[db->at];

		rc = cursor->get(cursor, &key_item, &value_item, DB_NEXT);
		if (rc != DB_NOTFOUND)
			break;
	}
	if (rc == DB_NOTFOUND)
		return 0;
	if (rc != 0)
		return err_set(err, "Berkeley DB cannot read the copy: %s",
		    db_strerror(rc));
	free(db->key);
	free(db->value);
	*key = db->key = copy_text(&key_item);
	*value = db->value = copy_text(&value_item);
	return 1;
}

void
berkeley_db_close(struct berkeley_db *db)
{
	for (unsigned i = 0; i < db->n; i++) {
		db->cursors[i]->close(db->cursors[i]);
		db->files[i]->close(db->files[i], 0);
	}
	free(db->key);
	free(db->value);
	free(db);
}

#else

struct berkeley_db *
berkeley_db_open(const char *folder, const char *const *names, unsigned n,
    struct err *err)
{
	(void)n;
	err_set(err,
	    "%s: this program was built without Berkeley DB; run "
	    "\"db_dump -p -h %s %s\" and give its output in place of the "
	    "folder",
	    folder, folder, names[0]);
	return NULL;
}

int
berkeley_db_next(struct berkeley_db *db, const char **key, const char **value,
    struct err *err)
{
	(void)db;
	(void)key;
	(void)value;
	(void)err;
	return 0;
}

void
berkeley_db_close(struct berkeley_db *db)
{
	(void)db;
}

#endif
