/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* tardigrey config check, config show */
#include <stdio.h>

#include "tools/ctl.h"

/* A configuration with a fault has ended us before we came here. */
int
ctl_config_check(struct ctl *ctl)
{
	printf("%s: the configuration is good\n", ctl->config_file);
	return CTL_DONE;
}

static void
show_option(const struct option_row *row, const struct config_given *given)
{
	printf("%s = %s  # %s\n", row->name, given->text,
	    given->origin[0] != '\0' ? given->origin : "default");
}

int
ctl_config_show(struct ctl *ctl)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++)
		show_option(config_row(i), &ctl->config.given[i]);
	return CTL_DONE;
}
