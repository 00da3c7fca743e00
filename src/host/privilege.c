/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "host/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

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
		    "started as root and there is no account \"%s\" to "
		    "become%s%s; create it (useradd --system %s), or name "
		    "another with the option user",
		    user, errno != 0 ? ": " : "",
		    errno != 0 ? strerror(errno) : "", user);
	if (account->pw_uid == 0)
		return err_set(err,
		    "account \"%s\" is root; name an unprivileged one with "
		    "the option user",
		    user);
	out->uid = account->pw_uid;
	out->gid = account->pw_gid;
	return 0;
}

int
privilege_drop(const struct privilege *privilege, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(err, "cannot give up privileges: %s",
		    strerror(errno));
	if (!privilege->needed)
		return 0;
	if (initgroups(privilege->user, privilege->gid) != 0 ||
	    setresgid(privilege->gid, privilege->gid, privilege->gid) != 0 ||
	    setresuid(privilege->uid, privilege->uid, privilege->uid) != 0)
		return err_set(err, "cannot become %s: %s", privilege->user,
		    strerror(errno));
	if (setuid(0) == 0 || setgid(0) == 0)
		return err_set(err, "became %s but can still become root",
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
