/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#ifndef TARDIGREY_SYSTEM_PRIVILEGE_H
#define TARDIGREY_SYSTEM_PRIVILEGE_H

#include <sys/types.h>

#include "base/err.h"

/*
 * privilege: never serve as root.
 */

struct privilege {
	const char *user; /* borrowed */
	uid_t uid;
	gid_t gid;
	int needed; /* whether we are root and have to become the user */
};

/* Find the account. Needs nothing unless we are root. Returns 0, or -1 and
 * what to do when the account is missing or is root itself. */
int privilege_find(const char *user, struct privilege *out, struct err *err);

/* Become the user for good, with its groups, and check that there is no way
 * back. Whoever we are then has no capabilities, gets none from a program it
 * starts, and leaves no core (Linux). Returns 0 or -1. */
int privilege_drop(const struct privilege *privilege, struct err *err);

/* Raise the soft limit on descriptors to the hard one. Returns what it is
 * now. */
unsigned long privilege_raise_files(void);

#endif
