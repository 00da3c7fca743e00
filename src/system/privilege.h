/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_PRIVILEGE_H
#define TARDIGREY_SYSTEM_PRIVILEGE_H

#include <sys/types.h>

#include "base/err.h"

/* privilege: give up the rights of root. */

struct privilege {
	const char *user; /* borrowed */
	uid_t uid;
	gid_t gid;
	int needed; /* the program runs as root and must change its account */
};

/* If the program runs as root, find the account "user". Returns 0, or -1 and a
 * sentence if the account does not exist or is root itself. */
int privilege_find(const char *user, struct privilege *out, struct err *err);

/* Change to the account and its groups, and check that the program cannot
 * change back. On Linux, also drop all capabilities, so that programs which
 * this one starts have none, and forbid core dumps. Returns 0, or -1 and an
 * error. */
int privilege_drop(const struct privilege *privilege, struct err *err);

/* Raise the soft limit of open descriptors to the hard limit. Returns the soft
 * limit. */
unsigned long privilege_raise_files(void);

#endif
