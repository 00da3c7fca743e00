/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_TOOLS_BACKUP_FOLDER_H
#define TARDIGREY_TOOLS_BACKUP_FOLDER_H

#include <limits.h>
#include <sys/types.h>

/*
 * backup_folder: a folder next to the file of a backup, for root. Only the
 * account of the daemon opens the database, and it may write only to this
 * folder. Then root takes the copy out of the folder.
 */

struct backup_folder {
	char copy[PATH_MAX]; /* where the account writes the copy */
	char path[PATH_MAX];
	int fd;
};

/* Make the folder FILE.part and give it to the account. A folder that a killed
 * backup has left is used again. Returns 0, or -1 after a complaint. The caller
 * calls backup_folder_remove(). */
int backup_folder_make(struct backup_folder *folder, const char *file,
    uid_t uid, gid_t gid);

/* Take the folder back from the account and give the copy the name of the file.
 * If "replaces" is false, the file must not exist. Returns 0, or -1 after a
 * complaint. */
int backup_folder_take(struct backup_folder *folder, const char *file,
    int replaces);

/* Remove the folder and its content. */
void backup_folder_remove(struct backup_folder *folder);

#endif
