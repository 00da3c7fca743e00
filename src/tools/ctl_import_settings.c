/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* ctl_import_settings: tardigrey import settings prints the options of another
 * greylisting program as lines of tardigrey.conf(5). */
#include <stdlib.h>
#include <string.h>

#include "import/milter_settings.h"
#include "import/postgrey_settings.h"
#include "import/sqlgrey_settings.h"
#include "system/file.h"
#include "tools/ctl.h"
#include "tools/report.h"

#define FILE_OCTETS_MAX 1048576

static const struct {
	const char *name;
	settings_translate_fn *translate;
} programs[] = {
    {"milter-greylist", milter_settings_translate},
    {"postgrey", postgrey_settings_translate},
    {"sqlgrey", sqlgrey_settings_translate},
};

static settings_translate_fn *
find_program(const struct ctl_arguments *arguments)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(programs[i].name, arguments->items[0]) == 0)
			return programs[i].translate;
	ctl_misused(arguments,
	    "cannot read the settings of %s; the programs are: "
	    "milter-greylist, postgrey, sqlgrey",
	    arguments->items[0]);
	return NULL;
}

/* Read the file as a C string. Returns NULL after a complaint. */
static char *
read_text(const char *program, const char *path)
{
	struct err err;
	size_t n;
	char *text = file_read(path, FILE_OCTETS_MAX, &n, &err);
	int line_n = 1;

	if (text == NULL)
		complain("%s", err.text);
	if (text == NULL || strlen(text) == n)
		return text;
	for (const char *p = text; *p != '\0'; p++)
		line_n += *p == '\n';
	complain_line("%s:%d: the line has a NUL octet; FILE must be the "
		      "configuration file of %s",
	    path, line_n, program);
	free(text);
	return NULL;
}

static void
print_line(void *arg, const char *line)
{
	report_input(arg, "%s", line);
}

int
ctl_import_settings(struct ctl *ctl, const struct ctl_arguments *arguments)
{
	settings_translate_fn *translate = find_program(arguments);
	const char *path = arguments->items[1];
	struct report report;
	struct err err;
	char *text;
	int rc;

	(void)ctl;
	if (translate == NULL)
		return CTL_USAGE;
	text = read_text(arguments->items[0], path);
	if (text == NULL)
		return CTL_REFUSED;
	report_begin(&report, OUTPUT_PIPE);
	rc = translate(text, print_line, &report, &err);
	report_end(&report);
	free(text);
	if (rc != 0)
		complain_line("%s:%s", path, err.text);
	return rc == 0 ? CTL_DONE : CTL_REFUSED;
}
