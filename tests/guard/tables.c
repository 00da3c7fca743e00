/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/*
 * tables: print the option table and the reason table for documented.sh. Each
 * row is one line. Its fields are separated by tabs:
 *
 *   option NAME DEFAULT HELP reload|restart WORDS SAMPLE daemon|direct
 *   reason WORD HELP
 *   attribute NAME
 *   field NAME
 *
 * WORDS are the minimum and the maximum, or the choices, separated by blanks.
 * The manual must name them and the default. SAMPLE is the list file that the
 * sample configuration names. "direct" are the options that tardigrey-rcptcheck
 * uses without a daemon. The attributes are those of a policy request. The
 * fields are those of a log line, in their order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "base/duration.h"
#include "mail/log_line.h"
#include "mail/policy.h"
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
	case OPTION_MODE:
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

/* Print the names of the fields of a log line that has all of them. */
static void
print_fields(void)
{
	static struct request request; /* large */
	static char line[LOG_LINE_SIZE];
	const struct verdict verdict = {
	    .reason = REASON_RETRIED,
	    .client_class = CLASS_NAMED,
	    .shadow = true,
	    .wait_s = 1,
	    .age_s = 1,
	    .key_client = "x",
	    .reference = "x",
	    .listed = {.pattern = "x", .source = ""},
	};

	strcpy(request.instance, "x");
	strcpy(request.queue_id, "x");
	strcpy(request.policy_context, "x");
	log_line_format(&request, &verdict, line);
	for (char *field = line; field != NULL;) {
		char *end = strstr(field, ", ");

		printf("field\t%.*s\n", (int)strcspn(field, "="), field);
		field = end != NULL ? end + 2 : NULL;
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
		printf("\t%s\t%s\n", row->sample != NULL ? row->sample : "",
		    row->daemon_only ? "daemon" : "direct");
	}
	for (int i = 0; i < REASON_COUNT; i++)
		printf("reason\t%s\t%s\n", reason_word((enum reason)i),
		    reason_help((enum reason)i));
	for (size_t i = 0; policy_attribute(i) != NULL; i++)
		printf("attribute\t%s\n", policy_attribute(i));
	print_fields();
	return 0;
}
