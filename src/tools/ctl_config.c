/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_config: tardigrey config check, config show. */
#include "system/config_file.h"
#include "system/list_files.h"
#include "system/privilege.h"
#include "system/socket_directory.h"
#include "tools/ctl.h"
#include "tools/report.h"

static void
complain_of_line(const char *text)
{
	complain_line("%s", text);
}

/* ---- Checking ---- */

static int
complain_of_option(const struct ctl *ctl, const char *name,
    const struct err *err)
{
	const char *origin = config_given(&ctl->config, name)->origin;

	complain_line("%s: %s: %s", origin[0] != '\0' ? origin : "default",
	    name, err->text);
	return CTL_USAGE;
}

/* Check the account to which the daemon changes, if root starts it. */
static int
check_account(const struct ctl *ctl, struct privilege *privilege)
{
	struct err err;

	if (privilege_find(ctl->config.user, privilege, &err) == 0)
		return CTL_DONE;
	return complain_of_option(ctl, "user", &err);
}

static int
check_sockets(const struct ctl *ctl)
{
	const struct endpoint_list *listen = &ctl->config.listen;
	struct err err;

	for (size_t i = 0; i < listen->n; i++) {
		const struct endpoint *endpoint = &listen->items[i];

		if (endpoint->kind != ENDPOINT_UNIX ||
		    socket_directory_check(endpoint->path, &err) == 0)
			continue;
		return complain_of_option(ctl, "listen", &err);
	}
	return CTL_DONE;
}

/* Read the files as the daemon does at a reload. */
static int
check_files(const struct ctl *ctl, const struct ctl_arguments *arguments,
    const struct privilege *privilege)
{
	static struct config config; /* large */
	struct list *files = NULL;
	struct err err;

	if (privilege_drop(privilege, &err) == 0 &&
	    config_file_load(ctl->config_file, arguments->overrides.items,
		arguments->overrides.n, &config, &err) == 0 &&
	    list_files_load(&ctl->config, complain_of_line, &files, &err) ==
		0) {
		list_free(files);
		return CTL_DONE;
	}
	complain_line("%s", err.text);
	if (privilege->needed)
		complain("checked as the account %s, as which the daemon "
			 "serves",
		    privilege->user);
	return CTL_USAGE;
}

/* main() has already loaded the configuration, or ended the program. */
int
ctl_config_check(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct privilege privilege;
	struct report report;

	if (check_account(ctl, &privilege) != CTL_DONE ||
	    check_sockets(ctl) != CTL_DONE ||
	    check_files(ctl, arguments, &privilege) != CTL_DONE)
		return CTL_USAGE;
	report_begin(&report, ctl->form);
	report_text(&report, "good", ctl->config_file);
	report_line(&report, "%s: the configuration is good", ctl->config_file);
	report_end(&report);
	return CTL_DONE;
}

/* ---- Showing ---- */

/* The lines are those of a configuration file: a default is a comment. */
static void
show_option(const struct ctl *ctl, const char *name,
    const struct config_given *given)
{
	bool is_default = given->origin[0] == '\0';
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "name", name);
	report_text(&report, "value", given->text);
	report_text(&report, "origin", given->origin);
	if (!is_default)
		report_line(&report, "# %s", given->origin);
	report_input(&report, "%s%s =%s%s", is_default ? "#" : "", name,
	    given->text[0] != '\0' ? " " : "", given->text);
	report_end(&report);
}

int
ctl_config_show(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	(void)arguments;
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		show_option(ctl, config_row(i)->name, &ctl->config.given[i]);
	return CTL_DONE;
}
