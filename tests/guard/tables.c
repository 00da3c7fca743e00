/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tables: print the option table and the reason table for documented.sh. Each
 * row is one line. Its fields are separated by tabs:
 *
 *   option NAME DEFAULT HELP reload|restart WORDS SAMPLE
 *   reason WORD HELP
 *
 * WORDS are the minimum and the maximum, or the choices, separated by blanks.
 * The manual must name them and the default. SAMPLE is the list file that the
 * sample configuration names.
 */
#include <inttypes.h>
#include <stdio.h>

#include "config/config.h"
#include "base/duration.h"
#include "mail/verdict.h"

static void
print_times(const struct option_row *row, int64_t unit_ms)
{
	char min[DURATION_TEXT_SIZE], max[DURATION_TEXT_SIZE];

	duration_format(row->min * unit_ms, min);
	duration_format(row->max * unit_ms, max);
	printf("%s %s", min, max);
}

static void
print_choices(const struct option_row *row)
{
	for (size_t i = 0; row->choices[i] != NULL; i++)
		printf("%s%s", i > 0 ? " " : "", row->choices[i]);
}

static void
print_words(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_SECONDS:
		print_times(row, 1000);
		break;
	case OPTION_MILLISECONDS:
		print_times(row, 1);
		break;
	case OPTION_NUMBER:
	case OPTION_SIZE:
		printf("%" PRId64 " %" PRId64, row->min, row->max);
		break;
	case OPTION_OCTAL:
		printf("%#" PRIo64 " %#" PRIo64, (uint64_t)row->min,
		    (uint64_t)row->max);
		break;
	case OPTION_CHOICE:
	case OPTION_WORDS:
		print_choices(row);
		break;
	case OPTION_TEXT:
	case OPTION_ENDPOINTS:
	case OPTION_REPLY:
	case OPTION_FILES:
	case OPTION_NETWORKS:
		break;
	}
}

int
main(void)
{
	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		const struct option_row *row = config_row(i);

		printf("option\t%s\t%s\t%s\t%s\t", row->name, row->fallback,
		    row->help, row->needs_restart ? "restart" : "reload");
		print_words(row);
		printf("\t%s\n", row->sample != NULL ? row->sample : "");
	}
	for (int i = 0; i < REASON_COUNT; i++)
		printf("reason\t%s\t%s\n", reason_word((enum reason)i),
		    reason_help((enum reason)i));
	return 0;
}
