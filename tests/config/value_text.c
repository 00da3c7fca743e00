/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "config/value_text.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

size_t
row_of(const char *name)
{
	size_t i = config_row_find(name);

	if (i == CONFIG_OPTIONS)
		fail_msg("no option %s", name);
	return i;
}

/* The parsed endpoints: "(PATH)" or "(HOST|PORT)" for each. */
static void
endpoints_text(const struct endpoint_list *list, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < list->n && n < size; i++) {
		const struct endpoint *item = &list->items[i];

		if (item->kind == ENDPOINT_UNIX)
			n += (size_t)snprintf(out + n, size - n, "(%s)",
			    item->path);
		else
			n += (size_t)snprintf(out + n, size - n, "(%s|%s)",
			    item->host, item->port);
	}
}

static void
files_text(const struct config_files *files, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < files->n && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "(%s)",
		    config_files_item(files, i));
}

static void
networks_text(const struct networks *networks, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < networks->n && n < size; i++) {
		char text[NETADDR_PREFIX_SIZE];

		netaddr_format_network(&networks->items[i].address,
		    networks->items[i].prefix_bits, text);
		n += (size_t)snprintf(out + n, size - n, "(%s)", text);
	}
}

void
value_text(const struct config *config, size_t i, char *out, size_t size)
{
	const struct option_row *row = config_row(i);
	const char *at = (const char *)config + row->offset;

	switch (row->type) {
	case OPTION_TEXT:
		snprintf(out, size, "%s", at);
		break;
	case OPTION_SECONDS:
	case OPTION_MILLISECONDS:
	case OPTION_SIZE:
	case OPTION_MODE:
		snprintf(out, size, "%lld",
		    (long long)*(const int64_t *)(const void *)at);
		break;
	case OPTION_NUMBER:
	case OPTION_OCTAL:
	case OPTION_CHOICE:
	case OPTION_WORDS:
		snprintf(out, size, "%u", *(const unsigned *)(const void *)at);
		break;
	case OPTION_ENDPOINTS:
		endpoints_text((const void *)at, out, size);
		break;
	case OPTION_REPLY:
		snprintf(out, size, "%s",
		    ((const struct reply_template *)(const void *)at)->text);
		break;
	case OPTION_FILES:
		files_text((const void *)at, out, size);
		break;
	case OPTION_NETWORKS:
		networks_text((const void *)at, out, size);
		break;
	}
}

bool
same_options(const struct config *a, const struct config *b)
{
	char a_text[VALUE_TEXT_SIZE], b_text[VALUE_TEXT_SIZE];

	for (size_t i = 0; i < CONFIG_OPTIONS; i++) {
		value_text(a, i, a_text, sizeof(a_text));
		value_text(b, i, b_text, sizeof(b_text));
		if (strcmp(a_text, b_text) != 0 ||
		    strcmp(a->given[i].text, b->given[i].text) != 0 ||
		    strcmp(a->given[i].origin, b->given[i].origin) != 0) {
			print_error("%s changed\n", config_row(i)->name);
			return false;
		}
	}
	return true;
}
