/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_FILE_RULES_H
#define TARDIGREY_SYSTEM_FILE_RULES_H

#include <stdbool.h>

#include "base/err.h"

/*
 * file_rules: which files this process may use, by the Landlock of the Linux
 * kernel (landlock(7)).
 *
 * Every file that no rule allows is forbidden: opening it fails with EACCES.
 * Descriptors that are open stay usable. The rules cannot be undone. If the
 * kernel can do so, the rules also forbid connecting and binding TCP sockets,
 * and sending signals to other processes.
 */

enum file_access {
	FILE_READ,       /* a file: read it */
	FILE_READ_WRITE, /* a file: read and write it */
	FOLDER_READ,     /* read the files in a folder and below it */
	FOLDER_WRITE,    /* ... and create, write, rename and remove them */
	FOLDER_REMOVE,   /* only remove them */
};

struct file_rules {
	int fd;
	int version; /* of Landlock */
};

/* Begin with no rule. Returns 0, or -1 and a sentence if the kernel has no
 * Landlock. */
int file_rules_begin(struct file_rules *rules, struct err *err);

/* The same, but allow TCP. */
int file_rules_begin_with_network(struct file_rules *rules, struct err *err);

/* Allow to use a file or a folder, which must exist. Returns 0, or -1 and a
 * sentence. */
int file_rules_allow(const struct file_rules *rules, const char *path,
    enum file_access access, struct err *err);

/* Put the rules in force for this thread and for the threads that it starts
 * later. The process must have PR_SET_NO_NEW_PRIVS, see privilege_drop().
 * Returns 0, or -1 and a sentence. */
int file_rules_enforce(const struct file_rules *rules, struct err *err);

void file_rules_end(struct file_rules *rules);

/* True if rules are in force, and nothing else forbids to read the file. Call
 * this after opening it has failed with EACCES. */
bool file_rules_hide(const char *path);

#endif
