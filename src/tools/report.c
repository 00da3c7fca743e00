/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "tools/report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "tools/json_out.h"
#include "tools/show.h"

void
report_begin(struct report *report, enum output_form form)
{
	*report = (struct report){.form = form};
	if (form == OUTPUT_JSON)
		report->object = json_out_new();
}

void
report_begin_list(struct report *report, const char *name)
{
	if (report->form != OUTPUT_JSON)
		return;
	report->list = json_out_new_list();
	json_out_list(report->object, name, report->list);
}

void
report_begin_item(struct report *item, struct report *outer)
{
	report_begin(item, outer->form);
	item->outer = outer;
}

void
report_text(struct report *report, const char *name, const char *text)
{
	if (report->form == OUTPUT_JSON)
		json_out_text(report->object, name, text);
}

void
report_number(struct report *report, const char *name, int64_t number)
{
	if (report->form != OUTPUT_JSON)
		return;
	if (number < 0)
		json_out_null(report->object, name);
	else
		json_out_number(report->object, name, number);
}

void
report_time(struct report *report, const char *name, int64_t time_s)
{
	report_number(report, name, time_s != 0 ? time_s : -1);
}

void
report_line(struct report *report, const char *format, ...)
{
	char text[SHOW_TEXT_SIZE];
	va_list ap;

	if (report->form == OUTPUT_JSON)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	puts(show_text(text));
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

void
report_input(struct report *report, const char *format, ...)
{
	char text[SHOW_TEXT_SIZE];
	va_list ap;

	if (report->form == OUTPUT_JSON)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	puts(report->form == OUTPUT_PIPE && !has_control(text)
		? text
		: show_text(text));
}

void
report_document(const char *text)
{
	fputs(text, stdout);
}

void
report_end(struct report *report)
{
	if (report->form != OUTPUT_JSON)
		return;
	if (report->outer != NULL) {
		json_out_append(report->outer->list, report->object);
		return;
	}
	json_out_print(report->object);
	json_out_free(report->object);
}
