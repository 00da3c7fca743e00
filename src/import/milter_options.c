/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/milter_options.h"

#include <stdio.h>
#include <string.h>

#include "base/duration.h"

/* In the order in which they are written. */
static const struct {
	const char *name, *also; /* both get the value; NULL: only the first */
	bool may_be_zero;
} rows[MILTER_OPTIONS] = {
    [MILTER_DELAY] = {"delay", "delay_suspicious", true},
    [MILTER_RETRY_WINDOW] = {"retry_window", NULL, false},
    [MILTER_KEEP] = {"keep", NULL, false},
    [MILTER_IPV4_PREFIX] = {"ipv4_prefix", NULL, false},
    [MILTER_IPV6_PREFIX] = {"ipv6_prefix", NULL, false},
    [MILTER_GREYLIST_RECIPIENTS] = {"greylist_recipients", NULL, false},
};

void
milter_options_set(struct milter_options *options, enum milter_option option,
    const char *text, bool is_of_entry)
{
	struct milter_value *value = &options->values[option];

	if (value->is_of_entry && !is_of_entry)
		return;
	snprintf(value->text, sizeof(value->text), "%s", text);
	value->is_of_entry = is_of_entry;
}

bool
milter_options_is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int
copy_duration(const char *text, char out[MILTER_VALUE_SIZE], int64_t *ms_out)
{
	snprintf(out, MILTER_VALUE_SIZE, "%s%s", text,
	    milter_options_is_number(text) ? "s" : "");
	return duration_parse(out, ms_out);
}

int
milter_options_duration(const char *text, char out[MILTER_VALUE_SIZE])
{
	int64_t ignored_ms;

	return copy_duration(text, out, &ignored_ms);
}

bool
milter_options_set_duration(struct milter_options *options,
    enum milter_option option, const char *text, bool is_of_entry)
{
	char value[MILTER_VALUE_SIZE];
	int64_t ms;

	if (copy_duration(text, value, &ms) != 0 ||
	    (ms == 0 && !rows[option].may_be_zero))
		return false;
	milter_options_set(options, option, value, is_of_entry);
	return true;
}

static void
write_value(const char *name, const char *text, settings_write_fn *write,
    void *arg)
{
	char line[SETTINGS_LINE];

	snprintf(line, sizeof(line), "%s = %s", name, text);
	write(arg, line);
}

void
milter_options_write(const struct milter_options *options,
    settings_write_fn *write, void *arg)
{
	for (int i = 0; i < MILTER_OPTIONS; i++) {
		const char *text = options->values[i].text;

		if (text[0] == '\0')
			continue;
		write_value(rows[i].name, text, write, arg);
		if (rows[i].also != NULL)
			write_value(rows[i].also, text, write, arg);
	}
}
