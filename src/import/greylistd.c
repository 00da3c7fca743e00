/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "import/greylistd.h"

#include <stdlib.h>
#include <string.h>

/* Parse "HASH = ". Returns what follows, or NULL. */
static const char *
parse_hash(const char *line, int64_t *out)
{
	char *rest;

	*out = strtoll(line, &rest, 10);
	return rest != line && strncmp(rest, " = ", 3) == 0 ? rest + 3 : NULL;
}

static enum greylistd_section
parse_section(const char *line)
{
	if (strcmp(line, "[white]") == 0)
		return GREYLISTD_WHITE;
	if (strcmp(line, "[grey]") == 0)
		return GREYLISTD_GREY;
	return strcmp(line, "[black]") == 0 ? GREYLISTD_BLACK : GREYLISTD_OTHER;
}

int
greylistd_parse_state(const char *line, enum greylistd_section *section,
    struct greylistd_state *out)
{
	struct greylistd_state state = {0};
	const char *rest;
	int64_t count;

	if (line[0] == '[') {
		*section = parse_section(line);
		return 0;
	}
	if (*section == GREYLISTD_OTHER || line[0] == '\0' || line[0] == '#')
		return 0;
	state.section = *section;
	rest = parse_hash(line, &state.hash);
	if (rest != NULL)
		rest = foreign_number(rest, ' ', &state.last_seen_s);
	if (rest != NULL)
		rest = foreign_number(rest, ' ', &state.first_seen_s);
	if (rest == NULL || foreign_number(rest, ' ', &count) == NULL)
		return -1;
	*out = state;
	return 1;
}

/* Copy the next word, which ends at a space or at the end. Returns what
 * follows, or NULL. */
static const char *
next_word(const char *text, char *out, size_t size)
{
	size_t n = strcspn(text, " ");

	if (foreign_copy(out, size, text, n) != 0)
		return NULL;
	return text[n] == ' ' ? text + n + 1 : text + n;
}

int
greylistd_parse_triplet(const char *line, int64_t *hash, struct foreign *out)
{
	const char *rest = parse_hash(line, hash);

	memset(out, 0, sizeof(*out));
	if (rest != NULL)
		rest = next_word(rest, out->client, sizeof(out->client));
	if (rest == NULL)
		return -1;
	out->kind = *rest == '\0' ? FOREIGN_CLIENT : FOREIGN_TRIPLET;
	if (strchr(rest, ' ') != NULL)
		rest = next_word(rest, out->sender, sizeof(out->sender));
	if (rest != NULL)
		rest = next_word(rest, out->recipient, sizeof(out->recipient));
	return rest != NULL && *rest == '\0' ? 0 : -1;
}

bool
greylistd_add_state(const struct greylistd_state *state, int64_t retries_n,
    struct foreign *out)
{
	out->first_seen_s = state->first_seen_s;
	out->last_seen_s = state->last_seen_s;
	out->retries_n = retries_n;
	out->passed_s =
	    state->section == GREYLISTD_WHITE ? state->last_seen_s : 0;
	return state->section != GREYLISTD_BLACK;
}
