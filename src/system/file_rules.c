/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * Neither glibc 2.36 nor Linux 6.1 has all of the interface: the C library has
 * no functions for it, and the kernel's header lacks what newer versions can
 * forbid. So this file defines the numbers of the newer versions.
 */
#include "system/file_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#include <sys/syscall.h>
#endif

static bool are_in_force;

bool
file_rules_hide(const char *path)
{
	return are_in_force && access(path, R_OK) == 0;
}

#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)

/* struct landlock_ruleset_attr of version 6. An older kernel accepts it if the
 * members that it does not know are zero. */
struct ruleset {
	uint64_t files;
	uint64_t network;
	uint64_t scopes;
};

#define ALL_OF_VERSION_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define REFER            (1ULL << 13) /* version 2 */
#define TRUNCATE         (1ULL << 14) /* version 3 */
#define ALL_OF_NETWORK   3            /* bind and connect TCP; version 4 */
#define IOCTL_DEV        (1ULL << 15) /* version 5 */
#define ALL_SCOPES       3 /* abstract unix sockets, signals; version 6 */

static struct ruleset
all_of(int version)
{
	struct ruleset all = {.files = ALL_OF_VERSION_1};

	if (version >= 2)
		all.files |= REFER;
	if (version >= 3)
		all.files |= TRUNCATE;
	if (version >= 4)
		all.network = ALL_OF_NETWORK;
	if (version >= 5)
		all.files |= IOCTL_DEV;
	if (version >= 6)
		all.scopes = ALL_SCOPES;
	return all;
}

static uint64_t
rights_of(enum file_access access)
{
	switch (access) {
	case FILE_READ:
	case FOLDER_READ:
		return LANDLOCK_ACCESS_FS_READ_FILE;
	case FILE_READ_WRITE:
		return LANDLOCK_ACCESS_FS_READ_FILE |
		    LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE;
	case FOLDER_WRITE:
		return LANDLOCK_ACCESS_FS_READ_FILE |
		    LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE |
		    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE;
	case FOLDER_REMOVE:
		return LANDLOCK_ACCESS_FS_REMOVE_FILE;
	}
	return 0;
}

static int
begin(struct file_rules *rules, bool with_network, struct err *err)
{
	struct ruleset all;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	rules->fd = -1;
	if (version > 0) {
		rules->version = (int)version;
		all = all_of(rules->version);
		if (with_network)
			all.network = 0;
		rules->fd = (int)syscall(SYS_landlock_create_ruleset, &all,
		    sizeof(all), 0);
	}
	if (rules->fd < 0)
		return err_set(err, "the kernel has no Landlock: %s",
		    strerror(errno));
	return 0;
}

int
file_rules_begin(struct file_rules *rules, struct err *err)
{
	return begin(rules, false, err);
}

int
file_rules_begin_with_network(struct file_rules *rules, struct err *err)
{
	return begin(rules, true, err);
}

int
file_rules_allow(const struct file_rules *rules, const char *path,
    enum file_access access, struct err *err)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = rights_of(access) & all_of(rules->version).files,
	    .parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	long rc = -1;

	if (rule.parent_fd >= 0)
		rc = syscall(SYS_landlock_add_rule, rules->fd,
		    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	if (rc != 0)
		err_set(err, "%s: %s", path, strerror(errno));
	if (rule.parent_fd >= 0)
		close(rule.parent_fd);
	return (int)rc;
}

int
file_rules_enforce(const struct file_rules *rules, struct err *err)
{
	if (syscall(SYS_landlock_restrict_self, rules->fd, 0) != 0)
		return err_set(err, "Landlock: %s", strerror(errno));
	are_in_force = true;
	return 0;
}

void
file_rules_end(struct file_rules *rules)
{
	if (rules->fd >= 0)
		close(rules->fd);
	rules->fd = -1;
}

#else

int
file_rules_begin(struct file_rules *rules, struct err *err)
{
	rules->fd = -1;
	return err_set(err, "tardigreyd was built without Landlock");
}

int
file_rules_begin_with_network(struct file_rules *rules, struct err *err)
{
	rules->fd = -1;
	return err_set(err, "tardigreyd was built without Landlock");
}

int
file_rules_allow(const struct file_rules *rules, const char *path,
    enum file_access access, struct err *err)
{
	(void)rules;
	(void)path;
	(void)access;
	(void)err;
	return 0;
}

int
file_rules_enforce(const struct file_rules *rules, struct err *err)
{
	(void)rules;
	(void)err;
	return 0;
}

void
file_rules_end(struct file_rules *rules)
{
	(void)rules;
}

#endif
