/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */

/* import_greylistd: the folder of greylistd, with its files "states" and
 * "triplets". */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "import/greylistd.h"
#include "tools/complain.h"
#include "tools/import_lines.h"
#include "tools/import_source.h"
#include "tools/memory.h"

struct import_source {
	struct import_lines states_file, triplets_file;
	struct greylistd_state *states; /* owned; sorted by hash */
	size_t n;
};

static void
close_source(struct import_source *source)
{
	import_lines_close(&source->states_file);
	import_lines_close(&source->triplets_file);
	free(source->states);
	free(source);
}

static int
open_in(struct import_lines *lines, const char *folder, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return import_lines_open(lines, path);
}

static struct import_source *
open_source(const char *folder, const char *user)
{
	struct import_source *source = memory_alloc(1, sizeof(*source));

	(void)user;
	if (open_in(&source->states_file, folder, "states") == 0 &&
	    open_in(&source->triplets_file, folder, "triplets") == 0)
		return source;
	close_source(source);
	return NULL;
}

/* ---- States ---- */

static int
compare(const void *a, const void *b)
{
	const struct greylistd_state *one = a, *other = b;

	return one->hash < other->hash ? -1 : one->hash > other->hash;
}

static int
read_states(struct import_source *source, foreign_take_fn *take, void *arg)
{
	enum greylistd_section section = GREYLISTD_OTHER;
	struct greylistd_state state;
	int rc;

	while ((rc = import_lines_next(&source->states_file)) > 0) {
		int has_state = greylistd_parse_state(source->states_file.line,
		    &section, &state);

		if (has_state < 0 && take(arg, NULL, FOREIGN_MALFORMED) != 0)
			return -1;
		if (has_state <= 0)
			continue;
		source->states =
		    memory_grow(source->states, source->n, sizeof(state));
		source->states[source->n++] = state;
	}
	if (source->n > 0)
		qsort(source->states, source->n, sizeof(state), compare);
	return rc;
}

static const struct greylistd_state *
find_state(const struct import_source *source, int64_t hash)
{
	const struct greylistd_state wanted = {.hash = hash};

	return source->n == 0 ? NULL
			      : bsearch(&wanted, source->states, source->n,
				    sizeof(wanted), compare);
}

/* ---- Triplets ---- */

static int
take_triplet(const struct import_source *source,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	static struct foreign foreign; /* large */
	const struct greylistd_state *state;
	int64_t hash;

	if (greylistd_parse_triplet(source->triplets_file.line, &hash,
		&foreign) != 0)
		return take(arg, NULL, FOREIGN_MALFORMED);
	state = find_state(source, hash);
	if (state == NULL)
		return take(arg, NULL, FOREIGN_EXPIRED);
	if (!greylistd_add_state(state, settings->retries_n, &foreign))
		return take(arg, NULL, FOREIGN_NO_EQUAL);
	return take(arg, &foreign, FOREIGN_TAKEN);
}

static int
read_source(struct import_source *source,
    const struct foreign_settings *settings, foreign_take_fn *take, void *arg)
{
	int rc = read_states(source, take, arg);

	while (rc >= 0 && (rc = import_lines_next(&source->triplets_file)) > 0)
		if (take_triplet(source, settings, take, arg) != 0)
			rc = -1;
	return rc;
}

const struct import_source_ops import_greylistd = {
    .name = "greylistd",
    .what = "its folder, such as /var/lib/greylistd",
    .delay_s = 600,
    .open = open_source,
    .read = read_source,
    .close = close_source,
};
