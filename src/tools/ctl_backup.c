/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_backup: tardigrey backup. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "store/store_open.h"
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

static void
report(const struct ctl *ctl, const char *file)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "backup", file);
	report_line(&report, "copied the database to %s", file);
	report_end(&report);
}

int
ctl_backup(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	char file[PATH_MAX];
	struct store *store;
	enum store_rc rc;
	struct err err;

	if (make_absolute(arguments->items[0], file) != 0)
		return CTL_REFUSED;
	store = ctl_open_store(ctl);
	if (store == NULL)
		return CTL_REFUSED;
	rc = store->ops->backup(store, file, show_percent, &err);
	progress_end();
	store_close(store);
	if (rc != STORE_OK) {
		complain("%s", err.text);
		return CTL_REFUSED;
	}
	report(ctl, file);
	return CTL_DONE;
}
