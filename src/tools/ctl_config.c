/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_config: tardigrey config check, config show. */
#include "system/list_files.h"
#include "tools/ctl.h"
#include "tools/report.h"

static void
complain_of_line(const char *text)
{
	complain_line("%s", text);
}

/* main() has already loaded the configuration, or ended the program. */
int
ctl_config_check(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	struct report report;
	struct list *files;
	struct err err;

	(void)arguments;
	if (list_files_load(&ctl->config, complain_of_line, &files, &err) !=
	    0) {
		complain_line("%s", err.text);
		return CTL_USAGE;
	}
	list_free(files);
	report_begin(&report, ctl->form);
	report_text(&report, "good", ctl->config_file);
	report_line(&report, "%s: the configuration is good", ctl->config_file);
	report_end(&report);
	return CTL_DONE;
}

static void
show_option(const struct ctl *ctl, const char *name,
    const struct config_given *given)
{
	struct report report;

	report_begin(&report, ctl->form);
	report_text(&report, "name", name);
	report_text(&report, "value", given->text);
	report_text(&report, "origin", given->origin);
	report_line(&report, "%s = %s  # %s", name, given->text,
	    given->origin[0] != '\0' ? given->origin : "default");
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
