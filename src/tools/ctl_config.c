/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_config: tardigrey config check, config show. */
#include "system/config_trial.h"
#include "system/list_files.h"
#include "tools/ctl.h"
#include "tools/report.h"

static void
complain_of_line(const char *text)
{
	complain_line("%s", text);
}

/* ---- Checking ---- */

/* Read the list files, for their warnings and all their errors. */
static int
check_files(const struct ctl *ctl, struct err *err)
{
	struct list *files;

	config_trial_warn(&ctl->config, complain_of_line);
	if (list_files_load(&ctl->config, complain_of_line, &files, err) != 0)
		return -1;
	list_free(files);
	return 0;
}

/* main() has already loaded the configuration, or ended the program. */
int
ctl_config_check(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct report report;
	struct err err;

	if (check_files(ctl, &err) != 0 ||
	    config_trial(ctl->config_file, &arguments->overrides, &ctl->config,
		&err) != 0) {
		complain_line("%s", err.text);
		return CTL_USAGE;
	}
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
