/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "system/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

int
privilege_find(const char *user, struct privilege *out, struct err *err)
{
	const struct passwd *account;

	*out = (struct privilege){.user = user, .needed = geteuid() == 0};
	if (!out->needed)
		return 0;
	errno = 0;
	account = getpwnam(user);
	if (account == NULL)
		return err_set(err,
		    "started as root, but the account \"%s\" does not "
		    "exist%s%s; create it (useradd --system %s), or set the "
		    "option user to another one",
		    user, errno != 0 ? ": " : "",
		    errno != 0 ? strerror(errno) : "", user);
	if (account->pw_uid == 0)
		return err_set(err,
		    "the account \"%s\" is root; set the option user to an "
		    "unprivileged one",
		    user);
	out->uid = account->pw_uid;
	out->gid = account->pw_gid;
	return 0;
}

/* ---- Capabilities and core dumps of Linux ---- */

#ifdef __linux__

/* Drop all capabilities from the bounding set, so that a program which this one
 * starts cannot get them back. This needs CAP_SETPCAP. EPERM is not an error:
 * the parent has already limited the capabilities of root. */
static int
shrink_bounding_set(void)
{
	for (unsigned long i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0 && errno != EPERM)
			return -1;
	return 0;
}

/* Drop the capabilities that are left. Usually the change of the user id has
 * dropped all. It has not if the parent has set securebits or ambient
 * capabilities; see capabilities(7). */
static int
clear_capabilities(void)
{
	struct __user_cap_header_struct header = {
	    _LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	memset(data, 0, sizeof(data));
	if (syscall(SYS_capget, &header, data) != 0)
		return -1;
	if ((data[0].permitted | data[1].permitted | data[0].inheritable |
		data[1].inheritable) == 0)
		return 0; /* a system call filter may forbid capset */
	memset(data, 0, sizeof(data));
	return syscall(SYS_capset, &header, data) == 0 ? 0 : -1;
}

/* Mail addresses are in memory: forbid core dumps, and ptrace(2) by other
 * processes of the account. */
static int
forbid_inspection(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#else

static int
shrink_bounding_set(void)
{
	return 0;
}

static int
clear_capabilities(void)
{
	return 0;
}

static int
forbid_inspection(void)
{
	return 0;
}

#endif

/* ---- Changing the account ---- */

static int
change_ids(const struct privilege *privilege)
{
	if (shrink_bounding_set() != 0 ||
	    initgroups(privilege->user, privilege->gid) != 0 ||
	    setresgid(privilege->gid, privilege->gid, privilege->gid) != 0)
		return -1;
	return setresuid(privilege->uid, privilege->uid, privilege->uid);
}

int
privilege_drop(const struct privilege *privilege, struct err *err)
{
	if (privilege->needed && change_ids(privilege) != 0)
		return err_set(err, "cannot change to the account %s: %s",
		    privilege->user, strerror(errno));
	/* If an ordinary user cannot drop its capabilities, ignore this. The
	 * administrator has granted them, and a system call filter may forbid
	 * capset(2). */
	if ((clear_capabilities() != 0 && privilege->needed) ||
	    forbid_inspection() != 0)
		return err_set(err, "cannot drop privileges: %s",
		    strerror(errno));
	if (privilege->needed && (setuid(0) == 0 || setgid(0) == 0))
		return err_set(err,
		    "changed to the account %s but can still become root",
		    privilege->user);
	return 0;
}

unsigned long
privilege_raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			getrlimit(RLIMIT_NOFILE, &limit);
	}
	return (unsigned long)limit.rlim_cur;
}
